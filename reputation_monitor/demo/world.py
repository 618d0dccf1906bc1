"""The generator: from a plan and a seed, all that is said in six weeks on three screens."""

import hashlib
import random
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from reputation_monitor.demo.broadcasts import Airing, air
from reputation_monitor.demo.disturbances import disturb
from reputation_monitor.demo.intensity import (
    BUCKETS_A_DAY,
    Series,
    bucket_times,
    daily_rhythm,
    height,
    rhythm,
    scatter,
    slow_noise,
    spread,
)
from reputation_monitor.demo.phrases import phrase_book
from reputation_monitor.demo.scenario import BRAND, BRANDS, DAYS, RIVALS, STOREFRONTS, Brand, Plan, plan_for
from reputation_monitor.demo.utterances import FEEDS, ORDINARY, Feed, PenNames, Subject, Tone, Utterance, Writer

SEED = 20261123
SHARES: Mapping[str, Mapping[Tone, float]] = {
    "web": {Tone.NEGATIVE: 0.24, Tone.NEUTRAL: 0.42, Tone.POSITIVE: 0.34},
    "mobile": {Tone.NEGATIVE: 0.30, Tone.NEUTRAL: 0.16, Tone.POSITIVE: 0.54},
}
"""Which part of an ordinary day's mentions has which tone."""
COMPARISONS = 0.02
"""Part of the ordinary web posts that name a second brand."""
AUTHORS = {"social": 6000, "forum": 2500, "blogs": 150, "mobile": 20000}


@dataclass(frozen=True)
class World:
    """Everything that was said, and apart from it the plan behind it.

    What may be served lies in ``posts``, ``reviews`` and ``airings``, and in the plan's ``incidents``.
    """

    plan: Plan
    seed: int
    posts: tuple[Utterance, ...]
    reviews: tuple[Utterance, ...]
    airings: tuple[Airing, ...]

    @classmethod
    def make(cls, now: datetime, seed: int = SEED) -> "World":
        """Generate the six weeks that end at ``now``.

        The same ``now`` and seed give the same world; a later ``now`` on the same day only adds to it.

        Raises:
            ValueError: ``now`` has no time zone.
        """
        plan = plan_for(now)
        noise = {brand.name: _noise(brand, seed) for brand in BRANDS}
        posts = [said for brand in BRANDS for said in _Stream(plan, seed, brand, "web", noise[brand.name]).utterances()]
        reviews = [
            said for brand in BRANDS for said in _Stream(plan, seed, brand, "mobile", noise[brand.name]).utterances()
        ]
        posts.extend(disturb(plan, BRAND, seed))
        return cls(
            plan=plan,
            seed=seed,
            posts=_told_by(plan.now, posts),
            reviews=_told_by(plan.now, reviews),
            airings=tuple(airing for airing in air(plan, seed, noise) if airing.end <= plan.now),
        )

    @cached_property
    def utterances(self) -> tuple[Utterance, ...]:
        """All that was said on all screens, in order of time."""
        spoken = [said for airing in self.airings for said in airing.utterances]
        return _told_by(self.plan.now, [*self.posts, *self.reviews, *spoken])

    def about(self, brand: str, screen: str | None = None) -> tuple[Utterance, ...]:
        """What was said of a brand, on one screen or on all."""
        return tuple(said for said in self.utterances if brand in said.brands and screen in (None, said.screen))


def identity(*parts: object) -> str:
    """A short identity that tells nothing of what it stands for."""
    return hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=6).hexdigest()


def _told_by(now: datetime, utterances: list[Utterance]) -> tuple[Utterance, ...]:
    told = (said for said in utterances if said.published <= now)
    return tuple(sorted(told, key=lambda said: (said.published, said.id)))


def _noise(brand: Brand, seed: int) -> Series:
    rng = np.random.default_rng([seed, zlib.crc32(brand.name.encode())])
    return slow_noise(rng, (DAYS + 1) * BUCKETS_A_DAY)


class _Stream:
    """What is said of one brand on one screen of the two that people write on."""

    def __init__(self, plan: Plan, seed: int, brand: Brand, screen: str, noise: Series) -> None:
        book = phrase_book()
        self._plan, self._seed, self._brand, self._screen = plan, seed, brand, screen
        self._counts = np.random.default_rng([seed, zlib.crc32(f"{brand.name}|{screen}".encode())])
        self._rng = random.Random(f"{seed}|{brand.name}|{screen}")
        self._writer = Writer(book, self._rng)
        self._names = PenNames(book)
        daily = brand.web if screen == "web" else brand.mobile
        self._ordinary = daily / BUCKETS_A_DAY * rhythm(screen, plan.start) * noise
        self._usual = daily / BUCKETS_A_DAY * daily_rhythm(screen)

    def utterances(self) -> Iterator[Utterance]:
        """All utterances of the stream, in order of time, those after ``now`` among them."""
        write = self._post if self._screen == "web" else self._review
        for number, (seconds, subject) in enumerate(sorted(self._moments(), key=lambda moment: moment[0])):
            said = write(self._plan.start + timedelta(seconds=seconds), subject)
            yield replace(said, id=identity(self._seed, self._plan.start, self._brand.name, self._screen, number))

    def _moments(self) -> Iterator[tuple[int, Subject]]:
        shares = SHARES[self._screen]
        for tone, share in shares.items():
            for seconds in scatter(self._ordinary * share, self._counts):
                yield int(seconds), ORDINARY[tone]
        seconds_of_bucket = bucket_times()
        for effect in self._plan.effects:
            factor = effect.factors.get(self._screen, 1.0)
            if self._brand.name not in effect.brands or factor <= 1.0:
                continue
            rise = (factor - 1) * height(effect, seconds_of_bucket, self._plan.start)
            subject = Subject(Tone.NEGATIVE, effect.topic, effect.press_topic)
            for seconds in spread(self._usual * shares[Tone.NEGATIVE] * rise, self._counts):
                yield int(seconds), subject

    def _post(self, published: datetime, subject: Subject) -> Utterance:
        feed = self._rng.choices(FEEDS, weights=[feed.share for feed in FEEDS])[0]
        names, (title, text) = self._compose(feed, subject)
        return Utterance(
            id="",
            screen="web",
            channel=feed.name,
            published=published,
            author="" if feed.is_press else self._names.pick(feed.name, AUTHORS[feed.name], self._rng),
            title=title,
            text=text,
            outlet=self._writer.outlet() if feed.is_press else "",
            brands=names,
            tone=subject.tone,
            topic=subject.press_topic if feed.is_press else subject.topic,
        )

    def _compose(self, feed: Feed, subject: Subject) -> tuple[tuple[str, ...], tuple[str, str]]:
        ordinary = subject is ORDINARY[subject.tone]
        if self._brand is BRAND and ordinary and not feed.is_press and self._rng.random() < COMPARISONS:
            rival = self._rng.choice(RIVALS)
            return (BRAND.name, rival.name), self._writer.comparison(feed, subject.tone, BRAND, rival)
        return (self._brand.name,), self._writer.post(feed, subject, self._brand)

    def _review(self, published: datetime, subject: Subject) -> Utterance:
        title, text = self._writer.review(subject, self._brand)
        return Utterance(
            id="",
            screen="mobile",
            channel=self._rng.choice(STOREFRONTS),
            published=published,
            author=self._names.pick("mobile", AUTHORS["mobile"], self._rng),
            title=title,
            text=text,
            stars=self._stars(subject),
            brands=(self._brand.name,),
            tone=subject.tone,
            topic="middling" if subject.tone is Tone.NEUTRAL else subject.topic,
        )

    def _stars(self, subject: Subject) -> int:
        sure = self._rng.random() < 0.75
        match subject.tone:
            case Tone.NEGATIVE:
                return 1 if sure or subject is not ORDINARY[Tone.NEGATIVE] else 2
            case Tone.POSITIVE:
                return 5 if sure else 4
        return 3
