"""One page, one address."""

import pytest

from collectors.reading.addresses import host_of, is_front_page, normal_address, same_server


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("https://News.Example/a", "https://news.example/a"),
        ("https://news.example:443/a", "https://news.example/a"),
        ("http://news.example:80/a", "http://news.example/a"),
        ("http://news.example:8080/a", "http://news.example:8080/a"),
        ("https://news.example/a#comments", "https://news.example/a"),
        ("https://news.example/a?utm_source=x&utm_medium=y", "https://news.example/a"),
        ("https://news.example/a?id=7&fbclid=x&page=2&gclid=y", "https://news.example/a?id=7&page=2"),
        ("https://news.example/a?b=2&a=1", "https://news.example/a?b=2&a=1"),
        ("https://news.example/a/", "https://news.example/a/"),
        ("https://news.example", "https://news.example/"),
        (" https://news.example/a ", "https://news.example/a"),
        ("https://news.example/ä", "https://news.example/%C3%A4"),
        ("https://news.example/a?reference=utm_source", "https://news.example/a?reference=utm_source"),
        ("mailto:ann@example.com", "mailto:ann@example.com"),
        ("https://[", "https://["),
        ("", ""),
    ],
)
def test_what_does_not_name_the_page_leaves_the_address(given: str, normal: str):
    assert normal_address(given) == normal
    assert normal_address(normal) == normal


def test_a_server_is_a_scheme_a_host_and_a_port():
    assert same_server("https://api.example/1?a=b", "https://API.example:443")
    others = ("http://api.example", "https://api.example:8443", "https://x.api.example", "https://[", "/1", "")
    assert not any(same_server(other, "https://api.example") for other in others)


def test_hosts_are_compared_without_www():
    assert host_of("https://WWW.news.example:8443/a") == host_of("http://news.example") == "news.example"
    assert host_of("https://[") == host_of("words") == ""


@pytest.mark.parametrize(
    ("address", "front"),
    [
        ("https://a.example", True),
        ("https://a.example/", True),
        ("https://a.example/?p=1", False),
        ("https://[", False),
    ],
)
def test_a_front_page_names_no_page(address: str, front: bool):
    assert is_front_page(address) is front
