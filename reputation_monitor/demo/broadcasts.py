"""The invented television station: its programmes, and what is said in each half minute of them."""

import random
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from reputation_monitor.demo.intensity import BUCKET, Series, height, weekday_factor
from reputation_monitor.demo.phrases import phrase_book
from reputation_monitor.demo.scenario import BRANDS, DAYS, Brand, Plan
from reputation_monitor.demo.utterances import ORDINARY, Subject, Tone, Utterance, Writer

STATION = "OSTRELLBY1"
WINDOW_SECONDS = 30
WINDOWS = 30
"""Half minutes in a programme of a quarter of an hour."""
TV_SHARES: Mapping[Tone, float] = {Tone.NEGATIVE: 0.20, Tone.NEUTRAL: 0.55, Tone.POSITIVE: 0.25}


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme that is on every day at the same time (UTC)."""

    title: str
    hour: int
    minute: int
    format: str

    @property
    def slug(self) -> str:
        """The title as file names have it."""
        return self.title.replace(" ", "_")


PROGRAMMES = (
    Programme("Morning Ledger", 7, 0, "srt"),
    Programme("Midday Purse", 12, 30, "vtt"),
    Programme("Evening Bulletin", 18, 0, "srt"),
    Programme("Late Accounts", 22, 0, "vtt"),
)


@dataclass(frozen=True, slots=True)
class Passage:
    """What is said from one half minute on; ``offset`` is in seconds from the start of the programme."""

    offset: int
    text: str


@dataclass(frozen=True, slots=True)
class Airing:
    """One edition of a programme, with the truth (``utterances``) kept apart from what was heard (``passages``)."""

    programme: Programme
    start: datetime
    passages: tuple[Passage, ...]
    utterances: tuple[Utterance, ...]

    @property
    def end(self) -> datetime:
        """When it was over, and its captions were to be had."""
        return self.start + timedelta(seconds=WINDOWS * WINDOW_SECONDS)

    @property
    def file_name(self) -> str:
        """Station, start in UTC and title, as caption archives name their files."""
        return f"{STATION}_{self.start:%Y%m%d_%H%M%S}_{self.programme.slug}.{self.programme.format}"


def air(plan: Plan, seed: int, noise: Mapping[str, Series]) -> Iterator[Airing]:
    """All editions from the start of the plan to the end of its last day, in order of time.

    Args:
        plan: the plan.
        seed: of the world.
        noise: brand name -> noise of its intensity, one value a bucket.
    """
    for day in range(DAYS + 1):
        for programme in PROGRAMMES:
            start = plan.start + timedelta(days=day, hours=programme.hour, minutes=programme.minute)
            yield _edition(plan, seed, noise, programme, start)


def _edition(plan: Plan, seed: int, noise: Mapping[str, Series], programme: Programme, start: datetime) -> Airing:
    key = f"{seed}|{programme.slug}|{(start - plan.start).days}"
    counts, rng = np.random.default_rng(zlib.crc32(key.encode())), random.Random(key)
    writer = Writer(phrase_book(), rng)
    subjects = list(_subjects(plan, noise, start, counts))
    rng.shuffle(subjects)
    windows = rng.sample(range(WINDOWS), min(len(subjects), WINDOWS))
    spoken = {
        window: _speak(writer, brand, subject, programme=programme, start=start, window=window)
        for window, (brand, subject) in zip(windows, subjects, strict=False)
    }
    passages = tuple(
        Passage(
            window * WINDOW_SECONDS,
            spoken[window].text if window in spoken else f"{writer.filler()} {writer.filler()}",
        )
        for window in range(WINDOWS)
    )
    return Airing(programme, start, passages, tuple(spoken[window] for window in sorted(spoken)))


def _subjects(
    plan: Plan, noise: Mapping[str, Series], start: datetime, counts: np.random.Generator
) -> Iterator[tuple[Brand, Subject]]:
    """What the edition speaks of: each brand's ordinary news, and what events add."""
    bucket = int((start - plan.start) / BUCKET)
    for brand in BRANDS:
        usual = brand.tv / len(PROGRAMMES)
        for tone, share in TV_SHARES.items():
            yield from [(brand, ORDINARY[tone])] * int(
                counts.poisson(usual * weekday_factor(start) * noise[brand.name][bucket] * share)
            )
        for effect in plan.effects:
            factor = effect.factors.get("tv", 1.0)
            if brand.name in effect.brands and factor > 1.0:
                since_start = np.array([(start - plan.start).total_seconds()])
                rise = (factor - 1) * height(effect, since_start, plan.start)[0]
                subject = Subject(Tone.NEGATIVE, effect.topic, effect.press_topic)
                yield from [(brand, subject)] * int(counts.poisson(usual * TV_SHARES[Tone.NEGATIVE] * rise))


def _speak(
    writer: Writer, brand: Brand, subject: Subject, *, programme: Programme, start: datetime, window: int
) -> Utterance:
    return Utterance(
        id=f"{programme.slug}-{start:%y%m%d}-{window}",
        screen="tv",
        channel=programme.title,
        published=start + timedelta(seconds=window * WINDOW_SECONDS),
        author="",
        title="",
        text=writer.passage(subject, brand),
        brands=(brand.name,),
        tone=subject.tone,
        topic=subject.press_topic,
    )
