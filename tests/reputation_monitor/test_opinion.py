"""Shares of opinion: corrected by labels set here, bounded by texts elsewhere; what people and stars say is as said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from reputation_monitor.copies import Said
from reputation_monitor.opinion import KnownErrors, Origin, Reading, opinions
from sentiment.scores import LABELS
from sentiment.validation import Confusions, Validation, confusions_of

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEIGHTS = "ab" * 32
MODEL = f"built-in@{WEIGHTS[:12]}"
ANSWERS = np.array([[0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.1, 0.2, 0.7]])
"""What the model of these tests says of a text of each class, always."""
BLUNT = np.array([[0.5, 0.3, 0.2], [0.4, 0.3, 0.3], [0.3, 0.2, 0.5]])


def known(answers: np.ndarray = ANSWERS, texts: int = 2000) -> Confusions:
    truth = np.repeat([0, 1, 2], texts)
    return confusions_of([LABELS[one] for one in truth], answers[truth])


def labelled(*screens: str, method: str = "model", model: str = MODEL) -> KnownErrors:
    return KnownErrors({Reading(model, method, screen): known() for screen in screens})


ELSEWHERE = (Validation(WEIGHTS, {"text": {"tweets": known(), "news": known(BLUNT), "reviews": known()}}),)


def said(classes: str, *, method: str = "model", model: str = MODEL, first: int = 0) -> list[Said]:
    """One mention for each of ``n``, ``u`` and ``p``, by as many authors; stars and hands say what is so."""
    rows = []
    for number, kind in enumerate(classes, first):
        negative, _, positive = (ANSWERS if method in {"model", "target"} else np.eye(3))["nup".index(kind)]
        rows.append(
            Said(
                id=number,
                source="forum",
                author=f"author {number}",
                story=number,
                published=START + timedelta(minutes=number),
                negative=float(negative),
                positive=float(positive),
                score_method=method,
                model=model if method in {"model", "target"} else "",
            )
        )
    return rows


def test_what_the_model_gets_wrong_by_labels_set_here_is_undone():
    (found,) = opinions({"web": said("n" * 30 + "u" * 50 + "p" * 20)}, labelled("web"))
    assert found.negative.classified == pytest.approx(0.3 * 0.7 + 0.5 * 0.3 + 0.2 * 0.1)
    assert found.negative.value == pytest.approx(0.3, abs=0.005)
    assert found.neutral.value == pytest.approx(0.5, abs=0.01)
    assert found.negative.low < 0.3 < found.negative.high
    assert (found.screen, found.voices, found.labels) == ("web", 100, 6000)
    assert found.corrected


@pytest.mark.parametrize("method", ["stars", "hand", "given"])
def test_what_others_say_is_not_corrected_but_has_its_interval(method):
    errors = replace(labelled("mobile"), elsewhere=ELSEWHERE)
    (found,) = opinions({"mobile": said("n" * 3 + "p" * 7, method=method)}, errors)
    assert found.negative.value == pytest.approx(found.negative.classified) == pytest.approx(0.3)
    assert (found.origins, found.labels, found.corrected) == ((Origin.SAID,), 0, False)
    assert found.negative.low < 0.15
    assert found.negative.high > 0.5


def test_corrected_and_certain_voices_are_added_by_their_number():
    rows = said("n" * 20 + "p" * 20) + said("p" * 60, method="stars", first=100)
    (found,) = opinions({"web": rows}, labelled("web"))
    assert found.negative.value == pytest.approx(0.2, abs=0.01)


def test_what_an_author_said_in_a_day_is_one_voice_divided_evenly():
    rows = [*said("pnp"), *said("p", first=10)]
    same = [replace(row, author="one") for row in rows]
    (found,) = opinions({"web": same}, labelled("web"))
    assert (found.voices, found.negative.classified) == (1, pytest.approx(0.25))


def test_who_says_much_is_taken_for_no_more_negative_than_who_says_little():
    """Half of the neutral texts are taken for negative: of three of one author, nearly always one."""
    answers = np.array([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.1, 0.6, 0.3], [0.1, 0.2, 0.7]])
    truth = ["negative"] * 500 + ["neutral"] * 1000 + ["positive"] * 500
    errors = KnownErrors({Reading(MODEL, "model", "web"): confusions_of(truth, np.repeat(answers, 500, axis=0))})
    rng = np.random.default_rng(4)
    rows = [
        replace(row, author=f"author {row.id // 3}", negative=float(answer[0]), positive=float(answer[2]))
        for row, answer in zip(said("u" * 900), rng.choice(answers[1:3], 900), strict=True)
    ]
    (found,) = opinions({"web": rows}, errors)
    assert found.voices == pytest.approx(300)
    assert found.negative.value < 0.05


def test_several_screens_have_a_row_for_all_of_them():
    found = opinions({"web": said("n" * 10), "tv": [], "mobile": said("p" * 30)}, labelled("web", "mobile"))
    assert [one.screen for one in found] == ["web", "mobile", "all screens"]
    assert (found[-1].voices, found[-1].labels) == (40, 12_000)
    assert found[-1].negative.value == pytest.approx(0.25, abs=0.01)


def test_texts_of_other_kinds_correct_nothing_but_tell_how_far_the_truth_may_lie():
    (found,) = opinions({"web": said("n" * 30 + "u" * 50 + "p" * 20)}, KnownErrors(elsewhere=ELSEWHERE))
    assert (found.origins, found.corrected) == ((Origin.ELSEWHERE,), False)
    assert found.negative.value is None
    assert found.negative.best == found.negative.classified
    assert found.negative.high - found.negative.low > 0.4


def test_labels_set_here_go_before_texts_of_other_kinds():
    errors = replace(labelled("web"), elsewhere=ELSEWHERE)
    web, tv, everywhere = opinions({"web": said("n" * 10), "tv": said("n" * 10, first=50)}, errors)
    assert (web.corrected, tv.corrected, everywhere.corrected) == (True, False, False)
    assert everywhere.origins == (Origin.ELSEWHERE, Origin.HERE)
    assert everywhere.negative.low > tv.negative.low


def test_screens_that_share_their_errors_are_no_surer_together():
    rows = {screen: said("nnuup" * 200, first=5000 * at) for at, screen in enumerate(("web", "tv"))}
    web, _, everywhere = opinions(rows, KnownErrors(elsewhere=ELSEWHERE))
    assert everywhere.negative.high - everywhere.negative.low > 0.9 * (web.negative.high - web.negative.low)


@pytest.mark.parametrize(
    ("errors", "model"),
    [
        pytest.param(KnownErrors(), MODEL, id="nothing is known of the model"),
        pytest.param(KnownErrors(elsewhere=ELSEWHERE), "built-in@000000000000", id="another model read it"),
        pytest.param(KnownErrors(elsewhere=ELSEWHERE), f"{MODEL}+12345678", id="the model was tuned since"),
        pytest.param(KnownErrors(elsewhere=[Validation(WEIGHTS, {})]), MODEL, id="no text was read"),
        pytest.param(labelled("tv"), MODEL, id="another screen was labelled"),
        pytest.param(labelled("web", model="other@1"), MODEL, id="another model read what was labelled"),
        pytest.param(labelled("web", method="target"), MODEL, id="the model was asked something else"),
    ],
)
def test_shares_stay_as_classified_where_errors_are_not_known(errors, model):
    (found,) = opinions({"web": said("nnp", model=model)}, errors)
    assert (found.negative.value, found.negative.low, found.origins) == (None, None, (Origin.UNKNOWN,))
    assert found.negative.best == found.negative.classified == pytest.approx(0.5)


def test_answers_about_a_target_are_corrected_by_such_answers():
    rows = said("nnuup" * 20) + said("nnuup" * 20, method="target", first=500)
    both = KnownErrors({**labelled("web").here, **labelled("web", method="target").here})
    (found,) = opinions({"web": rows}, both)
    assert found.negative.value == pytest.approx(0.4, abs=0.01)
    (found,) = opinions({"web": rows}, labelled("web"))
    assert found.origins == (Origin.HERE, Origin.UNKNOWN)
    assert found.negative.value is None


def test_a_few_voices_that_cannot_be_corrected_widen_the_interval_and_no_more():
    rows = said("nnuup" * 200)
    (whole,) = opinions({"web": rows}, labelled("web"))
    for method, model in (("target", MODEL), ("model", "other@1")):
        few = said("nu" * 50, method=method, model=model, first=5000)
        (found,) = opinions({"web": rows + few}, replace(labelled("web"), elsewhere=ELSEWHERE))
        assert found.corrected
        assert found.negative.high - found.negative.low > 1.2 * (whole.negative.high - whole.negative.low)
        (found,) = opinions({"web": rows[:500] + few}, replace(labelled("web"), elsewhere=ELSEWHERE))
        assert found.negative.value is None


def test_nobody_said_anything():
    assert opinions({"web": [], "tv": []}, KnownErrors()) == ()


def test_a_screen_that_only_repeats_what_was_told_before_has_no_opinion():
    (row,) = said("n")
    assert opinions({"web": [replace(row, copy=True)]}, KnownErrors()) == ()
