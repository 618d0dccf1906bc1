"""Scenarist SCC to cues."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from collectors.tv.caption_file import read_cues
from collectors.tv.cues import Transcript

POP, ROLL, PAINT = "9420 9420", "9425 9425", "9429 9429"
ERASE, SHOW, RETURN = "942c 942c", "942f 942f", "94ad 94ad"
ROW_14, ROW_15 = "9440 9440", "9470 9470"


def scc(*lines: str) -> Transcript:
    return read_cues(("Scenarist_SCC V1.0\n\n" + "\n\n".join(lines) + "\n").encode())


def words(text: str) -> str:
    """Pairs of bytes without parity, padded as captioners pad them."""
    codes = [*text.encode("ascii"), *([0x80] * (len(text) % 2))]
    return " ".join(f"{first:02x}{second:02x}" for first, second in zip(codes[::2], codes[1::2], strict=True))


def said(transcript: Transcript) -> Any:
    return [cue.text for cue in transcript.cues]


def test_a_pop_on_caption_is_shown_from_its_end_of_caption_to_its_erasure():
    transcript = scc(
        f"00:00:01:00\t{POP} {ROW_14} {words('THE APP')} {ROW_15} {words('IS DOWN.')} {SHOW}", f"00:00:04:00\t{ERASE}"
    )
    (cue,) = transcript.cues
    assert cue.text == "THE APP\nIS DOWN."
    assert (round(cue.start, 2), round(cue.end, 2)) == (1.47, 4.0)
    assert transcript.rejects == ()


def test_a_caption_that_follows_another_takes_its_place():
    transcript = scc(
        f"00:00:01:00\t{POP} {ROW_15} {words('ONE')} {SHOW}",
        f"00:00:02:00\t{POP} {ROW_15} {words('TWO')} {SHOW}",
        f"00:00:03:00\t{ERASE}",
    )
    assert said(transcript) == ["ONE", "TWO"]
    assert transcript.cues[0].end == transcript.cues[1].start


def test_rolled_up_rows_are_said_once():
    transcript = scc(
        f"00:00:01:00\t{ROLL} {RETURN} {ROW_15} {words('>> THE APP')}",
        f"00:00:02:00\t{ROLL} {RETURN} {ROW_15} {words('IS DOWN.')}",
        f"00:00:03:00\t{RETURN} {words('AGAIN.')}",
    )
    assert said(transcript) == [">> THE APP", "IS DOWN.", "AGAIN."]
    assert [int(cue.start) for cue in transcript.cues] == [1, 2, 3]


def test_painted_captions_begin_with_their_first_letter():
    transcript = scc(f"00:00:05:00\t{PAINT} {ROW_15} {words('LIVE')}", f"00:00:09:00\t{ERASE}")
    (cue,) = transcript.cues
    assert (cue.text, round(cue.start, 2)) == ("LIVE", 5.14)


def test_drop_frame_codes_keep_to_the_clock_and_others_fall_behind():
    starts = [scc(f"01:00:00{mark}00\t{PAINT} {words('X')}").cues[0].start for mark in (";", ":")]
    assert [round(start, 2) for start in starts] == [3600.06, 3603.67]


def test_special_and_extended_characters_and_backspaces():
    paid = f"{words('CAFe')} 9221 {words('  5')} 9136 {words('X')} 9421 9421 {words('1')} {words('c*')}"
    # an extended character replaces the plain one that older receivers keep
    assert said(scc(f"00:00:01:00\t{PAINT} {paid}")) == ["CAFÉ 5£1cá"]


def test_a_change_of_colour_takes_the_place_of_a_space():
    assert said(scc(f"00:00:01:00\t{PAINT} {words('SO')} 91ae 91ae {words('GOOD')}")) == ["SO GOOD"]


def test_only_the_first_channel_is_read_and_the_rest_is_told():
    second = f"1c20 1c20 {words('OTRO')} 1c2f 1c2f"
    transcript = scc(
        f"00:00:01:00\t{POP} {words('ONE')} {second} {POP} {words('MORE')} {SHOW}", f"00:00:03:00\t{ERASE}"
    )
    assert said(transcript) == ["ONEMORE"]
    assert ["only CC1 is read" in reject.reason for reject in transcript.rejects] == [True]


def test_what_cannot_be_read_is_set_aside_with_its_line():
    transcript = scc(
        f"00:00:01:00\t{PAINT} {words('GO')} zzzz {words('OD')}",
        f"0:0:2\t{words('LOST')}",
        f"00:00:03:00\t{POP} {words('UNSEEN')}",
    )
    assert said(transcript) == ["GOOD"]
    assert [(reject.where, reject.reason) for reject in transcript.rejects] == [
        ("line 3", "not all of it is pairs of bytes; the others were read"),
        ("line 5", "the time of the caption cannot be read"),
        ("line 8", "a caption that was written and never shown"),
    ]
    assert transcript.rejects[2].raw == "UNSEEN"


@given(st.lists(st.integers(0, 0xFFFF), max_size=60))
def test_no_pairs_get_an_exception_out_of_it(pairs: list[int]):
    transcript = scc("00:00:01:00\t" + " ".join(f"{pair:04x}" for pair in pairs))
    assert all(cue.text and cue.end >= cue.start for cue in transcript.cues)
