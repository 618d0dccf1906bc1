"""A message as Slack's Block Kit, within Slack's limits (docs.slack.dev/reference/block-kit/blocks).

Receivers that take Slack's shape but not its blocks show ``text``.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from alerts.base import Notification
from alerts.messages.content import Content, Saying
from alerts.receipts import receiver_key
from alerts.words import shorten, tidy

HEADER_LIMIT = 150
SECTION_LIMIT = 3_000
FALLBACK_LIMIT = 3_000

Block = dict[str, Any]


def to_slack(content: Content, notification: Notification) -> dict[str, Any]:
    """Build the body of the POST; ``text`` is what telephones and screen readers show.

    The notification's key stands in the metadata and in the header's ``block_id``, so that a receiver can drop a
    repeat.
    """
    key = receiver_key(notification.key)
    return {
        "text": _cut(escape(f"{content.title}\n{content.lead}"), FALLBACK_LIMIT),
        "blocks": list(_blocks(content, key)),
        "metadata": {
            "event_type": "reputation_alert",
            "event_payload": {
                "key": key,
                "event": notification.event.value,
                "alert": tidy(notification.alert.key, 255),
                "brand": tidy(notification.alert.brand, 255),
            },
        },
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escape(text: str) -> str:
    """Escape one line for Slack's mrkdwn (docs.slack.dev/messaging/formatting-message-text).

    The three characters are all that Slack needs to call nobody and link nothing; a run of back-ticks, which would
    swallow the lines below, loses its meaning by becoming apostrophes.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("`", "'")


def _blocks(content: Content, key: str) -> Iterator[Block]:
    title = {"type": "plain_text", "text": shorten(content.title, HEADER_LIMIT) or "Alert", "emoji": False}
    yield {"type": "header", "block_id": key, "text": title}
    if content.news:
        yield _section(f"*What is new*  {escape(content.news)}")
    if content.lead:
        yield _section(escape(content.lead))
    yield from _sections(f"*{fact.label}*  {escape(fact.value)}" for fact in content.facts)
    if content.quotes:
        yield {"type": "divider"}
        yield _section("*What customers say*")
        yield from (_section(_quoted(said)) for said in content.quotes)
    if content.links:
        yield _section("  ·  ".join(_linked(link.label, link.url) for link in content.links))
    if content.footnotes:
        yield {"type": "context", "elements": [_words(escape(note)) for note in content.footnotes[:10]]}


def _sections(lines: Iterable[str]) -> Iterator[Block]:
    """Put lines together in as few sections as Slack's limit allows."""
    held = ""
    for line in lines:
        if held and len(held) + 1 + len(line) > SECTION_LIMIT:
            yield _section(held)
            held = ""
        held = f"{held}\n{line}" if held else line
    if held:
        yield _section(held)


def _section(text: str) -> Block:
    return {"type": "section", "text": _words(_cut(text, SECTION_LIMIT))}


def _words(text: str) -> Block:
    # Verbatim: Slack must not make links or calls of what customers wrote.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _quoted(said: Saying) -> str:
    origin = _linked(said.origin or "source", said.url) if said.url else escape(said.origin)
    return f"> {escape(said.text)}\n> — {origin}" if origin else f"> {escape(said.text)}"


def _linked(label: str, url: str) -> str:
    return f"<{url.replace('&', '&amp;')}|{escape(label).replace('|', '/')}>"


def _cut(text: str, limit: int) -> str:
    """Cut escaped text, without leaving half an ``&amp;`` behind."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    start = kept.rfind("&", limit - 6)
    return (kept[:start] if start >= 0 and ";" not in kept[start:] else kept) + "…"
