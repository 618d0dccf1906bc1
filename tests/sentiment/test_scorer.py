import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from sentiment.loading import load_model
from sentiment.processor import has_fast_bfloat16
from sentiment.scorer import Scorer
from sentiment.scores import NEUTRAL, Score

TEXTS = ["i love this app", "i hate it .", "the app is down", "a great app . i love it . the app is great", "awful"]
ODD = ["\x00", "half \ud83d a pair", "\u200b\ufeff", "\U0001f621" * 50, "i\x00love it", "<b>", "\r\n", "é" * 1000]


def probabilities(scores: list[Score]) -> np.ndarray:
    return np.array([score.probabilities for score in scores])


def test_scores_come_in_the_order_of_the_texts(scorer: Scorer):
    forwards, backwards = scorer.score(TEXTS), scorer.score(TEXTS[::-1])
    assert probabilities(forwards) == pytest.approx(probabilities(backwards[::-1]), abs=2e-2)
    assert len({score.negative for score in forwards}) == len(TEXTS)


@pytest.mark.parametrize(("autocast", "tolerance"), [(False, 1e-3), (True, 2e-2)])
def test_a_text_scores_alone_as_it_does_among_others(tiny_model: Path, autocast: bool, tolerance: float):
    scorer = Scorer(load_model(tiny_model), autocast=autocast)
    together = scorer.score(TEXTS * 3 + ["i love it " * 200])
    alone = [scorer.score([text])[0] for text in TEXTS]
    assert probabilities(alone) == pytest.approx(probabilities(together[: len(TEXTS)]), abs=tolerance)


def test_the_same_texts_always_score_the_same(scorer: Scorer, tiny_model: Path):
    assert scorer.score(TEXTS) == scorer.score(TEXTS) == Scorer.load(tiny_model).score(TEXTS)


def test_copies_of_a_text_score_the_same(scorer: Scorer):
    found = scorer.score(["i love it", "i hate it", "i  love it ", "i love it"])
    assert found[0] == found[2] == found[3] != found[1]


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b", "\x00"])
def test_a_text_with_nothing_to_read_is_neutral(scorer: Scorer, text: str):
    assert scorer.score([text]) == [NEUTRAL]


def test_no_texts_give_no_scores(scorer: Scorer):
    assert scorer.score([]) == []
    assert scorer.embed([]).shape == (0, 32)


def test_odd_texts_are_survived_and_leave_their_neighbours_alone(scorer: Scorer):
    found = scorer.score([TEXTS[0], *ODD, TEXTS[1]])
    assert probabilities([found[0], found[-1]]) == pytest.approx(probabilities(scorer.score(TEXTS[:2])), abs=2e-2)


def test_both_ends_of_a_long_text_count(scorer: Scorer):
    middle = "the app is a app . " * 1000
    plain, start, end = scorer.score([middle, "hate " * 126 + middle, middle + "hate " * 126])
    assert start.valence != pytest.approx(plain.valence, abs=1e-4)
    assert end.valence != pytest.approx(plain.valence, abs=1e-4)


def test_windows_of_a_long_text_are_averaged_by_length(tiny_model: Path):
    scorer = Scorer(load_model(tiny_model))
    parts = ["love " * 126, "hate " * 126]
    whole = scorer.score(["".join(parts)])
    assert probabilities(whole)[0] == pytest.approx(probabilities(scorer.score(parts)).mean(0), abs=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        "i love it " * 10_000,
        "x" * 100_000,
        "https://" + "y" * 100_000,
        "i love it" + "!" * 100_000,
        "i love it" + '."' * 50_000,
        "&" + "amp;" * 25_000,
        "\\" + "u005c" * 20_000,
        "&#92;" + "u0026#92;" * 10_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_hundred_thousand_characters_take_bounded_time_and_no_warning(
    scorer: Scorer, caplog: pytest.LogCaptureFixture, text: str
):
    started = time.monotonic()
    with caplog.at_level(logging.WARNING):
        scorer.score([text])
    assert time.monotonic() - started < 5
    assert not caplog.records


def test_a_model_that_knows_no_targets_judges_the_whole_text(scorer: Scorer):
    assert scorer.score(TEXTS, ["app", None, "Acme", "app", None]) == scorer.score(TEXTS)


def test_targets_must_pair_up(scorer: Scorer):
    with pytest.raises(ValueError, match="5 texts, but 1 targets"):
        scorer.score(TEXTS, ["Acme"])


def test_a_text_that_names_its_target_is_judged_for_it_and_any_other_as_a_whole(aware: Scorer):
    text = "i love Acme . Fabrikam is awful"
    acme, fabrikam, nobody, whole = aware.score([text] * 4, ["acme", ["fabri", "FABRIKAM"], "Contoso", None])
    assert (acme.basis, fabrikam.basis, nobody.basis, whole.basis) == ("target", "target", "text", "text")
    assert nobody == whole
    assert len({acme.negative, fabrikam.negative, whole.negative}) == 3


def test_the_name_of_a_target_changes_nothing(aware: Scorer):
    names = ["Acme", "Fabrikam Air", "é"]
    assert len(set(aware.score([f"i love @{names[0]} .", *(f"i love {n} ." for n in names[1:])], names))) == 1


def test_only_what_is_said_near_the_target_counts_in_a_long_text(aware: Scorer):
    far = "this is a app . " * 60
    plain, beside, elsewhere = aware.score(
        [
            far + "Acme is great . " + far,
            far + "Acme is awful . " + far,
            "hate . " * 120 + far + "Acme is great . " + far,
        ],
        ["Acme"] * 3,
    )
    assert beside.valence != pytest.approx(plain.valence, abs=1e-5)
    assert elsewhere.probabilities == pytest.approx(plain.probabilities, abs=1e-5)


def test_each_window_weighs_as_often_as_it_names_the_target(aware: Scorer):
    far = "this is a app . " * 60
    twice, once = f"Acme is great . i love Acme . {far}", f"{far} Acme is awful ."
    both, first, second = aware.score([twice + once, twice, once], ["Acme"] * 3)
    expected = (2 * np.array(first.probabilities) + np.array(second.probabilities)) / 3
    assert both.probabilities == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("model", ["scorer", "aware"])
def test_one_pass_gives_what_two_give(model: str, request: pytest.FixtureRequest):
    one: Scorer = request.getfixturevalue(model)
    scores, vectors = one.read([*TEXTS, "", "i love it . " * 200], ["app"] * 7)
    assert scores == one.score([*TEXTS, "", "i love it . " * 200], ["app"] * 7)
    untargeted = one.read(TEXTS)[1]
    assert untargeted == pytest.approx(one.embed(TEXTS), abs=1e-5)
    assert vectors.shape == (7, 32)
    assert not vectors[5].any()


def test_vectors_are_unit_and_single_precision(scorer: Scorer):
    vectors = scorer.embed([*TEXTS, "i love it " * 300])
    assert vectors.shape == (6, 32)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(6), abs=1e-5)


def test_the_vector_of_a_text_with_nothing_to_read_is_like_nothing(scorer: Scorer):
    assert not scorer.embed(["", TEXTS[0]])[0].any()


def test_vectors_are_the_mean_over_all_tokens(tiny_model: Path):
    model = load_model(tiny_model)
    with torch.inference_mode():
        states = model.network.base_model(**model.tokenizer(TEXTS[0], return_tensors="pt")).last_hidden_state[0]
    mean = states.mean(0).numpy()
    assert Scorer(model).embed([TEXTS[0]])[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def test_threads_may_share_a_scorer(scorer: Scorer):
    expected = scorer.score(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == expected for found in pool.map(scorer.score, [TEXTS] * 12))


def test_stars_are_added_up_to_classes(make_model: Callable[..., Path]):
    folder = make_model(("1 star", "2 stars", "3 stars", "4 stars", "5 stars"))
    model = load_model(folder)
    with torch.inference_mode():
        stars = model.network(**model.tokenizer(TEXTS[0], return_tensors="pt")).logits.softmax(-1)[0].tolist()
    (score,) = Scorer(model).score(TEXTS[:1])
    expected = (stars[0] + stars[1], stars[2], stars[3] + stars[4])
    assert score.probabilities == pytest.approx(expected, abs=1e-5)


def test_a_model_of_two_classes_finds_nothing_neutral(make_model: Callable[..., Path]):
    scores = Scorer.load(make_model(("POSITIVE", "NEGATIVE"))).score(TEXTS)
    assert {score.neutral for score in scores} == {0}


def test_the_number_of_threads_changes_no_score(scorer: Scorer, tiny_model: Path):
    texts = [f"good bad {'app ' * n}" for n in range(40)]
    assert Scorer.load(tiny_model, threads=1).score(texts) == Scorer.load(tiny_model, threads=3).score(texts)


def test_a_scorer_names_its_model(scorer: Scorer, tiny_model: Path):
    assert scorer.name == tiny_model.name
    assert len(scorer.digest) == 64
    assert scorer.identity == f"{scorer.name}@{scorer.digest[:12]}"
    assert scorer.languages == {"en"}


def test_whether_bfloat16_is_fast_is_known():
    assert has_fast_bfloat16() in {True, False}
