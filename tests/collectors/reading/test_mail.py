"""E-mails as programs write them: parts, charsets, forwards, quotes."""

import base64
from typing import Any

import pytest

from collectors.reading.mail import read_letter
from collectors.reading.quoting import without_quotes

PLAIN = "Content-Type: text/plain; charset=utf-8"
HTML = "Content-Type: text/html; charset=utf-8"
ANN = "Ann <ann@example.com>"


def letter(body: str | bytes, content: str = PLAIN, subject: str = "Acme", sender: str = ANN, **headers: str) -> Any:
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    head = f"From: {sender}\nSubject: {subject}\n{more}MIME-Version: 1.0\n{content}\n\n"
    return read_letter(head.encode() + (body.encode() if isinstance(body, str) else body))


def parts(*told: tuple[str, str], kind: str = "mixed") -> tuple[str, str]:
    body = "".join(f"--x\n{content}\n\n{text}\n" for content, text in told) + "--x--\n"
    return body, f"Content-Type: multipart/{kind}; boundary=x"


def test_plain_text_goes_before_html():
    assert letter(*parts((HTML, "<p>pretty</p>"), (PLAIN, "plain"), kind="alternative")).text == "plain"


def test_html_serves_where_there_is_no_plain_text():
    told = parts((PLAIN, "  "), (HTML, "<style>p{}</style><p>Acme &amp; Co</p><p>is down</p>"), kind="alternative")
    assert letter(*told).text == "Acme & Co\n\nis down"


def test_attachments_are_no_text():
    attached = f"{PLAIN}\nContent-Disposition: attachment; filename=log.txt"
    named = "Content-Type: text/plain; name=log.txt"
    assert letter(*parts((attached, "log"), (named, "log"), (PLAIN, "It is down."))).text == "It is down."


def test_parts_within_parts_are_read():
    inner = "--y\nContent-Type: text/plain\n\nIt is down.\n--y--"
    assert letter(*parts(("Content-Type: multipart/alternative; boundary=y", inner))).text == "It is down."


@pytest.mark.parametrize(
    ("charset", "encoded"),
    [
        ("iso-8859-1", "läuft nicht".encode("iso-8859-1")),
        ("utf-8", "läuft nicht".encode()),
        ("us-ascii", "läuft nicht".encode()),
        ("no-such-charset", "läuft nicht".encode("cp1252")),
        ("utf-16", "läuft nicht".encode("utf-16")),
    ],
)
@pytest.mark.parametrize("transfer", ["8bit", "base64"])
def test_any_charset_is_read(charset: str, encoded: bytes, transfer: str):
    if charset == "utf-16" and transfer == "8bit":
        return  # MIME forbids it
    body = base64.b64encode(encoded) if transfer == "base64" else encoded
    content = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {transfer}"
    assert letter(body, content).text == "läuft nicht"


def test_japanese_in_seven_bits_is_no_ascii():
    told = letter("障害".encode("iso-2022-jp"), "Content-Type: text/plain; charset=iso-2022-jp")
    assert told.text == "障害"


def test_encoded_headers_are_decoded_and_unfolded():
    told = letter("x", subject="=?utf-8?q?Acme_l=C3=A4uft?=\n nicht", sender="=?utf-8?b?SsO8cmdlbg==?= <j@example.com>")
    assert (told.subject, told.sender) == ("Acme läuft nicht", "Jürgen")


FORWARDED = """Please look at this.

---------- Forwarded message ---------
From: Bob Customer <bob@example.org>
Date: Thu, 19 Nov 2026 at 18:02
Subject: No money
To: <help@acme.example>

My card is refused since noon.
"""
OUTLOOK = """FYI

_____________________________________________
From: Bob Customer <bob@example.org>
Sent: Thursday, 19 November 2026 18:02
To: help@acme.example
Subject: No money

My card is refused since noon.
"""


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (FORWARDED, "Fwd: No money"),
        (FORWARDED, "A complaint"),
        (OUTLOOK, "FW: No money"),
        (FORWARDED.replace("From", "Von").replace("Forwarded message", "Weitergeleitete Nachricht"), "WG: Geld"),
        (FORWARDED.replace("---------- Forwarded message ---------", "Begin forwarded message:\n"), "Fwd: x"),
        (FORWARDED.replace("\n", "\r\n"), "Fwd: No money"),
        (FORWARDED.replace("From: Bob", "*From:* Bob"), "Fwd: No money"),
    ],
)
def test_a_forwarded_email_is_its_first_writers(text: str, subject: str):
    told = letter(text, subject=subject)
    assert (told.sender, told.forwarder) == ("Bob Customer", "Ann")
    assert told.text == "My card is refused since noon."
    assert told.comment in {"Please look at this.", "FYI"}


def test_an_email_forwarded_as_an_attachment_is_its_first_writers():
    inner = f"From: Bob <bob@example.org>\nSubject: No money\n{PLAIN}\n\nMy card is refused."
    told = letter(*parts((PLAIN, "See attached."), ("Content-Type: message/rfc822", inner)))
    assert (told.sender, told.forwarder, told.text) == ("Bob", "Ann", "My card is refused.")
    assert told.comment == "See attached."


@pytest.mark.parametrize(
    "quote",
    [
        "On Thu, 19 Nov 2026 at 18:02, Help <help@acme.example> wrote:\n> We work on it.\n> Your team",
        "On Thu, 19 Nov 2026 at 18:02,\nHelp <help@acme.example> wrote:\n\nWe work on it.",
        "Am Do., 19. Nov. 2026 um 18:02 Uhr schrieb Help <help@acme.example>:\n> Wir arbeiten daran.",
        "Le jeu. 19 nov. 2026 à 18:02, Help <help@acme.example> a écrit :\n> Nous y travaillons.",
        "-----Original Message-----\nFrom: Help\nSent: Thursday\nTo: Ann\n\nWe work on it.",
        "From: Help <help@acme.example>\nSent: Thursday\nTo: Ann\nSubject: Acme\n\nWe work on it.",
        "-- \nAnn Example\nExample Ltd",
    ],
)
def test_quotes_and_signatures_are_not_the_writers(quote: str):
    assert letter(f"It is still down.\n\n{quote}\n", subject="Re: Acme").text == "It is still down."


def test_answers_between_quoted_lines_stay():
    quoted = "On Thu, 19 Nov 2026, Help wrote:\n> Is it up?\nNo.\n> And now?\nStill not."
    assert without_quotes(quoted) == "No.\nStill not."


def test_where_all_is_quoted_all_stays():
    assert without_quotes("> Is it up?") == "> Is it up?"


def test_a_sentence_that_begins_like_a_quote_stays():
    for told in (
        "On 3 March I wrote to your support team:",
        "On 3 March at 14:30 I wrote:",
        "On 3 March my wife wrote to help@acme.example:",
        "Am 3. März um 14:30 schrieb ich Ihrem Support:",
        "On my screen your program wrote:",
    ):
        assert without_quotes(f"Dear Acme,\n\n{told}\nThe app charges me twice.") == (
            f"Dear Acme,\n\n{told}\nThe app charges me twice."
        )
    text = "On Monday I wrote to them.\nFrom: what I hear they are down."
    assert without_quotes(text) == text


@pytest.mark.parametrize(
    ("content", "headers", "reason"),
    [
        ("Content-Type: multipart/report; boundary=x", {}, "report on the delivery"),
        (PLAIN, {"Auto_Submitted": "auto-replied (vacation)"}, "automatic reply"),
    ],
)
def test_what_machines_answer_is_no_letter(content: str, headers: Any, reason: str):
    with pytest.raises(ValueError, match=reason):
        letter("x", content, **headers)


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe\x00", b"Content-Type: multipart/mixed\n\nx", b"From: =?x?q?=\nSubject: =?utf-8?b?/w==?=\n\nx"],
)
def test_damaged_emails_trip_nothing_but_a_reason(body: bytes):
    try:
        assert read_letter(body).text + read_letter(body).subject
    except ValueError as error:
        assert str(error)
