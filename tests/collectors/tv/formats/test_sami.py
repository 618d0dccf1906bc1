"""SAMI to cues."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from collectors.tv.caption_file import read_cues
from collectors.tv.cues import Transcript

HEAD = (
    '<SAMI><HEAD><STYLE TYPE="text/css"><!--\n.ENCC {Name: English; lang: en-US;}\n.FRCC {Name: French; lang: fr;}\n'
    "--></STYLE></HEAD><BODY>\n"
)


def sami(body: str) -> Transcript:
    return read_cues(f"{HEAD}{body}</BODY></SAMI>".encode())


def told(transcript: Transcript) -> Any:
    return [(cue.start, cue.end, cue.text) for cue in transcript.cues]


def test_a_caption_lasts_until_the_next_mark_and_an_empty_one_ends_it():
    transcript = sami(
        '<SYNC start="1500"><P class="ENCC">\n The app<br/>\n is\n down.</P></SYNC>\n'
        '<SYNC start="3000"><P class="ENCC">&nbsp;</P></SYNC>\n<sync Start=4000><p Class=ENCC>R&amp;D &#233;t&#233;\n'
    )
    assert told(transcript) == [(1.5, 3.0, "The app\nis down."), (4.0, 4.0, "R&D été")]
    assert (transcript.language, transcript.rejects) == ("en-US", ())


def test_a_second_language_is_set_aside_once():
    both = "<SYNC Start={}><P Class=ENCC>{}<P Class=FRCC>{}\n"
    transcript = sami(both.format(0, "Down.", "En panne.") + both.format(900, "Back.", "De retour."))
    assert told(transcript) == [(0.0, 0.9, "Down."), (0.9, 0.9, "Back.")]
    assert [(reject.where, reject.raw.strip()) for reject in transcript.rejects] == [("line 5", "En panne.")]


def test_without_classes_everything_is_one_language():
    assert told(sami("<SYNC Start=0>Hello<SYNC Start=500>")) == [(0.0, 0.5, "Hello")]


def test_marks_without_a_time_and_backward_ones_are_set_aside():
    transcript = sami("<SYNC Start=soon><P>lost\n<SYNC Start=900><P>back\n<SYNC Start=100><P>kept")
    assert told(transcript) == [(0.1, 0.1, "kept")]
    assert [(reject.where, reject.reason) for reject in transcript.rejects] == [
        ("line 5", "the time of the caption cannot be read"),
        ("line 6", "the caption ends before it starts"),
    ]


@given(st.lists(st.sampled_from(["<SYNC ", "Start=", "-", "12", ">", "<P Class=", "ENCC", "x\n", "</BODY>", "&#0;"])))
def test_nothing_gets_an_exception_out_of_it(pieces: list[str]):
    transcript = sami("".join(pieces))
    assert transcript.cues or transcript.rejects
