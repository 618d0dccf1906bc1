"""The transcripts of videos, by youtube-transcript-api (extra ``youtube``) on the shared HTTP client."""

import asyncio
import json
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

from collectors.base import SourceRefused
from collectors.http import Fetched, HttpClient
from collectors.reading.documents import PARSER_FAILURES
from collectors.reading.quarantine import storable
from collectors.tv.cues import LONGEST_SECONDS, Cue, Transcript

YOUTUBE = "https://www.youtube.com"
_LIBRARY = "youtube_transcript_api"
_UNREADABLE = (*PARSER_FAILURES, SyntaxError)  # of which xml.etree's ParseError is one


class NoTranscript(Exception):
    """The video has no transcript that can be had, perhaps not yet; the message says why."""


class Transcripts(Protocol):
    """Where transcripts come from."""

    def fetch(self, video_id: str, languages: Sequence[str]) -> Transcript:
        """The transcript in the first of the languages that there is; it blocks, so call it in a thread.

        Raises:
            NoTranscript: there is none.
            SourceUnavailable: YouTube may answer later.
            SourceRefused: it will not.
        """
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library asks of a ``requests.Response``; errors were raised before there is one."""

    text: str
    status_code: int

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)

    def raise_for_status(self) -> None:
        """Nothing to raise."""


class Cookies:
    """The one cookie that the library sets: the consent that YouTube asks Europeans for."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def set(self, name: str, value: str, domain: str = "") -> None:
        """Keep the cookie; all requests go to the one domain."""
        del domain
        self._values[name] = value

    def headers(self) -> dict[str, str]:
        """What carries them."""
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._values.items())} if self._values else {}


class Session:
    """What the library asks of a ``requests.Session``, done by the shared client: its manners, limits and errors.

    It is used in a thread; the exchanges run in the loop of the client.
    """

    def __init__(self, http: HttpClient, loop: asyncio.AbstractEventLoop, base_url: str) -> None:
        self.headers: dict[str, str] = {}
        self.cookies = Cookies()
        self._http, self._loop, self._base = http, loop, urlsplit(base_url)

    def get(self, url: str) -> Answer:
        """Get a page."""
        return self._wait(self._http.fetch(self._address(url), headers=self._headers()))

    def post(self, url: str, json: object) -> Answer:
        """Post JSON."""
        return self._wait(self._http.post(self._address(url), json=json, headers=self._headers()))

    def _headers(self) -> dict[str, str]:
        return {**self.headers, **self.cookies.headers()}

    def _address(self, url: str) -> str:
        """The address at the configured server; nothing else is ever asked."""
        parts = urlsplit(url)
        return urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, ""))

    def _wait(self, exchange: Coroutine[Any, Any, Fetched]) -> Answer:
        fetched = asyncio.run_coroutine_threadsafe(exchange, self._loop).result()
        return Answer(fetched.body.decode("utf-8", "replace"), fetched.status)


class LibraryTranscripts:
    """Transcripts as youtube-transcript-api finds them."""

    def __init__(self, session: Session) -> None:
        """Be ready to fetch.

        Raises:
            SourceRefused: the library is not installed.
        """
        try:
            self._library: Any = import_module(_LIBRARY)
        except ImportError as error:
            raise SourceRefused(
                "youtube_captions needs a package that is not installed; run pip install 'reputation-monitor[youtube]'"
            ) from error
        self._api = self._library.YouTubeTranscriptApi(http_client=session)

    def fetch(self, video_id: str, languages: Sequence[str]) -> Transcript:
        """See :class:`Transcripts`."""
        try:
            found = self._api.fetch(video_id, languages=languages)
        except self._library.RequestBlocked as error:
            raise SourceRefused(
                "YouTube blocks this machine's address, as it does most addresses of cloud providers and those that "
                "ask often; collect from another network, or remove the source (a log-in gets the account banned)"
            ) from error
        except self._library.CouldNotRetrieveTranscript as error:
            cause = " ".join(str(error.cause or type(error).__name__).split())
            raise NoTranscript(cause) from error
        except _UNREADABLE as error:
            raise NoTranscript(f"YouTube's answer could not be read: {error!r}") from error
        if not all(0 <= one.start <= LONGEST_SECONDS for one in found):
            raise NoTranscript("YouTube's answer has times that cannot be")
        cues = (Cue(one.start, one.start + one.duration, storable(one.text).strip()) for one in found)
        return Transcript(tuple(cue for cue in cues if cue.text), language=found.language_code)
