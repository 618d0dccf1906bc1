"""Invented sources: how they speak, hour by hour, and what is remembered of them."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest

from reputation_monitor.sources.records import HOUR, SourceHour, SourceRecord, Timeline

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
Counts = np.ndarray


def steady(hours: Counts, random: np.random.Generator) -> Counts:
    return random.poisson(6.0, len(hours))


def bursty(hours: Counts, random: np.random.Generator) -> Counts:
    return random.poisson(1 / 12, len(hours)) * random.integers(5, 30, len(hours))


def nightly(hours: Counts, random: np.random.Generator) -> Counts:
    return random.poisson(np.where((hours % 24 >= 8) & (hours % 24 < 22), 4.0, 0.05))


def weekendless(hours: Counts, random: np.random.Generator) -> Counts:
    at_work = (hours // 24 % 7 < 5) & (hours % 24 >= 8) & (hours % 24 < 18)
    return random.poisson(np.where(at_work, 3.0, np.where(hours // 24 % 7 < 5, 0.2, 0.0)))


def thin(hours: Counts, random: np.random.Generator) -> Counts:
    """Three items a week."""
    return random.poisson(3 / 168, len(hours))


SOURCES = {source.__name__: source for source in (steady, bursty, nightly, weekendless, thin)}


def a_line(appeared: Counts, start: datetime = MONDAY) -> Timeline:
    counts = np.asarray(appeared, dtype=float)
    return Timeline(start, np.ones(len(counts)), np.zeros(len(counts)), counts, counts)


def a_record(appeared: Counts, name: str = "news", **fields) -> SourceRecord:
    """A source that was polled in every hour, up to the end of the last."""
    hours = [SourceHour(MONDAY + n * HOUR, 4, 0, int(count), int(count)) for n, count in enumerate(appeared)]
    spoke = np.flatnonzero(appeared)
    latest = MONDAY + (int(spoke[-1]) + 0.5) * HOUR if len(spoke) else None
    end = MONDAY + len(hours) * HOUR
    plain = {"polls": 4 * len(hours), "last_success": end, "latest": latest, "hours": hours}
    return SourceRecord(name, **plain | fields)


@pytest.fixture
def speak() -> Callable[[str, int, int], Counts]:
    """Items of so many weeks of a source of that kind."""

    def said(kind: str, weeks: int, seed: int = 1) -> Counts:
        return SOURCES[kind](np.arange(weeks * 168), np.random.default_rng(seed))

    return said


@pytest.fixture
def line_of() -> Callable[..., Timeline]:
    """The hours of a source that was polled in each of them."""
    return a_line


@pytest.fixture
def record_of() -> Callable[..., SourceRecord]:
    """What is remembered of such a source."""
    return a_record
