import pytest

from collectors.reading.languages import language_tag


@pytest.mark.parametrize(
    ("told", "tag"),
    [
        ("en", "en"),
        ("pt_BR", "pt-BR"),
        ("eng", "en"),
        ("ENG-GB", "en-GB"),
        ("fre", "fr"),
        ("iw", "he"),
        ("haw", "haw"),
        *((nothing, "") for nothing in ("und", "UND", "und-Latn", "mul", "zxx", "mis", "qaa", "english", "", None, 7)),
    ],
)
def test_a_tag_names_a_language_by_its_short_code_or_says_nothing(told: object, tag: str):
    assert language_tag(told) == tag


def test_the_first_that_names_a_language_counts():
    assert language_tag("und", "", "de-AT", "fr") == "de-AT"
