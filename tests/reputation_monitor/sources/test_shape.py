"""Whether a source gives something else than it used to."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from reputation_monitor.sources.glimpses import BINS, Shape, length_bin
from reputation_monitor.sources.shape import changes


def shape_of(random: np.random.Generator, **shares: float) -> Shape:
    """A day's items: how many of them have a field, by its share; ``characters`` and ``page`` are of all of them."""
    fresh = int(random.integers(30, 90))
    usual = {"author": 0.9, "date": 1.0, "title": 0.5, "text": 1.0, "rating": 0.0, "language": 0.7} | shares
    texts = random.lognormal(np.log(usual.pop("characters", 300)), 0.7, fresh)
    page = int(usual.pop("page", 25))
    known = usual.pop("known", 0.9)
    items = 96 * page
    lengths = np.bincount([length_bin(int(length) + 1) for length in texts], minlength=BINS)
    # The share of a day is not that of every day: beyond chance it varies by a tenth of its room.
    had = {name: int(random.binomial(fresh, _around(random, share))) for name, share in usual.items()}
    seen = int(random.binomial(items, _around(random, known)))
    return Shape(pages=96, items=items, known=seen, fresh=fresh, lengths=tuple(lengths.tolist()), **had)


def _around(random: np.random.Generator, share: float) -> float:
    return float(random.beta(40 * share, 40 * (1 - share))) if 0 < share < 1 else share


def days_of(random: np.random.Generator, count: int, **last: float) -> dict[date, Shape]:
    first = date(2026, 1, 5)
    shapes = [shape_of(random) for _ in range(count - 1)] + [shape_of(random, **last)]
    return {first + timedelta(days=n): shape for n, shape in enumerate(shapes)}


def test_false_alarms_come_no_oftener_than_allowed():
    """Two thousand days at twenty a year: 110 are allowed."""
    random = np.random.default_rng(3)
    alarms = sum(bool(changes(days_of(random, 30), 20.0)) for _ in range(2000))
    assert alarms <= 110


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"author": 0.0}, "0 % of the new items have an author, where 88 % had"),
        ({"date": 0.4}, "have a date, where 100 % had"),
        ({"language": 0.0}, "have a language"),
        ({"rating": 1.0}, "100 % of the new items have a rating, where 0 % had"),
        ({"text": 0.1}, "have a text, where 100 % had"),
        ({"characters": 25}, "a text has about"),
        ({"characters": 4000}, "a text has about"),
        ({"page": 3}, "an answer holds 3 items, where 25 were usual"),
        ({"known": 0.0}, "0 % of what it shows was known already, where 9"),
    ],
    ids=str,
)
def test_what_a_changed_page_breaks_is_named(change: dict[str, float], said: str):
    found = changes(days_of(np.random.default_rng(5), 30, **change), 1.0)
    assert said in found[0].what
    assert found[0].p_value < 1 / 365


def test_a_week_is_needed_to_know_what_is_usual():
    assert changes(days_of(np.random.default_rng(5), 7, author=0.0), 1.0) == []
    assert changes({}, 1.0) == []


def test_a_day_with_few_items_is_not_judged():
    days = days_of(np.random.default_rng(5), 30)
    days[date(2026, 3, 1)] = Shape(pages=96, items=500, known=496, fresh=4)
    assert changes(days, 1.0) == []


def test_the_first_answer_after_an_outage_may_be_all_news():
    days = days_of(np.random.default_rng(5), 30)
    days[date(2026, 3, 1)] = replace(shape_of(np.random.default_rng(6)), pages=2, items=40, known=0)
    assert changes(days, 1.0) == []


def test_shapes_are_kept_and_read_again():
    shape = shape_of(np.random.default_rng(5))
    assert Shape.from_json(shape.as_json()) == shape
    assert Shape.from_json({"items": 3}) == Shape(items=3)
