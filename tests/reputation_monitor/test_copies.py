"""Copies are one story, and one customer is one voice a day."""

import time
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_monitor import copies
from reputation_monitor.copies import Said, Voice, shares_of_voices, told_words, voices

UNHURRIED = settings(deadline=None)  # other processes share the machine

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
WIRE = (
    "Thousands of travellers were stranded on Monday after the booking system of Larkair failed for six hours, "
    "the airline said, blaming a faulty update of its departure control software."
)

SKETCH_BEGINS = (489355559173144367, 616641188225097421)


def fingerprint(title: str, text: str) -> str:
    return copies.fingerprint(told_words(title, text))


def said(number: int, hours: float, negative: float, author: str = "ann", **more: object) -> Said:
    values = {"id": number, "source": "forum", "story": number, "author": author, "negative": negative}
    return Said(published=START + timedelta(hours=hours), **(values | more))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Larkair grounded", WIRE),
        ("Larkair: thousands stranded - The Daily Lark", WIRE),
        ("", "LONDON (Lark Agency) - " + WIRE),
        ("", "RT @newsdesk: " + WIRE + " https://lark.example/a?b=1"),
        ("", "@ann @bob " + WIRE.upper()),
        ("", "Well, well. RT @newsdesk: " + WIRE),
        ("", "nobody said so “@newsdesk: " + WIRE),
        ("", WIRE + " #larkair #travel @ann"),
        ("", "  " + WIRE.replace(" ", "\n ").replace(",", " –") + " via @newsdesk"),
        ("", WIRE + "\x00"),
    ],
)
def test_copies_of_a_wire_story_have_one_fingerprint(title: str, text: str):
    assert fingerprint(title, text) == fingerprint("", WIRE) != ""


def test_outlets_that_end_a_long_story_in_their_own_way_still_copy_it():
    body = " ".join(f"word{number}" for number in range(80))
    assert fingerprint("", body + " Subscribe to our letter.") == fingerprint("", body + " © Lark Media")


def test_a_feed_whose_text_repeats_its_title_and_outlet_is_known_by_the_title():
    title = "Larkair booking system fails again and leaves thousands stranded at airports"
    copies = {
        fingerprint(f"{title} - {outlet}", f"{title}  {outlet}")
        for outlet in ("Daily Lark", "Lark 24", "The Evening Lark")
    }
    assert len(copies) == 1


@pytest.mark.parametrize(
    "text", ["app does not work", "", "   ", "https://lark.example/x", "不能用了请修复", "@larkair fix it now please"]
)
def test_a_short_text_is_never_a_copy(text: str):
    assert fingerprint("", text) == ""


def test_who_says_more_than_he_passes_on_has_said_it_himself():
    remark = "I sat there for six hours with two children and nobody told us anything, so do not tell me it was"
    assert fingerprint("", f"{remark} RT @newsdesk: the booking system of Larkair failed for six hours on Monday")
    assert told_words("", f"{remark} RT @newsdesk: it is fixed")[:2] == ["i", "sat"]


def test_a_word_that_was_cut_short_does_not_count():
    assert (
        told_words("", WIRE + " Passeng...") == told_words("", WIRE + " Passengers sl... https://lark.example/x")[:-1]
    )


def test_tags_count_where_little_else_is_said():
    assert told_words("", "late again, every morning the same #larkair #fail") != []


def test_vowel_signs_break_no_word():
    assert (
        told_words("", "\u092e\u0947\u0930\u0940 \u0909\u0921\u093c\u093e\u0928 " * 4)[0] == "\u092e\u0947\u0930\u0940"
    )


def test_a_short_text_with_a_telling_title_has_a_fingerprint():
    assert fingerprint("Larkair app logs me out every single morning", "please fix") != ""


@pytest.mark.parametrize(
    "other",
    [
        WIRE.replace("Larkair", "Finchair"),
        WIRE.replace("six hours", "two days"),
        WIRE.replace("Monday", "Tuesday"),
    ],
)
def test_another_text_is_no_copy(other: str):
    assert fingerprint("", other) != fingerprint("", WIRE)


def test_figures_tell_texts_apart():
    text = "My flight {} with you was delayed again and nobody at the desk knew why"
    assert fingerprint("", text.format(1041)) != fingerprint("", text.format(2209))


@UNHURRIED
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_asked_for_a_fingerprint(title: str, text: str):
    assert fingerprint(title, text) == fingerprint(title + " ", text)


@pytest.mark.parametrize(
    "text",
    [
        " " * 100_000,
        "via @ann " * 10_000 + "x",
        "x . . @ann" * 10_000 + " x",
        "rt @ann " * 9_000,
        "#a (" * 9_000 + "x",
        "x..." * 9_000,
        ". " * 9_000 + "x",
        "@ann " * 20_000,
        "a" * 100_000,
        "rt " * 30_000,
    ],
)
def test_a_text_of_a_hundred_thousand_characters_takes_no_time(text: str):
    before = time.process_time()
    fingerprint(text, text)
    assert time.process_time() - before < 0.5


def test_a_lone_surrogate_is_no_obstacle():
    assert fingerprint("", WIRE + " \ud83d") == fingerprint("", WIRE)


def is_copy(one: str, other: str) -> bool:
    answers = {copies.is_copy(told_words("", a), told_words("", b)) for a, b in ((one, other), (other, one))}
    assert len(answers) == 1
    return answers.pop()


@pytest.mark.parametrize(
    "copy",
    [
        WIRE.replace("Thousands of travellers", "Many passengers"),
        WIRE + " Passengers slept in the terminal. Nobody from the airline was there to speak to them.",
        "So much for their promises, again: " + WIRE,
        "“RT @newsdesk: " + WIRE + "” and they call this a service",
    ],
)
def test_a_text_that_was_mended_extended_or_quoted_with_a_remark_is_a_copy(copy: str):
    assert is_copy(WIRE, copy)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "flight 1041 to the coast is four hours late and nobody at the gate knows why",
            "flight 2209 to the coast is four hours late and nobody at the gate knows why",
        ),
        (
            "Secure connection failed: an error occurred during a connection to lark.example, PR_RESET_ERROR",
            "Secure connection failed: an error occurred during a connection to finch.example, SSL_LENGTH_ERROR",
        ),
        ("does not work since the last update of the app", "it does not work and since the last update I pay twice"),
        (
            "Follow the top stories of Larkair for today on our page",
            "Follow the top stories of Halden for today on our page",
        ),
        (
            "Lark 55 loan care number call all day for help now. " * 3,
            "Finch cash loan care number call all day for help now. " * 2,
        ),
        (WIRE[:80], "My mother was among them. " + WIRE[:80] + " She is 84 and nobody offered her a chair. " * 4),
    ],
)
def test_another_figure_another_code_a_stock_phrase_and_a_quotation_make_no_copy(one: str, other: str):
    assert not is_copy(one, other)


def test_a_story_cut_to_its_lead_is_a_copy_and_a_lead_of_its_own_is_not():
    story = WIRE + " ".join(f"detail{number}" for number in range(300))
    assert is_copy(WIRE, story)
    assert not is_copy(WIRE, " ".join(f"detail{number}" for number in range(300)))


@pytest.mark.parametrize(
    "copy",
    [
        WIRE.replace("booking", "bokking").replace("departure", "depature"),
        WIRE.replace("Monday", "Tuesday after noon").replace("faulty", "bad"),
        "Nobody was told. " + WIRE.replace("six hours", "hours"),
    ],
)
def test_words_that_were_mended_here_and_there_leave_a_copy(copy: str):
    assert is_copy(WIRE, copy)


def test_a_headline_with_a_remark_after_it_is_a_copy():
    headline = "Larkair strands thousands after a faulty update of its departure control"
    assert is_copy(headline, f"{headline} and they told us at the desk that it was only the weather")


def test_one_figure_in_a_long_text_is_a_correction():
    story = f"{WIRE} " + " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(120))
    assert is_copy(f"{story} At least 12 flights fell out.", f"{story} At least 15 flights fell out.")


def test_a_piece_of_speech_is_retold_by_the_two_that_hold_its_halves():
    words = told_words("", WIRE)
    assert copies.is_retold(words[8:22], words[:15], words[15:])
    assert not copies.is_copy(words[8:22], words[:15])


@UNHURRIED
@given(st.lists(st.sampled_from("abc12"), max_size=30), st.lists(st.sampled_from("abc12"), max_size=30))
def test_being_a_copy_does_not_depend_on_which_is_asked_for_first(one: list[str], other: list[str]):
    if len(one) != len(other):
        assert copies.is_copy(one, other) == copies.is_copy(other, one)


def test_a_sketch_is_the_same_everywhere_and_fits_a_signed_integer():
    kept = copies.sketch(told_words("", WIRE), "Larkair")
    assert kept[:2] == SKETCH_BEGINS
    assert all(0 <= value < 2**63 for value in kept)


def test_a_part_meets_the_whole_in_its_sketch_and_another_brand_does_not():
    whole = told_words("", " ".join(f"word{number}" for number in range(400)))
    part = whole[300:360]
    assert copies.meet(copies.sketch(part), len(set(copies.sketch(part)) & set(copies.sketch(whole))))
    assert not set(copies.sketch(part, "Larkair")) & set(copies.sketch(part, "Finchair"))


def test_a_text_of_no_words_meets_nothing():
    assert copies.sketch([]) == ()
    assert not copies.meet((), 0)


@pytest.mark.parametrize("text", ["ab " * 50_000, "1 " * 50_000, "不能用了" * 20_000])
def test_long_and_repetitive_texts_are_compared_in_no_time(text: str):
    words = told_words("", text)
    before = time.process_time()
    copies.sketch(words)
    copies.is_copy(words, [*words, "more"])
    assert time.process_time() - before < 2


def test_twenty_two_tweets_in_an_hour_are_one_voice_as_loud_as_the_angriest():
    rows = [said(number, number / 22, negative) for number, negative in enumerate([0.6, 0.95, 0.7] + [0.9] * 19)]
    added = voices(rows)
    assert sum(voice.voices for voice in added) == 1
    assert sum(voice.negative for voice in added) == pytest.approx(0.95)
    assert added[:3] == [Voice(1.0, 0.6), Voice(0.0, pytest.approx(0.35)), Voice(0.0, 0.0)]


def test_who_complains_all_week_counts_once_a_day():
    rows = [said(number, 12 * number, 0.9) for number in range(14)]
    assert [voice.voices for voice in voices(rows)] == [1, 0] * 7
    assert [voice.negative for voice in voices(rows)] == [0.9, 0] * 7


def test_a_copy_of_an_earlier_story_adds_nothing():
    rows = [said(1, 2, 0.9, "late"), said(2, 1, 0.8, "first", story=1), said(3, 3, 0.9, "third", story=1)]
    assert voices(rows) == [Voice(0, 0), Voice(1, 0.8), Voice(0, 0)]


def test_a_copy_of_a_story_told_before_the_rows_begin_adds_nothing():
    assert voices([said(1, 0, 0.9, copy=True)]) == [Voice(0, 0)]


@pytest.mark.parametrize("nobody", ["", "  ", "A Google user", "Anonymous", "[deleted]"])
def test_a_mention_without_an_author_is_a_voice_of_its_own(nobody: str):
    assert voices([said(1, 0, 0.9, nobody), said(2, 1, 0.7, nobody)]) == [Voice(1, 0.9), Voice(1, 0.7)]


def test_one_name_in_two_sources_is_two_people():
    assert voices([said(1, 0, 0.9), said(2, 1, 0.7, source="store")]) == [Voice(1, 0.9), Voice(1, 0.7)]


def test_an_author_writes_their_name_in_upper_or_lower_case():
    assert voices([said(1, 0, 0.9, "Ann"), said(2, 1, 0.7, "ann ")])[1] == Voice(0, 0)


HOURS = st.integers(0, 24 * 20).map(lambda steps: steps / 5)
ROWS = st.lists(
    st.tuples(HOURS, st.floats(0, 1), st.sampled_from(["ann", "bob", ""]), st.integers(0, 6), st.booleans()),
    max_size=25,
).map(
    lambda drawn: [
        said(n, hours, p, author, story=story if shared else 100 + n)
        for n, (hours, p, author, story, shared) in enumerate(drawn)
    ]
)


@UNHURRIED
@given(ROWS)
def test_an_authors_sum_over_any_day_is_at_most_the_worst_said_in_it(rows: list[Said]):
    added = voices(rows)
    for row in rows:
        window = [
            (other, voice)
            for other, voice in zip(rows, added, strict=True)
            if other.author == row.author != "" and row.published.date() == other.published.date()
        ]
        if window:
            worst = max(other.negative for other, _ in window)
            assert sum(voice.negative for _, voice in window) <= worst + 1e-9
            assert sum(voice.voices for _, voice in window) <= 1


@UNHURRIED
@given(ROWS)
def test_days_can_be_weighed_one_by_one(rows: list[Said]):
    alone = [row for row in rows if row.story >= 100]
    at_once = dict(zip((row.id for row in alone), voices(alone), strict=True))
    for day in {row.published.date() for row in alone}:
        part = [row for row in alone if row.published.date() == day]
        assert voices(part) == [at_once[row.id] for row in part]
        anns = [row for row in part if row.author == "ann"]
        if anns:
            assert sum(voice.negative for voice in voices(anns)) == pytest.approx(max(row.negative for row in anns))


@UNHURRIED
@given(ROWS, st.randoms())
def test_the_order_of_the_rows_does_not_matter(rows: list[Said], random: Random):
    shuffled = random.sample(rows, len(rows))
    weights = dict(zip((row.id for row in shuffled), voices(shuffled), strict=True))
    assert [weights[row.id] for row in rows] == voices(rows)


def test_what_an_author_said_in_a_day_shares_one_voice_evenly_whatever_its_scores():
    rows = [said(1, 0, 0.2), said(2, 1, 0.9), said(3, 30, 0.1), said(4, 31, 0.1, copy=True)]
    assert [(row.id, share) for row, share in shares_of_voices(rows)] == [(1, 0.5), (2, 0.5), (3, 1.0)]


def test_a_story_is_told_once_and_nobody_is_many():
    rows = [said(1, 0, 0.9, "", story=7), said(2, 1, 0.9, "", story=7), said(3, 2, 0.1, ""), said(4, 3, 0.9, copy=True)]
    assert [(row.id, share) for row, share in shares_of_voices(rows)] == [(1, 1.0), (3, 1.0)]


@UNHURRIED
@given(ROWS)
def test_shares_add_up_to_the_voices_that_are_counted(rows: list[Said]):
    counted = sum(voice.voices for voice in voices(rows))
    assert sum(share for _, share in shares_of_voices(rows)) == pytest.approx(counted)
