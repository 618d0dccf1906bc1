"""Messages on the terminal: for the first minute, for trying rules, and for containers whose logs are read."""

import sys
from typing import TextIO
from urllib.parse import urlsplit

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from alerts.base import DeliveryError, Event, Notification
from alerts.channels.kind import ChannelKind, Place
from alerts.messages import compose, to_text

COLOURS = {
    Event.RAISED: "red",
    Event.UPDATED: "yellow",
    Event.REPEATED: "yellow",
    Event.ENDED: "green",
    Event.TEST: "blue",
}
STREAMS = ("", "stderr", "stdout")


class ConsoleChannel:
    """A panel a message on a stream; standard error unless the address is ``console://stdout``."""

    def __init__(self, place: Place, stream: TextIO | None = None) -> None:
        self.name = place.name
        self._zone = place.time_zone
        self._to_stdout = urlsplit(place.url).netloc == "stdout"
        self._stream = stream

    def __repr__(self) -> str:
        return f"ConsoleChannel({self.name!r})"

    async def send(self, notification: Notification) -> None:
        """Print the message.

        Raises:
            DeliveryError: the stream is closed or full.
        """
        content = compose(notification, self._zone)
        colour = COLOURS[notification.event]
        # Text, not mark-up: a customer's "[red]" is no colour.
        panel = Panel(
            Text(to_text(content)),
            title=Text(content.title, style=f"bold {colour}"),
            title_align="left",
            border_style=colour,
        )
        try:
            # Looked up for each message, since a program may have put another stream in its place.
            Console(file=self._stream or (sys.stdout if self._to_stdout else sys.stderr)).print(panel)
        except (OSError, ValueError) as error:
            raise DeliveryError(f"the console takes no text: {type(error).__name__}") from error


def claims(url: str) -> bool:
    """Whether an address is a console's."""
    return url == "console" or url.startswith("console:")


def check(url: str) -> None:
    """Check that the address names a stream that there is."""
    if url and url != "console" and (not claims(url) or urlsplit(url).netloc not in STREAMS):
        raise ValueError("expected console://, console://stderr or console://stdout")


KIND = ChannelKind(claims=claims, check=check, open=ConsoleChannel)
