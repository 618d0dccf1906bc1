"""Caption files to cues."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.tv.caption_file import read_cues
from collectors.tv.cues import Cue, Transcript


def told(transcript: Transcript) -> Any:
    return [(cue.start, cue.end, cue.text) for cue in transcript.cues]


def reasons(transcript: Transcript) -> Any:
    return [(reject.where, reject.reason) for reject in transcript.rejects]


def test_srt_and_webvtt_with_the_same_words_are_the_same():
    srt = b"1\r\n00:00:01,500 --> 00:00:02,000\r\nHello\r\nthere.\r\n\r\n2\r\n01:00:00,000 --> 01:00:01,000\r\nBye.\r\n"
    vtt = b"WEBVTT\n\n00:01.500 --> 00:02.000\nHello\nthere.\n\n01:00:00.000 --> 01:00:01.000 align:start\nBye."
    assert told(read_cues(srt)) == told(read_cues(vtt)) == [(1.5, 2.0, "Hello\nthere."), (3600.0, 3601.0, "Bye.")]


def test_notes_styles_regions_and_the_header_are_no_captions():
    header = b"WEBVTT - title\nKind: captions\nLanguage: fr-CA\n\nNOTE a --> b\n\nSTYLE\n::cue {}\n\nREGION\nid:x\n\n"
    vtt = header + b"id 1\n00:01.000 --> 00:02.000\nOui\n"
    transcript = read_cues(vtt)
    assert told(transcript) == [(1.0, 2.0, "Oui")]
    assert transcript.language == "fr-CA"
    assert not transcript.rejects


def test_markup_goes_and_a_voice_becomes_a_speaker():
    said = "<v.loud Ann Lee>I <i>love</i> <c.red>AT&amp;T</c> <00:01.500>&lt;3</v> {\\an8}♪"
    vtt = f"WEBVTT\n\n00:01.000 --> 00:02.000\n{said}\n"
    assert told(read_cues(vtt.encode())) == [(1.0, 2.0, ">> Ann Lee: I love AT&T <3 ♪")]


def test_cues_without_empty_lines_between_them_are_told_apart():
    srt = b"1\n00:00:01,000 --> 00:00:02,000\none\n2\n00:00:02,000 --> 00:00:03,000\ntwo\n"
    assert [cue.text for cue in read_cues(srt).cues] == ["one", "two"]


def test_a_line_of_blanks_does_not_end_a_cue():
    assert [cue.text for cue in read_cues(b"WEBVTT\n\n00:01.000 --> 00:02.000\n \nhello\n").cues] == ["hello"]


def test_what_is_no_cue_is_set_aside_with_its_line():
    srt = (
        b"1\n00:00:01,000 --> 00:00:02,000\nfine\n\n2\nno time\n\n3\n00:00:05,000 --> 00:00:04,000\nbackwards\n\n"
        b"4\n00:00:0x,000 --> 00:00:09,000\nbad time\n\n5\n00:00:09,000 --> 00:00:10,000\n\n"
    )
    transcript = read_cues(srt)
    assert [cue.text for cue in transcript.cues] == ["fine"]
    assert reasons(transcript) == [
        ("line 5", "a caption without a time"),
        ("line 9", "the caption ends before it starts"),
        ("line 12", "the time of the caption cannot be read"),
        ("line 17", "the caption has no text"),
    ]


def test_a_last_caption_whose_end_was_not_recorded_is_kept():
    assert told(read_cues(b"9\n00:13:21,000 --> 00:00:00,000\nlast\n")) == [(801.0, 801.0, "last")]


def test_the_timestamp_map_of_a_stream_moves_its_cues():
    vtt = b"WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:10.000,MPEGTS:1800000\n\n00:11.000 --> 00:12.000\nlive\n"
    assert told(read_cues(vtt)) == [(21.0, 22.0, "live")]


def test_cues_come_in_the_order_of_their_times():
    assert [
        cue.text for cue in read_cues(b"WEBVTT\n\n00:05.000 --> 00:06.000\nb\n\n00:01.000 --> 00:02.000\na\n").cues
    ] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \n", "the file is empty"),
        (b"<html><p>no captions</p></html>", "XML or HTML"),
        (b"<tt xmlns='http://www.w3.org/ns/ttml'/>", "the file holds no captions"),
        (b"Scenarist_SCC V1.0\n", "the file holds no captions"),
        (b"<SAMI><BODY></BODY></SAMI>", "the file holds no captions"),
        (b"0:00:01.000,0:00:02.000\nsbv\n", "no caption times found"),
        (b"WEBVTT\n", "the file holds no captions"),
    ],
)
def test_a_file_without_captions_says_why(body: bytes, reason: str):
    transcript = read_cues(body)
    assert not transcript.cues
    assert [reason in reject.reason for reject in transcript.rejects] == [True]


def test_windows_1252_is_read_with_a_note_and_utf_16_by_its_mark():
    srt = "1\n00:00:01,000 --> 00:00:02,000\nCafé\n"
    guessed = read_cues(srt.encode("windows-1252"))
    assert [cue.text for cue in guessed.cues] == ["Café"]
    assert "windows-1252" in guessed.rejects[0].reason
    assert [cue.text for cue in read_cues(srt.encode("utf-16")).cues] == ["Café"]


@given(st.binary(max_size=300) | st.text(alphabet="WEBVTNO \n\r0123456789:.,->é\x00<v>", max_size=300).map(str.encode))
def test_no_bytes_get_an_exception_out_of_it_and_none_are_lost(body: bytes):
    transcript = read_cues(body)
    assert transcript.cues or transcript.rejects
    assert all(isinstance(cue, Cue) and cue.text and cue.end >= cue.start for cue in transcript.cues)
