"""The collector ``gdelt_tv``: clips of American and some other stations in which a query's words were said."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from collectors.base import Batch, Reject, SourceRefused, SourceUnavailable, State
from collectors.http import HttpClient, Policy, Rate
from collectors.reading.documents import Contents, looks_like_web_page, since_only, sort_out
from collectors.reading.instants import instant_or_none, plausible
from collectors.reading.json_feed import load_json
from collectors.reading.markup import plain_text
from collectors.reading.quarantine import set_aside, storable
from collectors.tv.broadcasts import Clip, aired_at, seconds_of
from collectors.tv.windows import overlap

GDELT_TV_POLICY = Policy(obey_robots=False, rate=Rate(requests=1, seconds=5))
"""GDELT asks for one request in five seconds."""

FIRST_BROADCAST = datetime(2009, 7, 1, tzinfo=UTC)
"""Before this month GDELT has no television."""

_MOST_CLIPS = 3000
_CAPS = frozenset({50, 250, _MOST_CLIPS})
"""Numbers of clips at which answers were seen to end: the asked one, and those that a busy server falls back to."""
_CLIP_SECONDS = 15
_JOINED_SECONDS = 120
_REPEATED_WORDS = 2
_LONGEST_SLICE = timedelta(days=14)
_SHORTEST_SLICE = timedelta(hours=1)
_STALE = timedelta(days=7)
_LONGEST_SENTENCE = 500
_STAMP = "%Y%m%d%H%M%S"
_PASSING = ("limit requests", "try again", "timed out", "timeout", "too many", "overloaded")


class GdeltTvOptions(BaseModel):
    """What the collector ``gdelt_tv`` is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: str = Field(
        min_length=1, description='Words that were said, as GDELT writes them: "acme app", (acme OR zenith).'
    )
    stations: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$")], ...] = Field(
        min_length=1, description="Stations by the Internet Archive's names: CNN, MSNBC, FOXNEWS, BBCNEWS."
    )
    late_hours: int = Field(
        default=72,
        ge=0,
        le=720,
        description="How far back it reads again, because captions come up to three days late.",
    )
    first_days: int = Field(default=7, ge=1, le=6000, description="How far back it reads the first time.")
    base_url: str = Field(default="https://api.gdeltproject.org", description="Server of the search.")


class GdeltTvCollector:
    """Collects what was said on stations, as GDELT's TV 2.0 search finds it."""

    def __init__(self, options: GdeltTvOptions, http: HttpClient) -> None:
        self._options = options
        self._http = http

    async def collect(self, state: State, since: datetime | None = None) -> AsyncIterator[Batch]:
        """Yield a batch for each slice of time, oldest first, from the cursor less the hours that captions are late.

        Raises:
            SourceUnavailable: GDELT may answer later.
            SourceRefused: it does not take the query or a station.
        """
        kept = dict(state)
        now = self._http.now()
        waiting = slices(self._start(state, since, now), now)
        found_any = False
        while waiting:
            start, end = waiting.pop(0)
            body = await self._ask(STARTDATETIME=f"{start:{_STAMP}}", ENDDATETIME=f"{end:{_STAMP}}", sort="DateAsc")
            count, contents = read_clips(body, now)
            if count is None:
                yield Batch(rejects=contents.rejects, state=kept)
                return
            halves = halved(start, end)
            if count in _CAPS and halves:
                waiting[:0] = halves
                continue
            found_any = found_any or bool(contents.items)
            kept |= {"until": end.isoformat()}
            rejects = (*contents.rejects, *_cut_off(count, start, end))
            yield Batch(since_only(contents.items, since), rejects, dict(kept))
        if not found_any and (stale := await self._staleness(kept, now)):
            yield stale

    def _start(self, state: State, since: datetime | None, now: datetime) -> datetime:
        """Midnight UTC, so that a run of clips is cut at the same places each time it is read."""
        late = timedelta(hours=self._options.late_hours)
        try:
            start = datetime.fromisoformat(state["until"]) - late
        except (KeyError, ValueError):
            start = since or now - timedelta(days=self._options.first_days)
        start = min(max(start, since or start, FIRST_BROADCAST), now)
        return start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    async def _ask(self, **chosen: str) -> bytes:
        stations = " OR ".join(f"station:{station}" for station in self._options.stations)
        among = f"({stations})" if len(self._options.stations) > 1 else stations
        asked = {
            "query": f"{self._options.query} {among}",
            "mode": "clipgallery",
            "format": "json",
            "maxrecords": str(_MOST_CLIPS),
        }
        address = f"{self._options.base_url.rstrip('/')}/api/v2/tv/tv"
        fetched = await self._http.fetch(f"{address}?{urlencode(asked | chosen)}")
        if sentence := complaint(fetched.body):
            told = f"{address} answers {sentence!r}"
            if any(sign in sentence.casefold() for sign in _PASSING):
                raise SourceUnavailable(f"{told}; it is asked again later")
            raise SourceRefused(f"{told}; correct the query or the stations")
        return fetched.body

    async def _staleness(self, kept: State, now: datetime) -> Batch | None:
        """A batch that says how old the newest clip is, once; None where it is young, or there is none at all."""
        _, contents = read_clips(await self._ask(sort="DateDesc"), now)
        newest = max((item.published for item in contents.items if item.published), default=None)
        if newest is None or newest > now - _STALE or kept.get("stale") == newest.isoformat():
            return None
        reason = (
            f"stale: the newest clip for this query is of {newest:%Y-%m-%d}; GDELT is reported to lag by weeks "
            "or years, so this is no calm"
        )
        return Batch(rejects=(set_aside("", reason, "the newest clip"),), state={**kept, "stale": newest.isoformat()})


def slices(start: datetime, now: datetime) -> list[tuple[datetime, datetime]]:
    """The time from ``start`` to ``now`` in slices of at most two weeks."""
    found = []
    while start < now:
        end = min(start + _LONGEST_SLICE, now)
        found.append((start, end))
        start = end
    return found


def halved(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The slice in two, cut at a whole hour; empty where it is too short for that."""
    middle = start + (end - start) / 2
    middle = middle.replace(minute=0, second=0, microsecond=0)
    return [(start, middle), (middle, end)] if middle - start >= _SHORTEST_SLICE else []


def complaint(body: bytes) -> str:
    """GDELT tells errors as a sentence, with status 200; empty where the body is something else."""
    try:
        text = body.decode().strip()
    except UnicodeDecodeError:
        return ""
    is_sentence = text.isprintable() and len(text) <= _LONGEST_SENTENCE and " " in text
    return text if is_sentence and text[:1] not in "{[<" else ""


def read_clips(body: bytes, now: datetime) -> tuple[int | None, Contents]:
    """The clips of an answer, joined where they follow each other, and how many there were; never raises.

    The number is None where the answer could not be read at all.
    """
    if not body.strip():
        return None, Contents(rejects=(set_aside(body, "the answer is empty"),))
    if looks_like_web_page(body):
        return None, Contents(rejects=(set_aside(body, "a web page in place of GDELT's answer"),))
    try:
        answer = load_json(body)
    except ValueError as error:
        return None, Contents(rejects=(set_aside(body, f"broken JSON: {error}"),))
    found = answer.get("clips", []) if isinstance(answer, dict) else None
    if not isinstance(found, list):
        return None, Contents(rejects=(set_aside(body, "JSON, but no list of clips"),))
    clips, rejects = sort_out(found, lambda entry: _clip(entry, now))
    return len(found), Contents(tuple(clip.item() for clip in joined(clips)), tuple(rejects))


def joined(clips: Sequence[Clip]) -> list[Clip]:
    """Clips of one broadcast that follow each other as one, of at most two minutes."""
    runs: list[Clip] = []
    for clip in sorted(clips, key=lambda one: (one.show_id, one.start)):
        last = runs[-1] if runs else None
        follows = last and last.show_id == clip.show_id and clip.start <= last.end + 1
        if last and follows and clip.end - last.start <= _JOINED_SECONDS:
            runs[-1] = replace(last, end=max(last.end, clip.end), text=_with(last.text, clip.text))
        else:
            runs.append(clip)
    return runs


def _with(text: str, following: str) -> str:
    """The texts as one; the words that the second repeats from the end of the first are said once."""
    words, more = text.split(), following.split()
    shared = overlap(words, more)
    return " ".join([*words, *more[shared if shared >= _REPEATED_WORDS else 0 :]])


def _clip(entry: Any, now: datetime) -> Clip:
    if not isinstance(entry, dict):
        raise ValueError("the clip is no JSON object")
    told = {key: storable(value).strip() for key, value in entry.items() if isinstance(value, str)}
    text = plain_text(told.get("snippet", ""))
    if not text:
        raise ValueError("the clip has no words")
    if not told.get("ia_show_id"):
        raise ValueError("the clip does not say of which broadcast it is")
    start, end = seconds_of(told.get("preview_url", ""), _CLIP_SECONDS)
    return Clip(
        show_id=told["ia_show_id"],
        start=start,
        end=end,
        text=" ".join(text.split()),
        station=told.get("station", ""),
        programme=told.get("show", ""),
        aired=plausible(instant_or_none(told.get("date", "")), now)
        or plausible(aired_at(told["ia_show_id"], start), now),
    )


def _cut_off(count: int, start: datetime, end: datetime) -> list[Reject]:
    if count < _MOST_CLIPS:
        return []
    reason = (
        f"GDELT gives no more than {_MOST_CLIPS:,} clips an answer, so some of this time are missing; narrow the query"
    )
    return [set_aside("", reason, f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC")]
