"""One notification, as a message that marketing and IT both understand: plain text, Markdown or Slack's Block Kit."""

from alerts.messages.block_kit import to_slack
from alerts.messages.content import Content, Link, Saying, compose
from alerts.messages.facts import Fact
from alerts.messages.markdown import to_markdown
from alerts.messages.plain import to_text

__all__ = ["Content", "Fact", "Link", "Saying", "compose", "to_markdown", "to_slack", "to_text"]
