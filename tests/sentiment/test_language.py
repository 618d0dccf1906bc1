import pytest

from sentiment.language import KNOWN, SURE, detect


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("This app crashes every time I open it", "en"),
        ("L'application ne marche plus depuis la mise à jour", "fr"),
        ("Die Seite ist seit heute Morgen nicht erreichbar", "de"),
        ("La aplicación no funciona desde ayer, muy mal servicio", "es"),
        ("アプリが起動しません", "ja"),
        ("Приложение не работает второй день", "ru"),
    ],
)
def test_short_complaints_are_told_apart(text: str, code: str):
    (found,) = detect([text])
    assert found.code == code
    assert SURE <= found.confidence <= 1


@pytest.mark.parametrize("text", ["", "   ", "😡😡", "@united https://example.com", "12:30 !!!", "#fail", "\x00"])
def test_a_text_without_words_has_no_language(text: str):
    assert detect([text])[0].code == ""


def test_what_might_be_several_languages_is_left_open():
    found = detect(["ok"])[0]
    assert found.code == ""
    assert found.confidence < SURE


def test_languages_come_in_the_order_of_the_texts():
    texts = ["Where is my order, please answer", "", "Wo bleibt meine Bestellung, bitte antworten"] * 5
    assert [found.code for found in detect(texts)] == ["en", "", "de"] * 5


def test_odd_and_very_long_texts_are_survived():
    found = detect(["half \ud83d a surrogate in an English sentence", "the website is down again " * 4000])
    assert found[1].code == "en"


def test_nothing_gives_nothing():
    assert detect([]) == []


def test_the_built_in_model_knows_english():
    assert frozenset({"en"}) == KNOWN
