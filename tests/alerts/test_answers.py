from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from alerts.channels.answers import retry_after
from alerts.channels.concealment import conceal

NOW = datetime(2026, 3, 3, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        (format_datetime(NOW + timedelta(minutes=2), usegmt=True), 120.0),
        (format_datetime(NOW - timedelta(minutes=2), usegmt=True), 0.0),
        ("Tue, 03 Mar 2026 21:02:00 -0000", 120.0),
        ("soon", None),
        ("inf", None),
        ("nan", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(header: str | None, seconds: float | None):
    assert retry_after(header, NOW) == seconds


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://hooks.slack.com/services/T0001/B7tokenQ9x", "cannot find /services/T0001/B7tokenQ9x or B7tokenQ9x"),
        ("mailto://u:pw1@example.com", "login u:pw1@example.com failed with pw1"),
        ("json://h/x?key=B7tokenQ9x&a=b", "key=B7tokenQ9x"),
        ("json://h/B7%2FtokenQ9x", "path B7/tokenQ9x"),
        ("https://[B7tokenQ9x", "https://[B7tokenQ9x is wrong"),
    ],
)
def test_parts_of_the_address_are_concealed(url: str, text: str):
    shown = conceal(text, url)
    assert not any(secret in shown for secret in ("B7token", "pw1"))
    assert "***" in shown


def test_what_is_no_secret_stays_readable():
    assert conceal("no_service", "https://hooks.slack.com/services/T/B/B7tokenQ9x") == "no_service"
    assert conceal("anything", "") == "anything"
