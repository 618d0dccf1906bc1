"""A message as Markdown, which Apprise turns into what a service shows: HTML in e-mail, bold type in Discord."""

import re

from alerts.messages.content import Content, Saying
from alerts.words import shorten

SPECIAL = re.compile(r"([\\`*_\[\]])")
BLOCK_START = re.compile(r"^(\d*)([#+=-]|[.)](?=\s))")
CALL_TO_ALL = re.compile(r"@(?=everyone|here|channel|all\b)")
ANGLES = str.maketrans("<>", "\u2039\u203a")


def to_markdown(content: Content, limit: int = 20_000) -> str:
    """Write the body of a message, at most ``limit`` characters long; the title stands apart."""
    bodies = (_write(version) for version in content.shorter())
    return shorten(next((body for body in bodies if len(body) <= limit), escape(content.lead)), limit)


def escape(text: str) -> str:
    """Escape one line so that it is shown as it is, and nobody is called by what a customer wrote.

    Dialects agree on few escapes. Angle brackets, which are HTML in one and a mention in another, become the
    quotation marks that look like them; what is left is escaped by a backslash, as all dialects do.
    """
    return BLOCK_START.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", hush(text.translate(ANGLES))))


def hush(text: str) -> str:
    """Take the power from ``@everyone`` and its like, to which a chat would call all its members."""
    return CALL_TO_ALL.sub("@\u200b", text)


def _write(content: Content) -> str:
    paragraphs = [
        escape(content.lead),
        f"**What is new:** {escape(content.news)}" if content.news else "",
        "\n".join(f"- **{fact.label}:** {escape(fact.value)}" for fact in content.facts),
        "\n\n".join(["**What customers say**", *(_quoted(said) for said in content.quotes)]) if content.quotes else "",
        " · ".join(f"[{link.label}]({link.url})" for link in content.links),
        "\n\n".join(f"_{escape(note)}_" for note in content.footnotes),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _quoted(said: Saying) -> str:
    origin = escape(said.origin or "source")
    linked = f"[{origin}]({said.url})" if said.url else origin
    return f"> “{escape(said.text)}”\n> {linked}"
