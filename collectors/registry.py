"""Which kinds of collectors there are: ours, and those that installed packages bring."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import entry_points
from typing import Any

from pydantic import BaseModel, ValidationError

from collectors.base import Collector, SourceRefused
from collectors.files.file import FileCollector, FileOptions
from collectors.http import API_POLICY, DEFAULT_POLICY, HttpClient, Policy, Rate
from collectors.mobile.app_store import APP_STORE_POLICY, AppStoreCollector, AppStoreOptions
from collectors.mobile.app_store_connect import (
    APP_STORE_CONNECT_POLICY,
    AppStoreConnectCollector,
    AppStoreConnectOptions,
)
from collectors.mobile.google_play import GOOGLE_PLAY_POLICY, GooglePlayCollector, GooglePlayOptions
from collectors.mobile.google_play_scraper import (
    GOOGLE_PLAY_SCRAPER_POLICY,
    GooglePlayScraperCollector,
    GooglePlayScraperOptions,
)
from collectors.tv.archive_tv import ARCHIVE_TV_POLICY, ArchiveTvCollector, ArchiveTvOptions
from collectors.tv.captions import CaptionsCollector, CaptionsOptions
from collectors.tv.gdelt_tv import GDELT_TV_POLICY, GdeltTvCollector, GdeltTvOptions
from collectors.tv.youtube_captions import YOUTUBE_POLICY, YoutubeCaptionsCollector, YoutubeCaptionsOptions
from collectors.web.bluesky import BlueskyCollector, BlueskyOptions
from collectors.web.feed import FeedCollector, FeedOptions
from collectors.web.gdelt_doc import GdeltDocCollector, GdeltDocOptions
from collectors.web.google_news import GoogleNewsCollector, GoogleNewsOptions
from collectors.web.hackernews import HackerNewsCollector, HackerNewsOptions
from collectors.web.mailbox import MailboxCollector, MailboxOptions
from collectors.web.mastodon import MastodonCollector, MastodonOptions
from collectors.web.page import PageCollector, PageOptions
from collectors.web.push import PushCollector, PushOptions
from collectors.web.reddit import RedditCollector, RedditOptions
from collectors.web.site import SiteCollector
from collectors.web.site_lists import SiteOptions
from collectors.web.trustpilot import TrustpilotCollector, TrustpilotOptions

ENTRY_POINTS = "reputation_monitor.collectors"
"""Group in which other packages name a :class:`Kind`."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of collector.

    Attributes:
        options: the model of what it is told; it refuses unknown keys and describes each field.
        make: builds the collector from such options and the shared HTTP client.
        policy: the rules its exchanges go by, its documented rate among them; a source may be told others.
        polled: whether it is asked at all; one that is not is told, by requests to the service.
    """

    options: type[BaseModel]
    make: Callable[[Any, HttpClient], Collector]
    policy: Policy = DEFAULT_POLICY
    polled: bool = True


def _api(requests: float, seconds: float) -> Policy:
    """A documented interface for programs, at its documented rate."""
    return replace(API_POLICY, rate=Rate(requests=requests, seconds=seconds))


BUILT_IN: Mapping[str, Kind] = {
    "app_store": Kind(AppStoreOptions, AppStoreCollector, APP_STORE_POLICY),
    "app_store_connect": Kind(AppStoreConnectOptions, AppStoreConnectCollector, APP_STORE_CONNECT_POLICY),
    "archive_tv": Kind(ArchiveTvOptions, ArchiveTvCollector, ARCHIVE_TV_POLICY),
    "bluesky": Kind(BlueskyOptions, BlueskyCollector, API_POLICY),
    "captions": Kind(CaptionsOptions, CaptionsCollector),
    "feed": Kind(FeedOptions, FeedCollector),
    "file": Kind(FileOptions, lambda options, http: FileCollector(options, http.now)),
    "gdelt_doc": Kind(GdeltDocOptions, GdeltDocCollector, _api(1, 5)),
    "gdelt_tv": Kind(GdeltTvOptions, GdeltTvCollector, GDELT_TV_POLICY),
    "google_news": Kind(GoogleNewsOptions, GoogleNewsCollector),
    "google_play": Kind(GooglePlayOptions, GooglePlayCollector, GOOGLE_PLAY_POLICY),
    "google_play_scraper": Kind(GooglePlayScraperOptions, GooglePlayScraperCollector, GOOGLE_PLAY_SCRAPER_POLICY),
    "hackernews": Kind(HackerNewsOptions, HackerNewsCollector, _api(10_000, 3600)),
    "mailbox": Kind(MailboxOptions, MailboxCollector, API_POLICY),
    "mastodon": Kind(MastodonOptions, MastodonCollector, _api(300, 300)),
    "page": Kind(PageOptions, PageCollector),
    "push": Kind(PushOptions, lambda options, _: PushCollector(options), polled=False),
    "reddit": Kind(RedditOptions, RedditCollector, _api(10, 60)),
    "site": Kind(SiteOptions, SiteCollector),
    "trustpilot": Kind(TrustpilotOptions, TrustpilotCollector, _api(833, 300)),
    "youtube_captions": Kind(YoutubeCaptionsOptions, YoutubeCaptionsCollector, YOUTUBE_POLICY),
}


def known_kinds() -> list[str]:
    """The names that a source's ``collector`` may have."""
    return sorted({*BUILT_IN, *entry_points(group=ENTRY_POINTS).names})


def options_model(kind: str) -> type[BaseModel]:
    """The model of the options of a kind of collector.

    Raises:
        SourceRefused: there is no such kind.
    """
    return _kind(kind).options


def is_polled(kind: str) -> bool:
    """Whether sources of this kind are asked; the others are told.

    Raises:
        SourceRefused: there is no such kind.
    """
    return _kind(kind).polled


def build(
    kind: str,
    options: Mapping[str, Any],
    http: HttpClient,
    *,
    allow_private: bool | None = None,
    obey_robots: bool | None = None,
) -> Collector:
    """A collector of that kind, ready to be asked.

    Args:
        kind: its name in the registry.
        options: what it is told.
        http: the client that all collectors share.
        allow_private: whether it may ask addresses of this machine and of private networks; None: as the client does.
        obey_robots: whether it asks robots.txt first; None: as its kind does.

    Raises:
        SourceRefused: there is no such kind, or it does not take these options.
    """
    found = _kind(kind)
    try:
        told = found.options.model_validate(options)
    except ValidationError as error:
        raise SourceRefused(_explain(kind, error)) from error
    obeys = found.policy.obey_robots if obey_robots is None else obey_robots
    reaches = http.policy.allow_private if allow_private is None else allow_private
    return found.make(told, http.under(replace(found.policy, allow_private=reaches, obey_robots=obeys)))


def _kind(name: str) -> Kind:
    """Ours first: a package cannot take the place of a built-in collector."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    for entry in entry_points(group=ENTRY_POINTS, name=name):
        loaded = entry.load()
        if isinstance(loaded, Kind):
            return loaded
        raise SourceRefused(f"collector {name!r}: {entry.value} is no collectors.registry.Kind; tell its author")
    raise SourceRefused(f"unknown collector {name!r}; known are {', '.join(known_kinds())}")


def _explain(kind: str, error: ValidationError) -> str:
    problems = (
        f"{'.'.join(map(str, problem['loc'])) or 'options'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    )
    return f"collector {kind!r}: {'; '.join(problems)}"
