"""Worlds drawn from their kind: brands with counts, incidents, and what each of these did."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from benchmarks.worlds.kinds import Kind
from benchmarks.worlds.talk import (
    BUCKET_SECONDS,
    FAILING_SHARE,
    NEGATIVE_WEIGHT,
    OTHER_VOICES,
    OTHER_WEIGHT,
    PER_HOUR,
    Array,
    Rise,
    Talk,
    rhythm,
    weigh,
)
from reputation_monitor.linking.series import Series
from reputation_monitor.linking.world import BrandCounts, Exposure

START = datetime(2026, 1, 5, tzinfo=UTC)
OURS = "Ours"
SCREENS = {"web": 0.7, "mobile": 0.3}
APART_HOURS = 20.0
LEVEL_ERROR = 0.2
"""How well a level is known, by which the size of a harm is told."""
UNHEARD_SHARE = 0.6
"""Of the web, when its larger source is silent."""
POSTS = 40


@dataclass(frozen=True, slots=True)
class Planted:
    """An incident and what it did.

    Attributes:
        rise: the harm; None where it did none.
        weight: sum of the weights of the negative voices that the harm brought.
        ratio: voices of the harm in spreads of the baseline over its own span.
        partner: the incident that overlaps with it, if one was meant to.
    """

    exposure: Exposure
    rise: Rise | None = None
    weight: float = 0.0
    ratio: float = 0.0
    partner: str = ""

    @property
    def harmful(self) -> bool:
        """Whether it did harm."""
        return self.rise is not None


@dataclass(frozen=True, slots=True)
class World:
    """One world.

    Attributes:
        planted: incidents of the watched brand, by start.
        scandals: rises of the watched brand that no incident brought.
        posts: negative posts of the watched brand in each hour, copies and floods included, as others count them.
        rivals_posts: of all rivals together; empty without rivals.
    """

    kind: Kind
    brands: dict[str, BrandCounts]
    planted: tuple[Planted, ...]
    scandals: tuple[Rise, ...]
    posts: Array
    rivals_posts: Array


@dataclass(slots=True)
class _Counts:
    """Negative, failing and other voices and posts of one brand on one screen, in each bucket."""

    negative: NDArray[np.int64]
    failing: NDArray[np.int64]
    other: NDArray[np.int64]
    posts: NDArray[np.int64]


def build(kind: Kind, number: int, seed: int = 1) -> World:
    """The world of one kind with that number: the same for the same arguments."""
    rng = np.random.default_rng([seed, zlib.crc32(kind.name.encode()), number])
    hours = kind.days * 24
    storms = [_storm(hours, rng) for _ in range(kind.storms)]
    scandals = tuple(_scandal(kind, hours, rng) for _ in range(kind.scandals))
    campaigns = [float(rng.uniform(24 * 10, hours - 72)) for _ in range(kind.campaigns)]
    silences = [(t, t + rng.uniform(8, 40)) for t in rng.uniform(24 * 14, hours - 60, kind.silences)]
    favourites = [s.start for s in storms] + campaigns + [start for start, _ in silences]
    planted = _incidents(kind, favourites, rng)
    brands, posts, rival_posts = {}, np.zeros(hours), np.zeros(hours if kind.rivals else 0)
    for name, size in {OURS: 1.0, **{f"Rival {i + 1}": s for i, s in enumerate(kind.rivals)}}.items():
        ours = name == OURS
        talk = kind.talk if ours else replace(kind.talk, rate=kind.talk.rate * size, starts_hours=0.0)
        counts = _usual(talk, hours, rng)
        _blow(counts, storms, talk, hours, rng)
        if ours:
            for scandal in scandals:
                _add(counts, scandal, rng)
            planted = tuple(_do_harm(counts, p, rng) for p in planted)
            _campaign(counts, campaigns, talk, rng)
            _repeat_posts(counts, kind.repeats, rng)
        brands[name] = _brand(name, counts, silences if ours else [], kind, rng)
        told = np.asarray(sum(c.posts for c in counts.values()), dtype=float).reshape(hours, PER_HOUR).sum(1)
        if ours:
            posts = told
        else:
            rival_posts = rival_posts + told
    return World(kind, brands, planted, scandals, posts, rival_posts)


def _usual(talk: Talk, hours: int, rng: np.random.Generator) -> dict[str, _Counts]:
    """Voices on each screen on days when nothing happens; the screens share their mood."""
    intensity = talk.intensity(hours, rng)
    counts = {}
    for screen, share in SCREENS.items():
        negative = rng.poisson(intensity * share)
        other = rng.poisson(intensity * share * OTHER_VOICES)
        counts[screen] = _Counts(negative, rng.binomial(negative, FAILING_SHARE), other, negative.copy())
    return counts


def _add(counts: dict[str, _Counts], rise: Rise, rng: np.random.Generator) -> float:
    """Add a rise; returns how many negative voices it brought."""
    brought = 0
    for screen, one in counts.items():
        share = 1.0 if rise.screen == screen else 0.0 if rise.screen else SCREENS[screen]
        extra = replace(rise, voices=rise.voices * share).draw(len(one.negative), rng)
        one.negative += extra
        one.failing += rng.binomial(extra, rise.failing)
        one.posts += extra
        brought += int(extra.sum())
    return float(brought)


def _storm(hours: int, rng: np.random.Generator) -> Rise:
    """A storm over the whole trade; ``voices`` are in hours of usual talk."""
    length = float(rng.uniform(6, 30))
    start = float(rng.uniform(24 * 14, hours - 72))
    return Rise(start=start, hours=length, voices=length * float(rng.uniform(1.5, 6)), failing=0.05, ramp_hours=1.0)


def _blow(counts: dict[str, _Counts], storms: Sequence[Rise], talk: Talk, hours: int, rng: np.random.Generator) -> None:
    usual = rhythm(hours)
    for storm in storms:
        there = float(usual[int(storm.start) : int(storm.start + storm.hours) + 1].mean())
        voices = storm.voices * talk.rate * there * float(rng.lognormal(0, 0.15))
        _add(counts, replace(storm, voices=voices), rng)


def _scandal(kind: Kind, hours: int, rng: np.random.Generator) -> Rise:
    length = float(rng.uniform(4, 36))
    start = float(rng.uniform(24 * 14, hours - 72))
    voices = float(rng.uniform(5, 25)) * spread_of(kind.talk, start, length)
    return Rise(start=start, hours=length, voices=voices, failing=0.04, ramp_hours=0.5, fade_hours=6.0)


def _campaign(counts: dict[str, _Counts], starts: Sequence[float], talk: Talk, rng: np.random.Generator) -> None:
    """Two days in which many who are not negative join in."""
    for start in starts:
        for screen, one in counts.items():
            voices = talk.rate * OTHER_VOICES * SCREENS[screen] * 48 * float(rng.uniform(3, 15))
            one.other += Rise(start=start, hours=48.0, voices=voices, ramp_hours=1.0).draw(len(one.other), rng)


def _repeat_posts(counts: dict[str, _Counts], times: int, rng: np.random.Generator) -> None:
    """One voice, many posts within an hour or two: an angry customer, or a story that others copy."""
    one = counts["web"]
    for start in rng.uniform(24 * 14, len(one.posts) / PER_HOUR - 24, times):
        one.negative[int(start * PER_HOUR)] += 1
        many = Rise(start=float(start), hours=float(rng.uniform(0.5, 3)), voices=float(rng.uniform(0.5, 3)) * POSTS)
        one.posts += many.draw(len(one.posts), rng)


def _incidents(kind: Kind, favourites: Sequence[float], rng: np.random.Generator) -> tuple[Planted, ...]:
    """Incidents apart from each other, or in overlapping pairs; every second of the harmless ones amid a happening."""
    starts: list[float] = []
    count = kind.incidents // 2 if kind.pairs else kind.incidents
    while len(starts) < count:
        start = float(rng.uniform(kind.first_day * 24, (kind.days - 4) * 24))
        if favourites and len(starts) < len(favourites) and len(starts) % 2 == 0:
            start = favourites[len(starts)] + float(rng.uniform(0, 4))
        if all(abs(start - other) > APART_HOURS for other in starts) or rng.random() < 0.01:
            starts.append(start)
    innocent = [i for i in range(count) if favourites and i % 2 == 0]
    others = [i for i in range(count) if i not in innocent]
    guilty = set(rng.permutation(others)[: kind.harmful].tolist())
    planted = [_incident(kind, f"i-{i}", start, guilty=i in guilty, rng=rng) for i, start in enumerate(starts)]
    if kind.pairs:
        planted += [_partner(kind, one, rng) for one in planted]
    return tuple(sorted(planted, key=lambda p: p.exposure.started))


def _incident(kind: Kind, name: str, start: float, *, guilty: bool, rng: np.random.Generator) -> Planted:
    hours = _log_uniform(kind.hours, rng)
    started = START + timedelta(hours=start)
    exposure = Exposure(
        incident=name,
        brand=OURS,
        title="Payments fail",
        service="checkout",
        started=started,
        detected=started + timedelta(minutes=float(rng.uniform(5, 30))),
        resolved=started + timedelta(hours=hours),
    )
    if not guilty:
        return Planted(exposure)
    lag = min(float(rng.uniform(*kind.lag)), hours + 2.0)
    lasts = max(hours + float(rng.uniform(*kind.beyond)) - lag, 0.5)
    ratio = _log_uniform(kind.ratios, rng)
    voices = max(ratio * spread_of(kind.talk, start + lag, lasts), 1.0)
    screen = str(rng.choice(["", "", "web", "mobile"]))
    rise = Rise(start=start + lag, hours=lasts, voices=voices, failing=float(rng.uniform(0.2, 0.7)), screen=screen)
    return Planted(exposure, rise, ratio=ratio)


def _partner(kind: Kind, one: Planted, rng: np.random.Generator) -> Planted:
    """A harmless incident that overlaps with another, before or after it."""
    hours = (one.exposure.end(START) - one.exposure.started) / timedelta(hours=1)
    shift = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.25, 1.0) * hours)
    start = (one.exposure.started - START) / timedelta(hours=1) + shift
    name = f"{one.exposure.incident}-beside"
    return replace(_incident(kind, name, start, guilty=False, rng=rng), partner=one.exposure.incident)


def _do_harm(counts: dict[str, _Counts], planted: Planted, rng: np.random.Generator) -> Planted:
    if planted.rise is None:
        return planted
    return replace(planted, weight=_add(counts, planted.rise, rng) * NEGATIVE_WEIGHT[0])


def _brand(
    name: str,
    counts: dict[str, _Counts],
    silences: Sequence[tuple[float, float]],
    kind: Kind,
    rng: np.random.Generator,
) -> BrandCounts:
    negative, failing = {}, {}
    for screen, one in counts.items():
        heard = _silence(one, silences, rng) if screen == "web" and silences else None
        sums, squares = weigh(one.negative - one.failing, NEGATIVE_WEIGHT, rng)
        spoken, spoken_squares = weigh(one.failing, NEGATIVE_WEIGHT, rng)
        rest, rest_squares = weigh(one.other, OTHER_WEIGHT, rng)
        mentions = (one.negative + one.other).astype(float)
        valence = 0.5 * one.other - 0.6 * one.negative
        whole = sums + spoken + rest, squares + spoken_squares + rest_squares
        negative[screen] = Series(START, BUCKET_SECONDS, *whole, mentions, valence, mentions, heard)
        failing[screen] = Series(
            START, BUCKET_SECONDS, spoken, spoken_squares, one.failing.astype(float), valence, mentions, heard
        )
    rivals = tuple(f"Rival {i + 1}" for i in range(len(kind.rivals))) if name == OURS else (OURS,)
    return BrandCounts(name=name, negative=negative, failing=failing, rivals=rivals)


def _silence(one: _Counts, silences: Sequence[tuple[float, float]], rng: np.random.Generator) -> Array:
    """Take away what a silent source would have brought; the share that was heard in each bucket."""
    heard = np.ones(len(one.negative))
    for start, end in silences:
        span = slice(int(start * PER_HOUR), int(end * PER_HOUR))
        heard[span] = 1 - UNHEARD_SHARE
        one.failing[span] = rng.binomial(one.failing[span], 1 - UNHEARD_SHARE)
        rest = one.negative[span] - one.failing[span]
        one.negative[span] = one.failing[span] + rng.binomial(np.maximum(rest, 0), 1 - UNHEARD_SHARE)
        one.other[span] = rng.binomial(one.other[span], 1 - UNHEARD_SHARE)
        one.posts[span] = rng.binomial(one.posts[span], 1 - UNHEARD_SHARE)
    return heard


def spread_of(talk: Talk, start: float, hours: float) -> float:
    """Spread of the negative voices usual in a span: Poisson, the noise's share, and a level known to 20 %."""
    around = np.arange(int(start), int(np.ceil(start + hours)))
    usual = talk.rate * float(rhythm(int(start) + len(around) + 24)[around].mean()) * hours
    return float(np.sqrt(usual + (talk.averaged(hours) + LEVEL_ERROR**2) * usual**2))


def _log_uniform(bounds: tuple[float, float], rng: np.random.Generator) -> float:
    return float(np.exp(rng.uniform(*np.log(bounds))))
