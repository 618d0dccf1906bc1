from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.packing import MAX_WINDOWS, Window, batches, chunks, sentence_starts, windows, windows_round


@given(st.lists(st.text(max_size=20)), st.integers(1, 7), st.integers(1, 50))
def test_chunks_hold_every_text_once_in_order(texts: list[str], most_texts: int, most_characters: int):
    found = list(chunks(texts, most_texts=most_texts, most_characters=most_characters))
    assert [text for chunk in found for text in texts[chunk]] == texts
    for chunk in found:
        held = texts[chunk]
        assert 1 <= len(held) <= most_texts
        assert len(held) == 1 or sum(map(len, held)) <= most_characters


BREAKS = st.lists(st.integers(1, 9_999), unique=True).map(sorted)


@given(st.integers(0, 10_000), st.integers(1, 126), BREAKS)
def test_windows_are_in_bounds_in_order_and_reach_both_ends(length: int, width: int, breaks: list[int]):
    found = windows(length, width, [at for at in breaks if at < length])
    assert len(found) <= MAX_WINDOWS
    assert all(0 < window.end - window.start == window.weight <= width for window in found)
    assert all(before.start < after.start for before, after in pairwise(found))
    if length:
        assert (found[0].start, found[-1].end) == (0, length)


@given(st.integers(1, 64 * 126), BREAKS)
def test_a_text_of_up_to_64_windows_is_read_whole(length: int, breaks: list[int]):
    found = windows(length, 126, [at for at in breaks if at < length])
    assert [window.start for window in found[1:]] == [window.end for window in found[:-1]]


@given(st.integers(1, 64 * 126))
def test_without_sentences_the_pieces_are_of_like_size(length: int):
    sizes = [window.end - window.start for window in windows(length, 126)]
    assert max(sizes) - min(sizes) <= len(sizes)


def test_a_cut_moves_to_the_sentence_that_starts_nearest():
    assert [window.end for window in windows(200, 126, [20, 90, 115, 150])] == [90, 200]


def test_an_empty_text_has_no_window():
    assert windows(0, 126) == []


def test_windows_of_a_very_long_text_are_full_and_evenly_spread():
    found = windows(10_000, 100)
    steps = {after.start - before.start for before, after in pairwise(found)}
    assert {window.end - window.start for window in found} == {100}
    assert max(steps) - min(steps) <= 1


@given(st.lists(st.integers(0, 2_999), min_size=1, unique=True).map(sorted), st.integers(20, 126), BREAKS)
def test_every_place_of_a_target_is_in_a_window_and_counted_once(targets: list[int], width: int, breaks: list[int]):
    found = windows_round(targets, 3_000, width, [at for at in breaks if at < 3_000])
    assert len(found) <= MAX_WINDOWS
    assert all(0 < window.end - window.start <= width for window in found)
    if len(found) < MAX_WINDOWS // 2:
        assert sum(window.weight for window in found) == len(targets)
        assert all(any(window.start <= at < window.end for window in found) for at in targets)


def test_a_target_is_read_with_the_sentences_round_its_own():
    assert windows_round([105], 1_000, 100, [80, 100, 120, 150, 400]) == [Window(80, 150, 1)]


def test_a_sentence_too_long_is_read_round_the_target():
    assert windows_round([500], 1_000, 100) == [Window(450, 550, 1)]
    assert windows_round([999], 1_000, 100) == [Window(900, 1_000, 1)]


def test_places_near_each_other_share_a_window_that_weighs_both():
    breaks = [40, 100, 120, 130, 850, 920]
    assert windows_round([105, 125, 900], 1_000, 100, breaks) == [Window(40, 130, 2), Window(850, 920, 1)]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("One. Two! Three?", [5, 10]),
        ('It said "no." Then left.', [14]),
        ("NO WAY >> AND NOW SPORTS", [7, 10]),
        ("no end", []),
    ],
)
def test_sentences_start_after_marks_and_at_new_speakers(text: str, starts: list[int]):
    assert sentence_starts(text) == starts


@given(st.lists(st.integers(0, 200)), st.integers(1, 1000))
def test_batches_hold_every_row_once_within_the_budget(lengths: list[int], most_tokens: int):
    found = list(batches(lengths, most_tokens=most_tokens))
    assert sorted(i for batch in found for i in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= most_tokens


def test_batches_put_like_lengths_together():
    assert list(batches([9, 1, 8, 1, 1], most_tokens=18)) == [[0, 2], [1, 3, 4]]
