from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sentiment.packing import MAX_WINDOWS, batches, chunks, windows


@given(st.lists(st.text(max_size=20)), st.integers(1, 7), st.integers(1, 50))
def test_chunks_hold_every_text_once_in_order(texts: list[str], most_texts: int, most_characters: int):
    found = list(chunks(texts, most_texts=most_texts, most_characters=most_characters))
    assert [text for chunk in found for text in texts[chunk]] == texts
    for chunk in found:
        held = texts[chunk]
        assert 1 <= len(held) <= most_texts
        assert len(held) == 1 or sum(map(len, held)) <= most_characters


@given(st.integers(0, 100_000), st.integers(1, 126))
def test_windows_are_in_bounds_in_order_and_reach_both_ends(length: int, width: int):
    found = windows(length, width)
    assert len(found) <= MAX_WINDOWS
    assert all(0 < part.stop - part.start <= width for part in found)
    assert all(before.stop <= after.start for before, after in pairwise(found))
    if length:
        assert (found[0].start, found[-1].stop) == (0, length)


@given(st.integers(1, 1008))
def test_a_text_of_up_to_eight_windows_is_read_whole_in_even_pieces(length: int):
    found = windows(length, 126)
    sizes = [part.stop - part.start for part in found]
    assert sum(sizes) == length
    assert max(sizes) - min(sizes) <= 1


def test_an_empty_text_has_no_window():
    assert windows(0, 126) == []


def test_windows_of_a_very_long_text_are_full_and_evenly_spread():
    found = windows(10_000, 100)
    steps = {after.start - before.start for before, after in pairwise(found)}
    assert {part.stop - part.start for part in found} == {100}
    assert max(steps) - min(steps) <= 1


@given(st.lists(st.integers(0, 200)), st.integers(1, 1000))
def test_batches_hold_every_row_once_within_the_budget(lengths: list[int], most_tokens: int):
    found = list(batches(lengths, most_tokens=most_tokens))
    assert sorted(i for batch in found for i in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= most_tokens


def test_batches_put_like_lengths_together():
    assert list(batches([9, 1, 8, 1, 1], most_tokens=18)) == [[0, 2], [1, 3, 4]]
