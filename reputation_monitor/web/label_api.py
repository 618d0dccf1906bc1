"""Labels as JSON, to be read by all and set by programs that know the token."""

from collections.abc import Callable
from http import HTTPStatus

import structlog
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from collectors.base import SenderUnknown
from collectors.web.signatures import check_token
from reputation_monitor.application import Application
from reputation_monitor.labelling import LabelError
from reputation_monitor.outputs import label_json
from reputation_monitor.web.hooks import lower_case, read_body
from reputation_monitor.web.refusals import Refusal, told_name

LABELS = 1000
NOBODY = "API"

log = structlog.get_logger()


class Wanted(BaseModel):
    """A label that a program sets."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mention: str | int
    label: str
    brand: str | None = None
    note: str = Field(default="", max_length=2000)
    by: str = Field(default=NOBODY, min_length=1, max_length=200)


class LabelApi:
    """Answers programs that read and set labels.

    Args:
        application: whose mentions are labelled.
        forget: called when something was changed.
    """

    def __init__(self, application: Application, forget: Callable[[], None]) -> None:
        self._labels, self._store, self._forget = application.labels, application.store, forget
        self._token = application.settings.web.token

    def routes(self) -> list[web.RouteDef]:
        """Every address it answers at."""
        return [
            web.get("/api/labels", self.labels),
            web.post("/api/labels", self.set),
            web.delete("/api/labels/{mention}", self.withdraw),
        ]

    async def labels(self, _request: web.Request) -> web.Response:
        """The labels that stand, the last set first."""
        return web.json_response([label_json(label) for label in await self._store.labels(LABELS)])

    async def set(self, request: web.Request) -> web.Response:
        """Set a label; answers with it as it stands."""
        self._let_in(request)
        wanted = _read(await read_body(request))
        try:
            mention = await self._labels.find(str(wanted.mention), wanted.brand)
            kept = await self._labels.set(mention, wanted.label, wanted.by, note=wanted.note)
        except LabelError as error:
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "No label was set", str(error)) from None
        self._forget()
        return web.json_response(label_json(kept))

    async def withdraw(self, request: web.Request) -> web.Response:
        """Take a label back: 204, and 404 where there was none."""
        self._let_in(request)
        brand, person = request.query.get("brand"), told_name(request.query.get("by", NOBODY))
        try:
            mention = await self._labels.find(told_name(request.match_info["mention"]), brand)
        except LabelError as error:
            raise Refusal(404, "There is no such mention", str(error)) from None
        if not await self._labels.withdraw(mention, person):
            raise Refusal(404, "There is no such label", f"{mention.key} has no label")
        self._forget()
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _let_in(self, request: web.Request) -> None:
        if self._token is None:
            raise Refusal(
                403, "No program may set labels", "set web: token: in the configuration, and send it as Bearer"
            )
        try:
            check_token(self._token.get_secret_value(), lower_case(request.headers))
        except SenderUnknown as unknown:
            log.warning("label refused", error=str(unknown))
            raise Refusal(401, "Who are you?", str(unknown)) from None


def _read(body: bytes) -> Wanted:
    try:
        return Wanted.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Refusal(400, "No label was set", f"{place or 'body'}: {first['msg']}") from None
