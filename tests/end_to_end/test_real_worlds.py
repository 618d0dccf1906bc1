"""Three real worlds: a true answer for each, by the commands that a user types. Skipped where the data are not.

Mentions are scored as people labelled them, by stars, or, where nobody did (questions to a support forum), all alike:
what is tried here is the way from the file to the verdict, not the model.
"""

import asyncio
import csv
import gzip
import json
from pathlib import Path

import pytest

from reputation_monitor.linking.types import Shift, ShiftVerdict, Verdict

pytestmark = pytest.mark.timeout(400)  # ten thousand texts are scored, on whatever processor there is

LABELS = {"negative": (0.9, 0.08, 0.02), "neutral": (0.08, 0.84, 0.08), "positive": (0.02, 0.08, 0.9)}


def assert_nothing_rests_on_one_author(desk) -> list[Shift]:
    """No author is a third of a shift's excess, and three at least are angry."""
    found = asyncio.run(desk.shifts())
    for shift, voices in found:
        assert max(voices) < shift.excess / 3, shift
        assert sum(weight >= 0.4 for weight in voices) >= 3, shift
    return [shift for shift, _ in found]


@pytest.fixture
def airline(desk, shared_data: Path):
    """Eight days of tweets to four airlines, with what people thought of each tweet."""
    folder = shared_data / "airline"
    with gzip.open(folder / "tweets.csv.gz", "rt") as file, (desk.folder / "tweets.jsonl").open("w") as out:
        for row in csv.DictReader(file):
            scores = zip(("negative", "neutral", "positive"), LABELS[row["airline_sentiment"]], strict=True)
            kept = {"id": row["tweet_id"], "brand": row["airline"], "published": row["created_at"]}
            out.write(json.dumps(kept | {"author": row["author"], "text": row["text"]} | dict(scores)) + "\n")
    desk.type("import", "tweets.jsonl")
    desk.type("incidents", "import", folder / "incidents.json")
    return desk


def test_the_outage_of_us_airways_is_linked_and_nothing_rests_on_one_author(airline):
    found = airline.links()
    outage = found["rm-air-01"]
    assert (outage["brand"], outage["verdict"]) == ("US Airways", Verdict.LINKED)
    assert outage["excess"] > 0
    assert outage["q_value"] <= 0.05
    assert outage["evidence"]
    assert len(found) == 9
    assert all(link["reason"] for link in found.values())
    assert_nothing_rests_on_one_author(airline)


FORUM = [
    *("--map", "brand==Firefox", "--map", "text=content_html", "--map", "published=created_at"),
    *("--map", "language=locale", "--map", "negative==0.5", "--map", "neutral==0.4", "--map", "positive==0.1"),
]


def test_the_outage_of_firefox_is_linked_to_the_minute(desk, shared_data: Path):
    folder = shared_data / "firefox_support"
    desk.type("import", folder / "questions_2021-09_2022-02.jsonl.gz", *FORUM)
    desk.type("incidents", "import", folder / "incidents.json")
    outage = desk.links()["ff-2022-01-13"]
    assert outage["verdict"] == Verdict.LINKED
    assert "2022-01-13T07:28:00Z" <= outage["onset"] <= "2022-01-13T07:58:00Z"
    assert outage["excess"] > 25
    assert "ff-2022-01-13" in {shift.incident for shift in assert_nothing_rests_on_one_author(desk)}


def test_waves_of_spam_are_linked_to_nothing(desk, shared_data: Path):
    folder = shared_data / "firefox_support"
    desk.type("import", folder / "questions_2025-01_spam.jsonl.gz", *FORUM)
    desk.type("incidents", "import", folder / "incidents.json")
    assert all(link["verdict"] == Verdict.NOT_ENOUGH_DATA for link in desk.links().values())
    assert all(shift["verdict"] != ShiftVerdict.LINKED for shift in desk.json("shifts"))
    told = desk.type("shifts")
    assert (
        told.count("of the excess talks of failing service") == told.count("negative voices (") or "No shifts" in told
    )


def test_the_launch_of_bimpli_is_linked_by_the_stars_of_french_reviews(desk, shared_data: Path):
    folder = shared_data / "app_reviews"
    stars = ["--map", "brand==Apetiz", "--map", "screen==mobile", "--map", "language==fr"]
    names = ["--map", "published=at", "--map", "rating=score", "--map", "text=content"]
    desk.type("import", folder / "apetiz_bimpli_2015_2021.csv", *stars, *names, "--zone", "Europe/Paris")
    desk.type("score")
    desk.type("incidents", "import", folder / "apetiz_bimpli_incidents.json")
    launch = desk.links()["bimpli-2021-11-29"]
    assert launch["verdict"] == Verdict.LINKED
    assert launch["onset"].startswith("2021-11-2")
    assert "bimpli-2021-11-29" in {shift.incident for shift in assert_nothing_rests_on_one_author(desk)}
