"""Which collectors there are, and how one is built."""

from importlib.metadata import EntryPoint, EntryPoints
from typing import Any

import pytest
from pydantic import BaseModel

from collectors import registry
from collectors.base import SourceRefused
from collectors.http import HttpClient
from collectors.registry import BUILT_IN, Kind, build, known_kinds, options_model
from collectors.web.feed import FeedCollector


class TheirOptions(BaseModel):
    word: str


class Theirs:
    def __init__(self, options: TheirOptions, http: HttpClient) -> None:
        self.word = options.word

    async def collect(self, state: Any, since: Any = None) -> Any:
        return
        yield


KIND = Kind(TheirOptions, Theirs)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Any:
    def install(**values: str) -> Any:
        group = EntryPoints(EntryPoint(name, value, registry.ENTRY_POINTS) for name, value in values.items())
        monkeypatch.setattr(EntryPoint, "load", lambda entry: KIND if entry.value == "theirs:KIND" else object())
        monkeypatch.setattr(registry, "entry_points", group.select)

    return install


def test_a_collector_is_built_from_its_name_and_its_options(http: HttpClient):
    assert isinstance(build("feed", {"url": "https://example.com/feed"}, http), FeedCollector)


def test_an_unknown_kind_is_answered_with_the_known_ones(http: HttpClient):
    with pytest.raises(SourceRefused, match=r"unknown collector 'fead'; known are app_store, .*captions, feed, file, "):
        build("fead", {}, http)
    with pytest.raises(SourceRefused, match="unknown collector"):
        options_model("fead")


def test_wrong_options_are_answered_with_key_and_expectation(http: HttpClient):
    with pytest.raises(
        SourceRefused, match=r"collector 'feed': url: Field required; ulr: Extra inputs are not permitted"
    ):
        build("feed", {"ulr": "x"}, http)


@pytest.mark.parametrize("kind", BUILT_IN)
def test_every_option_is_described_and_unknown_ones_are_forbidden(kind: str):
    model = options_model(kind)
    assert model.model_config.get("extra") == "forbid"
    assert [name for name, field in model.model_fields.items() if not field.description] == []


def test_an_installed_package_can_bring_a_kind(installed: Any, http: HttpClient):
    installed(theirs="theirs:KIND")
    assert "theirs" in known_kinds()
    assert options_model("theirs") is TheirOptions
    assert build("theirs", {"word": "hi"}, http).word == "hi"


def test_an_installed_package_cannot_replace_a_built_in_kind(installed: Any, http: HttpClient):
    installed(feed="theirs:KIND")
    assert isinstance(build("feed", {"url": "https://example.com/feed"}, http), FeedCollector)


def test_an_entry_point_that_is_no_kind_is_refused(installed: Any, http: HttpClient):
    installed(theirs="theirs:NOTHING")
    with pytest.raises(SourceRefused, match=r"is no collectors\.registry\.Kind"):
        build("theirs", {}, http)


async def test_a_source_reaches_what_its_client_does_unless_it_is_told_otherwise(site: Any, http: HttpClient):
    site.pages["/feed"] = "<rss version='2.0'><channel><item><title>x</title></item></channel></rss>"
    told = {"url": f"{site.url}/feed"}
    assert [batch async for batch in build("feed", told, http).collect({})]
    with pytest.raises(SourceRefused, match="allow_private"):
        assert [batch async for batch in build("feed", told, http, allow_private=False).collect({})]
