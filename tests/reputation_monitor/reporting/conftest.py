"""Three weeks of two invented brands, with an outage in the last."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from reputation_monitor.application import Application
from reputation_monitor.incidents.base import Incident
from reputation_monitor.rollups import BucketSums
from reputation_monitor.store import NewMention

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SINCE = datetime(2026, 2, 9, tzinfo=UTC)
OUTAGE = datetime(2026, 2, 26, 17, 40, tzinfo=UTC)
CONFIGURATION = """
time_zone: Europe/London
brands: [{name: Halden, rivals: [Marsk]}, {name: Marsk}]
services: [{name: Payments, brands: [Halden]}]
sources:
  - {name: forum, screen: web, collector: feed, url: "https://forum.example/feed"}
  - {name: news, screen: web, collector: feed, url: "https://news.example/feed"}
revenue: [{brand: Halden, currency: EUR, customer_value: 50, customers_per_complaint: 20, churn_share: 0.02}]
web: {url: "https://monitor.halden.example"}
"""
INCIDENT = Incident(
    id="pay-1",
    title="Card payments fail",
    services=("Payments",),
    started=OUTAGE,
    detected=OUTAGE + timedelta(minutes=30),
    resolved=OUTAGE + timedelta(hours=3),
    words="Card payments fail at the tills.",
)


def sums(seed: int, surge: float) -> list[BucketSums]:
    chance = np.random.default_rng(seed)
    found, moment = [], SINCE
    while moment < NOW:
        loud = surge if OUTAGE <= moment < OUTAGE + timedelta(hours=3) else 0.0
        negative, calm = float(chance.poisson((3.0 + loud) / 12)), float(chance.poisson(0.5))
        if negative + calm:
            found.append(
                BucketSums(
                    source="forum",
                    bucket=moment,
                    mentions=int(negative + calm),
                    voices=negative + calm,
                    negative=negative,
                    negative_voices=negative,
                    negative_voices_squared=negative,
                    valence=0.5 * calm - 0.8 * negative,
                )
            )
        moment += timedelta(minutes=5)
    return found


def said(item_id: str, author: str, text: str, published: datetime, scores: tuple[float, float, float]) -> NewMention:
    return NewMention(
        brand="Halden",
        screen="web",
        source="forum",
        item_id=item_id,
        author=author,
        text=text,
        url=f"https://forum.example/{item_id}",
        published=published,
        scores=scores,
    )


def complaints() -> list[NewMention]:
    return [
        said(
            f"post-{number}",
            f"customer {number}",
            f"awful: card {number} is declined at the till and nobody knows why",
            OUTAGE + timedelta(minutes=4 * number),
            (0.9, 0.08, 0.02),
        )
        for number in range(30)
    ]


def small_talk() -> list[NewMention]:
    """What ten customers said in the week before: each something kind and something unkind in a day."""
    before = OUTAGE - timedelta(days=7)
    return [
        said(f"{word}-{number}", f"regular {number}", f"till {number} was {word} today", before, scores)
        for number in range(10)
        for word, scores in (("slow", (0.7, 0.1, 0.2)), ("quick", (0.1, 0.1, 0.8)))
    ]


@pytest.fixture
async def reported(open_app, clock) -> Application:
    """An application with three weeks behind it; it is Monday noon."""
    application = await open_app(CONFIGURATION)
    store = application.store
    await store.add_mentions([*complaints(), *small_talk()], clock.at)
    for brand, seed, surge in [("Halden", 1, 30.0), ("Marsk", 2, 0.0)]:
        marks = (await store.read_voices(brand, "web", SINCE, NOW)).marks
        await store.replace_rollups(brand, "web", SINCE, NOW, sums(seed, surge), marks=marks, now=clock.at)
    await store.store_incidents("status", [INCIDENT], [], None, clock.at)
    await store.poll_failed("news", "HTTP 503", clock.at)
    await application.judge_sources()
    return application
