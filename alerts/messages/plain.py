"""A message as plain text: for consoles, e-mail programs that show no more, and telephones."""

from alerts.messages.content import Content, Saying
from alerts.words import shorten


def to_text(content: Content, limit: int = 20_000) -> str:
    """Write the body of a message, at most ``limit`` characters long; the title stands apart."""
    bodies = (_write(version) for version in content.shorter())
    return shorten(next((body for body in bodies if len(body) <= limit), content.lead), limit)


def _write(content: Content) -> str:
    width = max((len(fact.label) for fact in content.facts), default=0) + 2
    paragraphs = [
        content.lead,
        f"What is new: {content.news}" if content.news else "",
        "\n".join(f"{fact.label + ':':<{width}}{fact.value}" for fact in content.facts),
        "\n".join(["What customers say:", *(_quoted(said) for said in content.quotes)]) if content.quotes else "",
        "\n".join(f"{link.label}: {link.url}" for link in content.links),
        "\n".join(content.footnotes),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _quoted(said: Saying) -> str:
    lines = [f"  “{said.text}”", f"    {said.origin}", f"    {said.url}"]
    return "\n".join(line for line in lines if line.strip())
