"""TTML and DFXP to cues."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.tv.caption_file import read_cues
from collectors.tv.cues import Transcript

NAMES = (
    "xmlns='http://www.w3.org/ns/ttml' xmlns:ttp='http://www.w3.org/ns/ttml#parameter' "
    "xmlns:ttm='http://www.w3.org/ns/ttml#metadata'"
)


def ttml(body: str, parameters: str = "") -> Transcript:
    return read_cues(f"<?xml version='1.0'?>\n<tt {NAMES} {parameters} xml:lang='en-GB'>\n{body}\n</tt>".encode())


def told(transcript: Transcript) -> Any:
    return [(round(cue.start, 3), round(cue.end, 3), cue.text) for cue in transcript.cues]


def test_a_paragraph_has_its_time_and_the_lines_of_its_words():
    transcript = ttml("<body><div><p begin='00:00:01.5' end='00:00:03'>\n  The app<br/>\n is\n down. </p></div></body>")
    assert told(transcript) == [(1.5, 3.0, "The app\nis down.")]
    assert (transcript.language, transcript.rejects) == ("en-GB", ())


@pytest.mark.parametrize(
    ("written", "parameters", "seconds"),
    [
        ("01:00:00.250", "", 3600.25),
        ("90.5s", "", 90.5),
        ("1500ms", "", 1.5),
        ("2m", "", 120.0),
        ("0.5h", "", 1800.0),
        ("45f", "", 1.5),
        ("45f", "ttp:frameRate='25'", 1.8),
        ("30f", "ttp:frameRate='30' ttp:frameRateMultiplier='1000 1001'", 1.001),
        ("20000000t", "ttp:tickRate='10000000'", 2.0),
        ("50t", "ttp:frameRate='25'", 2.0),
        ("00:00:02:15", "", 2.5),
        ("00:00:02:05", "ttp:frameRate='25'", 2.2),
        ("01:00:00:00", "ttp:timeBase='smpte' ttp:frameRate='30' ttp:frameRateMultiplier='1000 1001'", 3603.6),
        (
            "01:00:00:00",
            "ttp:timeBase='smpte' ttp:frameRate='30' ttp:frameRateMultiplier='1000:1001' ttp:dropMode='dropNTSC'",
            3599.996,
        ),
        ("10f", "ttp:frameRate='nonsense'", 0.333),
    ],
)
def test_times_count_as_the_document_says(written: str, parameters: str, seconds: float):
    transcript = ttml(f"<body><p begin='{written}' dur='1s'>x</p></body>", parameters)
    assert [(start, round(end - start, 3)) for start, end, _ in told(transcript)] == [(seconds, 1.0)]


def test_spans_with_times_of_their_own_are_cues_of_their_own_and_others_are_not():
    spans = "<span begin='1s' end='2s'>The <span>app</span></span> <span begin='2s' end='9s'>is down.</span>"
    assert told(ttml(f"<body begin='10s'><p begin='5s' end='8s'>{spans}</p></body>")) == [
        (16.0, 17.0, "The app"),
        (17.0, 18.0, "is down."),
    ]


def test_the_parts_of_a_sequence_begin_where_the_one_before_them_ends():
    parts = "<p dur='2s'>one</p><p begin='1s' dur='2s'>two</p>"
    assert told(ttml(f"<body><div timeContainer='seq'>{parts}</div></body>")) == [(0.0, 2.0, "one"), (3.0, 5.0, "two")]


def test_regions_styles_and_metadata_are_no_words():
    head = "<head><layout><region begin='0s'/></layout><ttm:title>Title</ttm:title></head>"
    said = "<ttm:desc>door</ttm:desc>It is <metadata><p>not</p></metadata>back."
    assert told(ttml(f"{head}<body><p begin='1s' end='2s'>{said}</p></body>")) == [(1.0, 2.0, "It is back.")]


def test_what_cannot_be_read_is_set_aside_with_its_line_and_its_neighbours_are_kept():
    transcript = ttml(
        "<body><div>\n<p begin='1s' end='2s'>one</p>\n<p begin='soon' end='3s'>bad</p>\n<p>never</p>\n"
        "<p begin='4s' end='3s'>back</p>\n<p begin='4s' end='5s'/>\n<p begin='5s' end='6s'>two</p>\n"
        "<p begin='99999999h' dur='1s'>late</p></div></body>"
    )
    assert [cue.text for cue in transcript.cues] == ["one", "two"]
    assert [(reject.where, reject.reason) for reject in transcript.rejects] == [
        ("line 5", "the time of the caption cannot be read"),
        ("line 6", "a caption without a time"),
        ("line 7", "the caption ends before it starts"),
        ("line 8", "the caption has no text"),
        ("line 10", "the time of the caption is beyond any programme"),
    ]
    assert transcript.rejects[0].raw.startswith("<p begin='soon'")


def test_of_a_document_that_was_cut_off_the_beginning_is_kept():
    cut = f"<tt {NAMES}><body>\n<p begin='1s' end='2s'>one</p>\n<p begin='2s' end='3s'>tw".encode()
    transcript = read_cues(cut)
    assert [cue.text for cue in transcript.cues] == ["one"]
    assert [(reject.where, "damaged" in reject.reason) for reject in transcript.rejects] == [("line 3", True)]


def test_entities_of_a_document_are_refused():
    bomb = "<!DOCTYPE tt [<!ENTITY a 'aaaa'><!ENTITY b SYSTEM 'file:///etc/passwd'>]>"
    transcript = read_cues(f"{bomb}<tt {NAMES}><body><p begin='1s' end='2s'>&a;&b;</p></body></tt>".encode())
    assert transcript.cues == ()
    assert [("declares an entity, 'a'" in reject.reason) for reject in transcript.rejects] == [True]


def test_utf_16_and_a_prefix_are_read():
    document = (
        "<t:tt xmlns:t='http://www.w3.org/2006/10/ttaf1'><t:body><t:p begin='1s' end='2s'>Café</t:p></t:body></t:tt>"
    )
    assert told(read_cues(document.encode("utf-16"))) == [(1.0, 2.0, "Café")]


@given(st.text(alphabet="<>/&;'= ptbodyspan:0129s.\n", max_size=200))
def test_nothing_gets_an_exception_out_of_it(inside: str):
    transcript = ttml(f"<body><p begin='1s'>{inside}</p></body>")
    assert transcript.cues or transcript.rejects
