import time

import pytest

from reputation_monitor.failing import talks_of_failing_service, what_fails


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
        "Your checkout page: error. Great.",
        "since the update it's full of bugs",
        "Doesn't work",
    ],
)
def test_complaints_of_broken_service_are_heard(text: str):
    assert talks_of_failing_service(text)


@pytest.mark.parametrize(
    "text",
    [
        "couldn't change my seat online, then an hour on hold",
        "your website won't let me pick a date",
        "unable to order anything through the app",
        "WHY can't I check in for tomorrow?",
        "je n'arrive plus à payer avec l'application",
        "impossible de consulter mon solde",
    ],
)
def test_what_cannot_be_done_by_it_is_heard(text: str):
    assert talks_of_failing_service(text)


@pytest.mark.parametrize(
    "text",
    [
        "it won't accept my mobile number",
        "says my PIN is invalid, it is not",
        "l'appli ne reconnaît plus mon identifiant",
        "asked three times, the code never arrives",
        "I have not received any confirmation and the card was charged",
        "mot de passe pas reçu",
    ],
)
def test_what_is_rejected_or_does_not_come_is_heard(text: str):
    assert talks_of_failing_service(text)


@pytest.mark.parametrize(
    "text",
    [
        "works like a charm, no bugs on the new site",
        "the app has been running for weeks without crashes",
        "beaucoup moins de bugs dans l'appli",
        "This app never crashes",
        "I have never had any connection issues",
        "No app issues at all, five stars",
        "zero server problems in a year",
        "the app hasn't crashed once",
        "My card was never declined abroad, great bank",
        "online banking is never down",
        "aucun problème technique",
        "I can't believe how good this app is",
        "cannot recommend the website enough",
        "I sent an email and never got a reply",
    ],
)
def test_faults_that_are_denied_and_manners_of_speaking_are_not(text: str):
    assert not talks_of_failing_service(text)


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
        "missed my connection because of a broken jetway",
        "customer service fails again, worst agents ever",
        "the report links the storm to failing dams",
        "elle a adopté un chien qui ne mange plus",
    ],
)
def test_other_talk_is_not(text: str):
    assert not talks_of_failing_service(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello? Your APP  keeps\ncrashing, please fix", "app keeps crashing"),
        ("I can't log in, anyone?", "can't log in"),
        ("rien ne va, impossible de payer avec l'application", "impossible de payer avec l'application"),
        ("won't accept my number!", "won't accept my number"),
        ("late again", ""),
    ],
)
def test_the_words_that_say_so_are_known(text: str, words: str):
    assert what_fails(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "The app never works",
        "no idea why the website is down",
        "it isn't working, the app keeps crashing",
        "never seen an app crash so often",
        "no, error 503",
    ],
)
def test_what_only_stands_near_a_denial_is_heard(text: str):
    assert talks_of_failing_service(text)


def test_a_thing_and_a_fault_far_apart_do_not_belong_together():
    assert not talks_of_failing_service(
        "my account is fine. " + "So I went for a walk in the park. " * 3 + "glitch art"
    )


def test_a_thing_and_a_fault_in_two_sentences_do_not_belong_together():
    assert talks_of_failing_service("the app, after all that: broken")
    assert not talks_of_failing_service("I like the app. Broken is only my heart")


PIECES = [
    "app ",
    "bug ",
    "can't ",
    "the app is not ",
    "online ",
    "pin ",
    "never received ",
    "ne ",
    "aucune ",
    "a",
    " ",
    ". ",
]


@pytest.mark.parametrize("first", PIECES)
def test_a_text_made_to_be_slow_takes_less_than_a_tenth_of_a_second(first: str):
    for second in PIECES:
        text = (first * 1000)[:1000] + (second * 1000)[:1000]
        started = time.process_time()
        talks_of_failing_service(text)
        assert time.process_time() - started < 0.1


def test_it_reads_the_beginning_only_and_long_texts_quickly():
    assert not talks_of_failing_service("la " * 50_000 + "the app crashed")
    assert talks_of_failing_service("the app crashed " + "la " * 50_000)
