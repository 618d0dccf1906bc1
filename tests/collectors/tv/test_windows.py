"""Cues to what was said."""

from typing import Any

from collectors.tv.casing import sentence_case
from collectors.tv.cues import Cue
from collectors.tv.windows import completed, cut_windows, drop_repeats, overlap, split_sentences


def spoken(*texts: str, seconds: float = 2.0) -> Any:
    return [Cue(start=i * seconds, end=(i + 1) * seconds, text=text) for i, text in enumerate(texts)]


def test_overlap_is_the_longest_end_that_is_a_beginning():
    assert overlap(["a", "b", "c"], ["B", "c", "d"]) == 2
    assert overlap(["a", "a"], ["a", "a", "a"]) == 2
    assert overlap(["a", "b"], ["c"]) == 0
    assert overlap([], ["a"]) == overlap(["a"], []) == 0


def test_roll_up_repeats_are_said_once():
    rolling = spoken("THE APP IS", "THE APP IS\nDOWN AGAIN.", "DOWN AGAIN.\nNOBODY KNOWS", "NOBODY KNOWS\nWHY.")
    assert [cue.text for cue in drop_repeats(rolling)] == ["THE APP IS", "DOWN AGAIN.", "NOBODY KNOWS", "WHY."]


def test_where_captions_do_not_roll_a_repeat_is_a_repeat():
    texts = ["Aunt?", "Aunt?", "Now that", "that is new."]
    assert [cue.text for cue in drop_repeats(spoken(*texts))] == texts


def test_a_line_that_was_taken_down_in_the_middle_of_a_word_is_completed():
    assert completed(["the", "app", "is", "do"], ["app", "is", "down", "again"]) == ["the", "app", "is", "down"]
    assert completed(["is", "do"], ["do", "not"]) == ["is", "do"]
    assert completed([], ["a"]) == []
    growing = spoken("THE APP IS", "APP IS DOWN AG", "IS DOWN AGAIN TODAY", "AGAIN TODAY. BYE")
    assert [cue.text for cue in drop_repeats(growing)] == ["THE APP IS", "DOWN AGAIN", "TODAY.", "BYE"]


def test_sounds_in_brackets_are_not_said():
    cues = spoken(
        "[ Applause ] >> Thank you.", ">> (laughs)\nIt (the app) is", "( door slams )", "down [sighs] again (c)."
    )
    assert [window.text for window in cut_windows(cues, 30)] == ["Thank you. It (the app) is down again (c)."]


def test_a_new_story_begins_a_window():
    cues = spoken("It is down.", ">>> Now the weather.", "Rain. >>>", "and sports.")
    assert [window.text for window in cut_windows(cues, 60)] == ["It is down.", "Now the weather. Rain.", "And sports."]


def test_no_two_windows_begin_in_the_same_second():
    windows = cut_windows([Cue(10, 11, "It is down. >>> Rain. >>> Sports."), Cue(11, 12, ">>> Later.")], 60)
    assert [(window.start, window.text) for window in windows] == [
        (10, "It is down. Rain. Sports."),
        (11, "Later."),
    ]


def test_a_window_that_begins_within_a_sentence_has_no_capital():
    windows = cut_windows(spoken(*(f"NOBODY {word}" for word in "ABCDEFGHIJ"), seconds=1.0), seconds=5)
    assert [window.text[:6] for window in windows] == ["Nobody", "nobody"]


def test_sentences_and_speakers_are_told_apart_and_marks_go():
    pieces = list(split_sentences(spoken(">> It is down. Mr. Lee", "is sorry.", "♪ la", ">>> Now the news")))
    assert [(piece.text, piece.begins) for piece in pieces] == [
        ("It is down.", True),
        ("Mr. Lee", True),
        ("is sorry.", False),
        ("la", True),
        ("Now the news", True),
    ]
    assert 0 < pieces[1].start < 2


def test_a_window_ends_at_the_end_of_a_sentence():
    cues = spoken("one two", "three.", "four", "five.", "six", "seven", "eight", seconds=3.0)
    windows = cut_windows(cues, seconds=15)
    assert [(window.start, window.text) for window in windows] == [
        (0.0, "One two three. Four five."),
        (12.0, "Six seven eight"),
    ]


def test_where_nobody_ends_a_sentence_a_window_ends_when_its_time_is_up():
    windows = cut_windows(spoken(*["word"] * 40, seconds=1.0), seconds=10)
    assert [window.start for window in windows] == [0.0, 10.0, 20.0, 30.0]


def test_silence_ends_a_window():
    windows = cut_windows([Cue(0, 1, "Before the break"), Cue(300, 301, "after it")], seconds=30)
    assert [(window.start, window.text) for window in windows] == [(0, "Before the break"), (300, "after it")]


def test_earlier_windows_stay_when_captions_are_added():
    cues = spoken(*(f"Sentence {n}." if n % 3 else f"and {n}" for n in range(60)))
    assert cut_windows(cues[:50], 30)[:-1] == cut_windows(cues, 30)[: len(cut_windows(cues[:50], 30)) - 1]


def test_no_word_is_lost_or_doubled():
    cues = spoken(*(f"w{n} x{n}. >> y{n}" for n in range(50)))
    said = " ".join(window.text for window in cut_windows(cues, 7)).lower().split()
    assert said == " ".join(cue.text for cue in cues).replace(">> ", "").split()


def test_shouting_is_restored_to_sentences():
    assert sentence_case("I THINK IT'S DOWN. WE'LL ASK MR. LEE ON CNN! \"OK\" SO I'M HERE") == (
        "I think it's down. We'll ask Mr. Lee on CNN! \"Ok\" so I'm here"
    )


def test_initials_are_capitals_and_end_no_sentence():
    assert sentence_case("THE F.B.I. AGENTS AND THE CEO OF AT&T WATCH CNN IN THE U.S. AND THE UK") == (
        "The F.B.I. agents and the CEO of AT&T watch CNN in the U.S. and the UK"
    )


def test_lower_case_captions_get_their_sentences_back():
    assert sentence_case('is it down? "yes." so i heard') == 'Is it down? "Yes." So I heard'


def test_written_case_is_left_as_it_is():
    for text in ("The NHS app is DOWN", "OK", "3.5", "", "東京"):
        assert sentence_case(text) == text
