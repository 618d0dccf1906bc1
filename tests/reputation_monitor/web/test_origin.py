"""Which forms are ours."""

import pytest

from reputation_monitor.web.origin import is_known, is_ours

OWN = "https://monitor.halden.example"
HERE = {"host": "127.0.0.1:8765"}
BEHIND = {"host": "monitor.halden.example"}


@pytest.mark.parametrize(
    "headers",
    [
        HERE,  # no browser
        HERE | {"sec-fetch-site": "same-origin"},
        HERE | {"sec-fetch-site": "none"},
        HERE | {"origin": "http://127.0.0.1:8765"},
        HERE | {"origin": OWN},  # a proxy that asks by our own address
        BEHIND | {"origin": OWN},
        {"host": "localhost:8765", "origin": "http://localhost:8765"},
        {"host": "[::1]:8765", "sec-fetch-site": "same-origin"},
    ],
)
def test_forms_of_our_own_pages_are_taken(headers: dict[str, str]):
    assert is_ours(headers, OWN)


@pytest.mark.parametrize("own", ["https://Monitor.Halden.Example:443/rm", "https://monitor.halden.example"])
def test_an_address_is_the_same_however_it_is_spelt(own: str):
    assert is_known("MONITOR.halden.example", own)
    assert is_known("monitor.halden.example:443", own)
    assert is_ours(BEHIND | {"origin": OWN}, own)
    assert not is_known("monitor.halden.example:8443", own)
    assert not is_known("monitor.halden.example:x", own)


@pytest.mark.parametrize(
    "headers",
    [
        HERE | {"sec-fetch-site": "cross-site"},
        HERE | {"sec-fetch-site": "same-site"},
        HERE | {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8765"},
        HERE | {"origin": "https://evil.example"},
        HERE | {"origin": "null"},
        HERE | {"origin": "http://127.0.0.1:8766"},  # another service of this machine
        {"host": "evil.example:8765", "sec-fetch-site": "same-origin"},  # its name was made to lead here
        {"host": "evil.example", "origin": "http://evil.example"},
        {},
    ],
)
def test_forms_of_other_sites_are_not(headers: dict[str, str]):
    assert not is_ours(headers, OWN)
