"""WebSub (w3.org/TR/websub): which hub a feed names, and what is asked of it. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from collectors.base import State
from collectors.reading.addresses import joined
from collectors.reading.json_feed import load_json, looks_like_json
from collectors.reading.quarantine import storable
from collectors.reading.references import unescaped

Mode = Literal["subscribe", "unsubscribe"]

LONGEST_ADDRESS = 2000
_HEAD_BYTES = 65_536
_FIRST_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_LINK = re.compile(r"<(?:\w+:)?link\s([^<>]*)>")
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_HEADER_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_HEADER_REL = re.compile(r";\s*rel\s*=\s*\"?([^\";,]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Topic:
    """A feed by the address that its hub knows it by."""

    hub: str
    address: str

    def state(self) -> dict[str, str]:
        """What of a feed's state says that it has this topic."""
        return {"websub_hub": self.hub, "websub_topic": self.address}


def topic_in(state: State) -> Topic | None:
    """The topic of a feed, as its last poll left it."""
    hub, address = state.get("websub_hub", ""), state.get("websub_topic", "")
    return Topic(hub, address) if hub and address else None


def topic_of(headers: Mapping[str, str], body: bytes, url: str) -> Topic | None:
    """The first hub that a feed names, with the feed's address for itself; None unless it names both.

    The Link header is asked before the document (WebSub 4). In the document only what stands before the first entry
    counts, for entries quote strangers. A file on this machine has no hub, whatever it says.
    """
    if not _is_address(url):
        return None
    named: dict[str, str] = {}
    for relation, address in (*_in_header(headers.get("link", "")), *_in_document(body)):
        named.setdefault(relation, joined(url, storable(address)) if address.strip() else "")
    topic = Topic(named.get("hub", ""), named.get("self", ""))
    return topic if _is_address(topic.hub) and _is_address(topic.address) else None


def request_form(mode: Mode, topic: Topic, callback: str, secret: str, lease_seconds: int) -> dict[str, str]:
    """What is posted to the hub (WebSub 5.1)."""
    form = {"hub.mode": mode, "hub.topic": topic.address, "hub.callback": callback}
    return form if mode == "unsubscribe" else form | {"hub.secret": secret, "hub.lease_seconds": str(lease_seconds)}


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://")) and len(text) <= LONGEST_ADDRESS


def _in_header(header: str) -> Iterator[tuple[str, str]]:
    for address, parameters in _HEADER_LINK.findall(header):
        if relations := _HEADER_REL.search(parameters):
            yield from ((relation.lower(), address) for relation in relations[1].split())


def _in_document(body: bytes) -> Iterator[tuple[str, str]]:
    if looks_like_json(body):
        yield from _in_json(body)
        return
    start = body[:_HEAD_BYTES]
    entry = _FIRST_ENTRY.search(start)
    for attributes in _LINK.findall(start[: entry.start() if entry else None].decode("utf-8", "replace")):
        told = {name.lower(): unescaped(double or single) for name, double, single in _ATTRIBUTE.findall(attributes)}
        yield from ((relation.lower(), told.get("href", "")) for relation in told.get("rel", "").split())


def _in_json(body: bytes) -> Iterator[tuple[str, str]]:
    try:
        feed: Any = load_json(body)
    except ValueError:
        return
    if not isinstance(feed, dict):
        return
    hubs = feed.get("hubs")
    for hub in hubs if isinstance(hubs, list) else ():
        if isinstance(hub, dict) and str(hub.get("type")).lower() == "websub" and isinstance(hub.get("url"), str):
            yield "hub", hub["url"]
    if isinstance(feed.get("feed_url"), str):
        yield "self", feed["feed_url"]
