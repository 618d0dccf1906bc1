"""What people set in the dashboard: the labels of mentions."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl

from aiohttp import web

from reputation_monitor.application import Application
from reputation_monitor.labelling import LabelError
from reputation_monitor.places import brand_path
from reputation_monitor.store import Mention, TextChangedError
from reputation_monitor.web import refusals
from reputation_monitor.web.hooks import lower_case, read_body
from reputation_monitor.web.origin import is_ours
from reputation_monitor.web.refusals import Place, Refusal

LONGEST_PERSON = 200
LABELS_PAGE = "labels"
NOBODY = "dashboard"
"""Who sets a label where no proxy says who signed in."""


class Forms:
    """Takes forms of our own pages, and sends who sent them back to where they were.

    Args:
        application: whose mentions are labelled.
        forget: called when something was changed.
    """

    def __init__(self, application: Application, forget: Callable[[], None]) -> None:
        self._labels, self._settings, self._forget = application.labels, application.settings.web, forget

    def routes(self) -> list[web.RouteDef]:
        """Every address it answers at."""
        return [web.post("/mentions/{number}/label", self.label)]

    async def label(self, request: web.Request) -> web.Response:
        """Set a mention's label, or with an empty one take it back."""
        self._let_in(request)
        form = dict(parse_qsl((await read_body(request)).decode(errors="replace"), keep_blank_values=True))
        person = self._person(request)
        try:
            mention = await self._labels.find(refusals.told_name(request.match_info["number"]))
        except LabelError:
            raise Refusal(404, "There is no such mention", "Its author may have taken it back.") from None
        back = _back_to(mention, request.query)
        try:
            if label := form.get("label", ""):
                await self._labels.set(mention, label, person, revision=_revision(form.get("revision", "")))
            else:
                await self._labels.withdraw(mention, person)
        except TextChangedError as error:
            raise Refusal(409, "The text was edited meanwhile", str(error), [Place(back, "Back to it")]) from None
        except LabelError as error:
            raise Refusal(400, "No label was set", str(error), [Place(back, "Back")]) from None
        self._forget()
        return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": back})

    def _let_in(self, request: web.Request) -> None:
        if not self._settings.takes_labels:
            raise Refusal(403, "No labels are set here", "web: in the configuration has no labels: true.")
        if not is_ours(lower_case(request.headers), self._settings.address):
            advice = "If this is your own dashboard, its address belongs under web: url: in the configuration."
            raise Refusal(403, "This form is from another site", advice)

    def _person(self, request: web.Request) -> str:
        """Who signed in, as the proxy says; it must drop such a header of others."""
        told = request.headers.get(self._settings.person, "") if self._settings.person else ""
        return told.strip()[:LONGEST_PERSON] or NOBODY


def _revision(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise LabelError("the form does not say which text was read")
    return int(text)


def _back_to(mention: Mention, query: Mapping[str, str]) -> str:
    """The page that the form was on: that of all labels, or the brand's at the mention."""
    if query.get("page") == LABELS_PAGE:
        return "/labels"
    place = f"#m{mention.id}"
    screen, order = refusals.chosen_screen(query) or "", refusals.chosen_order(query)
    return brand_path(mention.brand, screen=screen, order=order) + place
