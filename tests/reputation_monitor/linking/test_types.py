from reputation_monitor.linking.types import Control, Verdict


def test_a_control_of_which_nothing_was_expected_has_no_ratio():
    assert Control(name="Rival", kind="rival", observed=3, expected=0).ratio is None
    assert Control(name="Rival", kind="rival", observed=3, expected=2).ratio == 1.5


def test_verdicts_are_the_words_that_people_read():
    assert [str(v) for v in Verdict] == ["linked", "no measurable effect", "not enough data"]
