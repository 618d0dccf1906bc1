import pytest

from reputation_monitor.failing import talks_of_failing_service


@pytest.mark.parametrize(
    "text",
    [
        "the app keeps crashing since this morning",
        "Your website is down AGAIN",
        "error 500 when I try to see my orders",
        "I can't log in, anyone else?",
        "I can’t even log in",
        "is the site down for everyone?",
        "what's going on with your booking system",
        "checkout doesn’t work",
        "system-wide chaos at the counter",
        "my card was declined by the terminal",
        "pages won't load in the new version",
        "Server\nunreachable",
        "impossible de me connecter depuis la mise à jour",
        "l'appli ne fonctionne plus",
        "ça bug tout le temps",
        "Anmeldung geht nicht, nur Fehler",
        "la aplicación no funciona",
        "o aplicativo não funciona",
    ],
)
def test_complaints_of_broken_service_are_heard(text: str):
    assert talks_of_failing_service(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "three hours late and nobody says why",
        "the crew was rude and the food cold",
        "prices went up again, goodbye",
        "love the new app, so fast",
        "sitting down with a coffee",
        "le service client est très gentil",
        "your site is beautiful",
    ],
)
def test_other_talk_is_not(text: str):
    assert not talks_of_failing_service(text)


def test_a_thing_and_a_fault_far_apart_do_not_belong_together():
    assert not talks_of_failing_service(
        "my account is fine. " + "So I went for a walk in the park. " * 3 + "glitch art"
    )


def test_it_reads_the_beginning_only_and_long_texts_quickly():
    assert not talks_of_failing_service("la " * 50_000 + "the app crashed")
    assert talks_of_failing_service("the app crashed " + "la " * 50_000)
