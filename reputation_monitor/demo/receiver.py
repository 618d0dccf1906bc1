"""The shared channel of the demo: an address shaped like a Slack webhook that shows and keeps what it gets."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

RETRY_AFTER_SECONDS = 1
_LINK = re.compile(r"<(https?://[^|<>]+)\|([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Received:
    """One message that was taken. ``key`` is the sender's idempotency key, or empty."""

    payload: Mapping[str, Any]
    key: str = ""

    @property
    def text(self) -> str:
        """The fallback text of the message."""
        return str(self.payload.get("text", ""))

    @property
    def words(self) -> str:
        """All that a reader sees, one block a line."""
        return "\n".join(_block_texts(self.payload.get("blocks", ()))) or self.text


@dataclass
class Receiver:
    """Takes messages at a Slack-shaped address.

    Args:
        refusals: how many requests are first answered with 429 and Retry-After, to show that the sender comes back.
        console: where to show each message; None shows nothing.

    Attributes:
        messages: what was taken, each key once.
        attempts: how many requests there were.
        repeats: how many messages came again under a known key and were dropped.
    """

    refusals: int = 0
    console: Console | None = None
    messages: list[Received] = field(default_factory=list)
    attempts: int = 0
    repeats: int = 0

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one POST as Slack does: ``ok``, or a word that says what is wrong."""
        self.attempts += 1
        if self.attempts <= self.refusals:
            retry_after = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            return web.Response(status=429, text="rate_limited", headers=retry_after)
        payload = _parsed(await request.read())
        if payload is None:
            return web.Response(status=400, text="invalid_payload")
        if not payload.get("text") and not payload.get("blocks"):
            return web.Response(status=400, text="no_text")
        self._take(Received(payload, request.headers.get("Idempotency-Key", "")))
        return web.Response(text="ok")

    def _take(self, message: Received) -> None:
        if message.key and any(message.key == known.key for known in self.messages):
            self.repeats += 1
            return
        self.messages.append(message)
        if self.console is not None:
            self.console.print(as_panel(message))


def as_panel(message: Received) -> Panel:
    """The message as a person would see it in the channel."""
    told = message.payload.get("blocks") or [{"type": "section", "text": {"text": message.text}}]
    blocks = [block for block in told if isinstance(block, Mapping)]
    return Panel(Group(*map(_as_rich, blocks)), title="shared channel", title_align="left", border_style="cyan")


def _as_rich(block: Mapping[str, Any]) -> RenderableType:
    words = "\n".join(_block_texts([block]))
    match block.get("type"):
        case "divider":
            return Rule(style="dim")
        case "header":
            return Text(words, style="bold")
        case "context":
            return Text(words, style="dim")
    return Text.from_markup(_bold(escape(words)))


def _bold(words: str) -> str:
    """Slack's ``*bold*`` as Rich has it, line by line; an odd number of stars is left alone."""
    lines = []
    for line in words.split("\n"):
        pieces = line.split("*")
        odd = len(pieces) % 2 == 0
        lines.append(line if odd else "".join(f"[bold]{p}[/]" if i % 2 and p else p for i, p in enumerate(pieces)))
    return "\n".join(lines)


def _block_texts(blocks: Any) -> Iterator[str]:
    """The texts of Block Kit blocks, in reading order, whatever their type."""
    for block in blocks:
        if not isinstance(block, Mapping):
            continue
        text = block.get("text")
        if isinstance(text, Mapping):
            yield _unescaped(str(text.get("text", "")))
        elif isinstance(text, str):
            yield _unescaped(text)
        for part in ("fields", "elements"):
            yield from _block_texts(block.get(part, ()))


def _unescaped(text: str) -> str:
    """Slack's text as people see it, with the address of each link in brackets."""
    return _LINK.sub(r"\2 (\1)", text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _parsed(body: bytes) -> Mapping[str, Any] | None:
    try:
        payload = json.loads(body)
    except ValueError:
        return None
    return payload if isinstance(payload, Mapping) else None
