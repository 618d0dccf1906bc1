"""No feed breaks a parser, however spoilt: the short form of benchmarks/fuzzing, and that it would notice."""

import random
from datetime import UTC, datetime

import pytest

from benchmarks.fuzzing.promises import broken_promise
from benchmarks.fuzzing.spoiling import spoilt
from benchmarks.fuzzing.targets import SEEDS, TARGETS, Target
from benchmarks.fuzzing.trials import Outcome, attempt, fuzz
from collectors.base import Item, Reject
from collectors.reading.documents import Contents
from collectors.registry import BUILT_IN

FEED = (SEEDS / "feed" / "xml" / "rss.xml").read_bytes()


def test_no_spoilt_input_breaks_a_parser():
    outcome = fuzz(2000)
    assert outcome.broken == {}
    assert set(outcome.inputs) == {target.name for target in TARGETS}
    assert all(outcome.with_items[name] > 0.02 * count for name, count in outcome.inputs.items())


def test_every_collector_is_given_spoilt_inputs():
    given = {target.name.partition("/")[0] for target in TARGETS} | {"youtube_captions"}  # which has its own extra
    assert given - {"http"} == set(BUILT_IN)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_seeds_of_a_parser_are_sound_and_one_holds_items(target: Target):
    read = [target.parse(body) for body in target.corpus(None)]
    assert [broken_promise(contents, calm=target.calm) for contents in read] == [""] * len(read)
    assert any(contents.items for contents in read)


def test_the_same_seed_spoils_alike():
    one, two = ([spoilt(FEED, [b"x"], random.Random(seed)) for seed in range(50)] for _ in range(2))
    assert one == two
    assert len(set(one)) > 40


def problem_of(contents: Contents) -> str:
    outcome = Outcome()
    attempt(Target("odd", lambda _: contents), b"", outcome)
    return next((problem for _, problem in outcome.broken), "")


def test_a_parser_that_loses_or_invents_is_noticed():
    fine = Item(id="1", text="x", published=datetime(2026, 1, 1, tzinfo=UTC))
    assert problem_of(Contents((fine,))) == ""
    assert problem_of(Contents()) == "neither items nor rejects"
    assert "without id" in problem_of(Contents((Item(id="", text="x"),)))
    assert "without text" in problem_of(Contents((Item(id="1", text=" "),)))
    assert "no database" in problem_of(Contents((Item(id="1", text="\ud800"),)))
    assert "a date" in problem_of(Contents((Item(id="1", text="x", published=datetime(1601, 1, 1, tzinfo=UTC)),)))
    assert "reason" in problem_of(Contents(rejects=(Reject("x", ""),)))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_parser_that_raises_or_hangs_is_noticed():
    def raises(_: bytes) -> Contents:
        raise LookupError("no")

    def hangs(_: bytes) -> Contents:
        while True:
            pass

    class Hanging:
        def __del__(self) -> None:
            hangs(b"")

    def hangs_where_errors_are_dropped(_: bytes) -> Contents:
        Hanging()
        return Contents(rejects=(Reject("x", "odd"),))

    for parse, noticed in ((raises, "LookupError"), (hangs, "TooSlow"), (hangs_where_errors_are_dropped, "TooSlow")):
        outcome = Outcome()
        attempt(Target("odd", parse), b"", outcome, seconds=0.05)
        assert [problem.split()[0] for _, problem in outcome.broken] == [noticed]
