"""The collector ``youtube_captions``: what was said in the new videos of a channel, one item a window of speech."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from collectors.base import Batch, Item, Reject, State
from collectors.http import Fetched, HttpClient, Policy, Rate
from collectors.reading.documents import Contents, Document, since_only
from collectors.reading.languages import language_tag
from collectors.reading.quarantine import set_aside
from collectors.reading.syndication import read_syndication
from collectors.tv.windows import Window, cut_windows
from collectors.tv.youtube_library import YOUTUBE, LibraryTranscripts, NoTranscript, Session, Transcripts

YOUTUBE_POLICY = Policy(rate=Rate(requests=30, seconds=60))
"""Nothing is documented; who asks often is blocked."""

_VIDEO = "yt:video:"
_PATIENCE = timedelta(days=2)
"""How long automatic captions may be under way before a video is given up."""


class YoutubeCaptionsOptions(BaseModel):
    """What the collector ``youtube_captions`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel_id: Annotated[str, StringConstraints(pattern=r"^UC[\w-]{22}$")] = Field(
        description="The channel: UC and 22 characters, as its page's address or source says."
    )
    languages: tuple[str, ...] = Field(
        default=("en",), min_length=1, description="Languages of captions, the first one that there is."
    )
    window_seconds: float = Field(default=30.0, ge=5, le=600, description="Length of what is scored together.")
    base_url: str = Field(default=YOUTUBE, description="Server of the feed and of the captions.")


@dataclass(slots=True)
class _Progress:
    """Which videos of the feed are read, and whether some have to wait for their captions."""

    done: list[str] = field(default_factory=list)
    is_waiting: bool = False

    def state(self, validators: State) -> dict[str, str]:
        told = {"done": " ".join(self.done), "waiting": "1" if self.is_waiting else ""}
        return {**validators, **{key: value for key, value in told.items() if value}}


class YoutubeCaptionsCollector:
    """Collects one channel."""

    def __init__(
        self, options: YoutubeCaptionsOptions, http: HttpClient, transcripts: Transcripts | None = None
    ) -> None:
        """Be ready to collect.

        Args:
            options: what it is told.
            http: the client that all collectors share.
            transcripts: where captions come from; None: from YouTube, by the library of the extra ``youtube``.
        """
        self._options = options
        self._http = http
        self._transcripts = transcripts

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield a batch for each video that is new and has captions, oldest first.

        Raises:
            SourceUnavailable: YouTube may answer later.
            SourceRefused: it blocks this machine, there is no such channel, or the library is not installed.
        """
        transcripts = self._transcripts or LibraryTranscripts(
            Session(self._http, asyncio.get_running_loop(), self._options.base_url)
        )
        known = {} if state.get("waiting") else state
        address = f"{self._options.base_url.rstrip('/')}/feeds/videos.xml"
        fetched = await self._http.fetch(f"{address}?{urlencode({'channel_id': self._options.channel_id})}", known)
        if not fetched.is_news(known):
            return
        feed = await asyncio.to_thread(read_syndication, Document(fetched.body, fetched.final_url, self._http.now()))
        async for batch in self._read(feed, fetched, state, transcripts, since):
            yield batch

    async def _read(
        self, feed: Contents, fetched: Fetched, state: State, transcripts: Transcripts, since: datetime | None
    ) -> AsyncIterator[Batch]:
        before = set(state.get("done", "").split())
        videos = [video for video in reversed(since_only(feed.items, since)) if video.id.startswith(_VIDEO)]
        progress = _Progress([_id(video) for video in feed.items if _id(video) in before] or sorted(before))
        for video in videos:
            if _id(video) in before:
                continue
            items, rejects = await self._hear(video, transcripts)
            if items or rejects:
                progress.done.append(_id(video))
                yield Batch(items, rejects, progress.state({"waiting": "1"}))
            else:
                progress.is_waiting = True
        yield Batch(rejects=feed.rejects, state=progress.state(fetched.state()))

    async def _hear(self, video: Item, transcripts: Transcripts) -> tuple[tuple[Item, ...], tuple[Reject, ...]]:
        """The windows of a video; neither items nor rejects where its captions may yet come."""
        languages = self._options.languages
        try:
            transcript = await asyncio.to_thread(transcripts.fetch, _id(video), languages)
        except NoTranscript as error:
            reason = str(error)
        else:
            windows = cut_windows(transcript.cues, self._options.window_seconds)
            language = language_tag(transcript.language)
            if windows:
                return tuple(_item(video, window, language) for window in windows), ()
            reason = "the captions hold no words"
        if video.published and video.published > self._http.now() - _PATIENCE:
            return (), ()
        return (), (set_aside(video.title, f"no captions: {reason}", f"video {_id(video)}"),)


def _id(video: Item) -> str:
    return video.id.removeprefix(_VIDEO)


def _item(video: Item, window: Window, language: str) -> Item:
    second = max(0, int(window.start))
    facts = {"station": video.author, "programme": video.title, "second": str(second)}
    return Item(
        id=f"{_id(video)}#{second}",
        text=window.text,
        url=f"{YOUTUBE}/watch?v={_id(video)}&t={second}s",
        author=" ".join(part for part in (video.author, video.title) if part),
        published=video.published,  # all of a video is to be had from then on
        language=language,
        extra={key: value for key, value in facts.items() if value},
    )
