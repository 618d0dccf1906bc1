"""Odd things in the feeds that must not look like a shift: a flooder, a wire story, spam."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from reputation_monitor.demo.phrases import capitalised, phrase_book, tidied
from reputation_monitor.demo.scenario import Brand, Disturbance, Plan
from reputation_monitor.demo.utterances import PenNames, Tone, Utterance, Writer

FLOODER = "lava_lantern_88"


def disturb(plan: Plan, brand: Brand, seed: int) -> Iterator[Utterance]:
    """The posts of the plan's disturbances; what is malformed is added where feeds are rendered."""
    rng = random.Random(f"{seed}|disturbances")
    yield from _wire(plan.disturbance("wire"), brand, rng)
    yield from _flood(plan.disturbance("flood"), brand, rng)
    yield from _spam(plan.disturbance("spam"), brand, rng)


def _wire(disturbance: Disturbance, brand: Brand, rng: random.Random) -> Iterator[Utterance]:
    book = phrase_book()
    words = Writer(book, rng).words(brand)
    title, text = (tidied(book.draw(name, "", words, rng)) for name in ("wire.title", "wire.text"))
    for number, outlet in enumerate(book.entries("outlet")[: disturbance.posts]):
        published = disturbance.at + timedelta(minutes=11 * number, seconds=rng.randrange(600))
        yield _said(
            disturbance,
            number,
            brand,
            published=published,
            channel="news",
            tone=Tone.NEGATIVE,
            title=title,
            text=text,
            outlet=outlet,
        )


def _flood(disturbance: Disturbance, brand: Brand, rng: random.Random) -> Iterator[Utterance]:
    book = phrase_book()
    for number in range(disturbance.posts):
        published = disturbance.at + timedelta(minutes=2.6 * number, seconds=rng.randrange(90))
        words = {**Writer(book, rng).words(brand), "number": str(number + 1)}
        text = capitalised(book.draw("flood.text", "flood", words, rng))
        yield _said(
            disturbance,
            number,
            brand,
            published=published,
            channel="social",
            tone=Tone.NEGATIVE,
            text=text,
            author=FLOODER,
        )


def _spam(disturbance: Disturbance, brand: Brand, rng: random.Random) -> Iterator[Utterance]:
    book = phrase_book()
    writer, names = Writer(book, rng), PenNames(book)
    for number in range(disturbance.posts):
        published = disturbance.at + timedelta(seconds=rng.randrange(2700))
        text = book.draw("spam.text", "", writer.words(brand), rng)
        author = names.pick("social", 6000, rng) + "_deals"
        yield _said(
            disturbance,
            number,
            brand,
            published=published,
            channel="social",
            tone=Tone.NEUTRAL,
            text=text,
            author=author,
        )


def _said(
    disturbance: Disturbance,
    number: int,
    brand: Brand,
    *,
    published: datetime,
    channel: str,
    tone: Tone,
    text: str,
    title: str = "",
    author: str = "",
    outlet: str = "",
) -> Utterance:
    return Utterance(
        id=f"{disturbance.at:%y%m%d}-{ord(disturbance.key[0])}-{number}",
        screen="web",
        channel=channel,
        published=published,
        author=author,
        title=title,
        text=text,
        outlet=outlet,
        brands=(brand.name,),
        tone=tone,
        topic=disturbance.key,
    )
