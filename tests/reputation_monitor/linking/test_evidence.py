import numpy as np

from reputation_monitor.linking.evidence import (
    Witness,
    grown_terms,
    nearness_in_meaning,
    nearness_in_words,
    rank_witnesses,
)


def witness(name: str, voice: str = "", negative: float = 0.9, failing: bool = False):
    return Witness(id=name, voice=voice or name, text=name, negative=negative, failing=failing)


def test_the_most_telling_come_first_and_each_voice_once():
    found = rank_witnesses(
        [
            witness("far"),
            witness("near", voice="anna"),
            witness("near again", voice="anna", negative=0.8),
            witness("mild", negative=0.2),
            witness("failing", failing=True),
        ],
        np.array([0.0, 1.0, 1.0, 1.0, 0.8]),
    )
    assert [w.id for w in found] == ["failing", "near", "mild", "far"]


def test_nobody_heard_is_nobody_ranked():
    assert rank_witnesses([], np.empty(0)) == []


def test_words_that_came_with_the_span_are_found():
    during = ["the checkout fails again"] * 8 + ["nice weather"] * 3
    before = ["nice weather", "the shop is nice", "the staff again"] * 20
    terms = grown_terms(during, before)
    assert terms[0].words in {"checkout", "fails", "checkout fails", "the checkout", "fails again"}
    assert terms[0].count == 8
    assert terms[0].before == 0
    assert all("weather" not in t.words for t in terms)


def test_a_text_counts_a_word_once_and_words_are_not_shown_twice():
    terms = grown_terms(["down down down"] * 4 + ["login down"] * 16, ["hello there"] * 200)
    words = [w for t in terms for w in t.words.split()]
    assert len(words) == len(set(words))
    assert terms[0].words in {"down", "login", "login down"}
    assert max(t.count for t in terms) <= 20


def test_words_of_grammar_are_no_news_and_small_words_that_make_another_are():
    during = ["I cannot log in to my account", "users unable to log in", "it's not working", "je suis de mon avis"] * 9
    words = {term.words for term in grown_terms(during, ["hello there friend"] * 100, limit=99)}
    assert {"log in", "not working"} <= words
    assert not words & {"my", "to my", "my account", "it's", "it's not", "je suis", "de mon", "mon avis"}


def test_a_word_used_twice_is_no_news():
    assert grown_terms(["kaputt"] * 2, ["hello"] * 100) == []


def test_curly_apostrophes_belong_to_words():
    assert grown_terms(["it doesn’t"] * 9, ["hello you"] * 50)[0].words in {"doesn’t", "it doesn’t", "it"}


def test_vectors_that_point_away_are_not_near():
    meanings = np.array([[1, 0], [0.6, 0.8], [-1, 0]], dtype=np.float32)
    assert np.allclose(nearness_in_meaning(meanings, np.array([1, 0], dtype=np.float32)), [1, 0.6, 0])


def test_rare_words_in_common_tell_more_than_usual_ones():
    usual = ["the flight is late", "a late flight again", "my flight to rome"] * 10
    texts = ["another flight is late tonight", "computers crashed at the gate tonight", "good morning to all of you"]
    near = nearness_in_words(texts, "System-wide computer outage: flight held", usual)
    assert near[1] == 1.0 > near[0] > near[2] == 0.0


def test_without_a_word_in_common_nothing_is_near():
    assert nearness_in_words(["hello there"], "outage", ["usual"]).tolist() == [0.0]
