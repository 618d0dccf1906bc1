"""Star ratings."""

import pytest

from collectors.reading.stars import stars


@pytest.mark.parametrize("given", [4, 4.0, "4", " 4.0 "])
def test_a_number_or_its_text_is_a_rating(given: object):
    assert stars(given) == 4.0


@pytest.mark.parametrize("given", [0, 0.9, 5.1, 6, -1, "", "four", "nan", "inf", True, None, [4], float("nan")])
def test_anything_else_is_refused_by_what_it_is(given: object):
    with pytest.raises(ValueError, match="not 1 to 5 stars") as refusal:
        stars(given)
    assert repr(given) in str(refusal.value)
