"""How much of a stranger's server we put up with."""

from dataclasses import dataclass, replace

import aiohttp


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a stranger's server we put up with.

    Attributes:
        connect_seconds: until the connection, with TLS, stands.
        read_seconds: between two pieces of the answer.
        total_seconds: for one exchange; a redirect begins another.
        body_bytes: of the answer after decompression, so that a small gzip cannot fill the memory.
        redirects: followed in a row.
        per_host: exchanges with one host at a time; further ones wait, and their waiting is no time-out.
        in_all: exchanges at a time with all hosts together.
        attempts: at one exchange, within about three seconds; further ones follow a broken connection or a 5xx.
        pause_seconds: before the second attempt, and up to three times that by chance; further pauses double.
        keep_rates: whether rates and crawl delays are kept; not where every server is one's own, as in the demo.
        url_characters: of an address, a redirect's too.
    """

    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    total_seconds: float = 60.0
    body_bytes: int = 20 * 1024 * 1024
    redirects: int = 5
    per_host: int = 2
    in_all: int = 100
    attempts: int = 3
    pause_seconds: float = 0.25
    keep_rates: bool = True
    url_characters: int = 8_000

    def stretched(self, patience: float) -> "Limits":
        """The same for a server that may take ``patience`` times as long to answer, once it is connected."""
        read, total = self.read_seconds * patience, self.total_seconds * patience
        return replace(self, read_seconds=read, total_seconds=total)

    def timeout(self) -> aiohttp.ClientTimeout:
        """The same limits as aiohttp takes them."""
        return aiohttp.ClientTimeout(
            total=self.total_seconds,
            sock_connect=self.connect_seconds,
            sock_read=self.read_seconds,
        )


DEFAULT_LIMITS = Limits()
