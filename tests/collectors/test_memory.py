"""What a source has told already."""

from datetime import datetime, timedelta

from collectors.base import Item
from collectors.memory import KNOWN, Known, Told, news_of


def said(name: str, text: str = "It is down.", **fields) -> Item:
    return Item(id=name, text=text, **fields)


def next_run(told: Told) -> Told:
    return Told({KNOWN: told.kept()})


def test_an_edited_item_is_told_again_and_a_repeated_one_is_not():
    told = Told({})
    told.fresh([said("1")])
    again = [said("1"), said("1", "It works again.")]
    assert [item.text for item in next_run(told).fresh(again)] == ["It works again."]


def test_an_item_that_comes_twice_in_one_run_is_told_once():
    told = Told({})
    assert told.fresh([said("1"), said("2"), said("1")]) == (said("1"), said("2"))
    assert told.fresh([said("2"), said("3")]) == (said("3"),)


def test_a_new_date_of_change_or_rating_makes_an_item_news_and_a_counter_does_not(now: datetime):
    told = Told({})
    told.fresh([said("1", rating=1.0, extra={"votes": "1"})])
    counted = said("1", rating=1.0, extra={"votes": "2"})
    assert next_run(told).fresh([counted]) == ()
    for changed in (said("1", rating=2.0), said("1", rating=1.0, updated=now), said("1", rating=1.0, title="Update")):
        assert next_run(told).fresh([changed]) == (changed,)


def test_only_the_run_before_counts_as_having_known():
    told = Told({})
    told.fresh([said("1")])
    assert not told.knew([said("1")])
    later = next_run(told)
    assert later.knew([said("2"), said("1")])
    assert not later.knew([said("1", "It works again.")])


def test_what_was_not_seen_in_a_run_or_is_too_old_is_not_kept(now: datetime):
    told = Told({KNOWN: Known().kept()})
    old, young, undated = said("1", published=now - timedelta(days=2)), said("2", published=now), said("3")
    told.fresh([old, young, undated])
    assert Told({KNOWN: told.kept(now)}).fresh([old, young, undated]) == (old,)
    later = next_run(told)
    later.fresh([young])
    assert next_run(later).fresh([old, young]) == (old,)


def test_an_edit_without_a_date_is_dated_and_a_new_item_is_not(now: datetime):
    known, dated = Known(), now - timedelta(hours=1)
    assert news_of([said("1"), said("2")], known, now) == (said("1"), said("2"))
    again = [said("1", "It works."), said("2", "It works.", updated=dated), said("3"), said("3")]
    first, second, third = news_of(again, Known(known.kept()), now)
    assert (first.updated, second.updated, third.updated) == (now, dated, None)


def test_beyond_the_limit_what_was_learned_longest_ago_is_forgotten():
    known = Known(limit=2)
    for name in ("1", "2", "1", "3"):
        known.learn(name, "x")
    assert ["1" in known, "2" in known, "3" in known] == [True, False, True]


def test_what_is_kept_can_be_cut_to_some_names():
    known = Known()
    for name in ("1", "2"):
        known.learn(name, "x")
    cut = Known(known.kept(["2", "3"]))
    assert (cut.says("2", "x"), "1" in cut, "3" in cut) == (True, False, False)


def test_a_state_that_is_none_is_nothing_known():
    assert Told({KNOWN: "abc : :: \x00"}).fresh([said("1")]) == (said("1"),)
