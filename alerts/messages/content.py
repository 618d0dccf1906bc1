"""What a message says, before anybody decides how it looks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from urllib.parse import quote, urlsplit

from alerts.base import Alert, Event, Kind, Notification, Quote
from alerts.messages.facts import Fact, facts_of, lead_of
from alerts.words import moment, sentence, tidy

TITLE_LIMIT = 140
QUOTE_LIMIT = 300
QUOTES = 3
MAIN_FACTS = 5
PREFIXES = {
    Event.RAISED: "",
    Event.UPDATED: "Update: ",
    Event.REPEATED: "Still going on: ",
    Event.ENDED: "Over: ",
    Event.TEST: "TEST: ",
}
SELF_EVIDENT = (f"{Event.RAISED}: ", f"{Event.ENDED}: ")
LINK_LABELS = {Kind.REPORT: "Open the report", Kind.SOURCE: "Open the sources"}
TEST_NOTICE = "This is a test message. Nothing has happened and nobody needs to do anything."
VOICES_NOTE = "A negative voice is one customer or one story, counted once, however often it is repeated."


@dataclass(frozen=True, slots=True)
class Link:
    """An address with the words to show for it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Saying:
    """A quote ready to show: what, where and when, and the address (empty when there is none to open)."""

    text: str
    origin: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A message as tidy lines of plain text, the most important first. Nothing in it is escaped for any format.

    Attributes:
        news: what changed since the last message, or why this one comes late or again.
        footnotes: what the words mean, and how to find the alert again.
    """

    title: str
    lead: str
    news: str = ""
    facts: tuple[Fact, ...] = ()
    quotes: tuple[Saying, ...] = ()
    links: tuple[Link, ...] = ()
    footnotes: tuple[str, ...] = ()

    def shorter(self) -> Iterator["Content"]:
        """Yield this content and then ever shorter ones, dropping what a hurried reader misses least."""
        yield self
        content = replace(self, footnotes=())
        yield content
        for quotes, facts in self._cuts():
            content = replace(content, quotes=self.quotes[:quotes], facts=self.facts[:facts])
            yield content
        yield replace(content, links=())

    def _cuts(self) -> Iterator[tuple[int, int]]:
        """Yield how many quotes and facts are kept: one quote outlives the lesser facts, but not the main ones."""
        quotes, facts = len(self.quotes), len(self.facts)
        yield from ((kept, facts) for kept in range(quotes - 1, 0, -1))
        yield from ((min(quotes, 1), kept) for kept in range(facts - 1, MAIN_FACTS - 1, -1))
        yield from ((0, kept) for kept in range(min(facts, MAIN_FACTS), -1, -1))


def compose(notification: Notification, zone: tzinfo) -> Content:
    """Say what a notification has to say, with its times in the reader's zone."""
    alert = notification.alert
    return Content(
        title=_title(notification),
        lead=_lead(notification, zone),
        news=_news(notification),
        facts=tuple(facts_of(alert, notification.at, zone)),
        quotes=tuple(_saying(said, zone) for said in alert.quotes[:QUOTES] if tidy(said.text, QUOTE_LIMIT)),
        links=tuple(_links(alert)),
        footnotes=tuple(_footnotes(notification)),
    )


def is_test(notification: Notification) -> bool:
    """Whether a notification only tries a channel."""
    return notification.event is Event.TEST or notification.alert.kind is Kind.TEST


def web_address(url: str) -> str:
    """Return an address that is safe to link in any format, or nothing: only the web and mail are linked."""
    tidied = url.strip()
    try:
        scheme = urlsplit(tidied).scheme.lower()
    except ValueError:
        return ""
    if scheme not in {"http", "https", "mailto"} or len(tidied) > 2_000:
        return ""
    # Brackets, quotes and the bar end a link in one format or another; per cent signs are already escapes.
    return quote(tidied, safe="%/:?#@!$&'*+,;=~[]").replace("[", "%5B").replace("]", "%5D").replace("'", "%27")


def _title(notification: Notification) -> str:
    alert = notification.alert
    prefix = PREFIXES[Event.TEST if is_test(notification) else notification.event]
    brand, headline = tidy(alert.brand, 60), tidy(alert.headline, TITLE_LIMIT)
    names_brand = not brand or brand.casefold() in headline.casefold()
    return tidy(prefix + (headline if names_brand and headline else f"{brand}: {headline}".strip(": ")), TITLE_LIMIT)


def _lead(notification: Notification, zone: tzinfo) -> str:
    if is_test(notification):
        return TEST_NOTICE
    return lead_of(notification.alert, zone)


def _news(notification: Notification) -> str:
    """Tell what the reason adds to the message: not that it is the first, nor that it is over, which the rest says."""
    reason = tidy(notification.reason, 500)
    if is_test(notification) or reason.startswith(SELF_EVIDENT):
        return ""
    return sentence(reason.removeprefix(f"{notification.event.value}: "))


def _saying(said: Quote, zone: tzinfo) -> Saying:
    when = moment(said.published, zone) if said.published else ""
    origin = ", ".join(part for part in (tidy(said.source, 60), when) if part)
    return Saying(tidy(said.text, QUOTE_LIMIT), origin, web_address(said.url))


def _links(alert: Alert) -> Iterator[Link]:
    review = web_address(alert.review_url)
    if review:
        yield Link(LINK_LABELS.get(alert.kind, "Open the review"), review)
    incident = web_address(alert.incident.url) if alert.incident else ""
    if incident:
        yield Link("Open the IT incident", incident)


def _footnotes(notification: Notification) -> Iterator[str]:
    if notification.alert.observed is not None:
        yield VOICES_NOTE
    if notification.alert.key:
        yield f"Reference: {tidy(notification.alert.key, 120)}"
