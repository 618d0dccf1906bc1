"""The parsers of the collectors, each asked as its collector asks it: bytes in, contents out.

Where a parser gives more than items (a token of the next page, a cursor, a hub), that is used as the collector uses it,
and what the collector would keep of it comes out in the form of an item, so that the same promises are asked of it.
"""

import asyncio
import json
import tempfile
from dataclasses import replace
from datetime import UTC, timedelta
from typing import cast
from urllib.parse import quote, urlencode

from yarl import URL

from benchmarks.fuzzing.promises import NOW
from collectors.base import Item, SourceRefused
from collectors.files.file import read_mentions
from collectors.files.mention_rows import RowReader
from collectors.http import HttpClient, retry_after_seconds
from collectors.http.robots import Robots
from collectors.mobile import apple_reviews, connect_reviews, play_archive, play_listing, play_reviews
from collectors.reading.addresses import host_of, same_server
from collectors.reading.articles import read_page
from collectors.reading.documents import Contents, Document
from collectors.reading.json_pages import word
from collectors.reading.languages import language_tag
from collectors.reading.quarantine import set_aside
from collectors.reading.sitemaps import Listing, read_links, read_sitemap
from collectors.reading.syndication import read_syndication
from collectors.tv import archive_tv, gdelt_tv
from collectors.tv.captions import CaptionsCollector, CaptionsOptions
from collectors.tv.windows import cut_windows
from collectors.tv.youtube_library import Answer, Cookies, LibraryTranscripts, NoTranscript, Session
from collectors.web import gdelt_articles, hackernews, mastodon_statuses, trustpilot
from collectors.web.feed import read_feed
from collectors.web.google_news import read_headlines
from collectors.web.imap import Raw
from collectors.web.jetstream import instant_of, read_event
from collectors.web.mailbox import read_messages
from collectors.web.push import read_pushed
from collectors.web.reddit import read_listing
from collectors.web.site_lists import entries_of_feed
from collectors.web.site_memory import newest
from collectors.web.websub import topic_of

ADDRESS = "https://herald.example/news/larkair"
LARKAIR = "com.example.larkair"
MOST_PAGES = 5000
SCRAPED_PLACES = {
    "reviewId": (0,),
    "userName": (1, 0),
    "score": (2,),
    "content": (4,),
    "at": (5, 0),
    "thumbsUpCount": (6,),
    "replyContent": (7, 1),
    "repliedAt": (7, 2, 0),
    "appVersion": (10,),
}
PLAYER = {
    "playabilityStatus": {"status": "OK"},
    "captions": {
        "playerCaptionsTracklistRenderer": {
            "captionTracks": [{"baseUrl": "/words", "languageCode": "en", "name": {"runs": [{"text": "English"}]}}]
        }
    },
}
TRANSCRIPT = '<transcript><text start="1.5" dur="2">Larkair is down</text></transcript>'


def _document(body: bytes) -> Document:
    return Document(body, ADDRESS, NOW)


def _kept(identity: str, said: str) -> Item:
    """What a collector keeps, in the form of an item."""
    return Item(id=identity, text=said)


# --- Web


def feed(body: bytes) -> Contents:
    """RSS, Atom, RDF or JSON Feed."""
    return read_feed(_document(body))


def websub(body: bytes) -> Contents:
    """The hub that a feed names, in its head or in a Link header, which comes as aiohttp decodes it."""
    topic = topic_of({"link": body[:400].decode("utf-8", "surrogateescape")}, body, ADDRESS)
    return Contents((_kept(topic.hub, topic.address),) if topic else ())


def google_news(body: bytes) -> Contents:
    """A search feed."""
    return read_headlines(_document(body))


def reddit(body: bytes) -> Contents:
    """A page of a listing; the next one is asked for by its last entry."""
    page = read_listing(read_syndication(_document(body)))
    urlencode({"after": page.following})
    return page.contents


def gdelt_doc(body: bytes) -> Contents:
    """A list of articles, or a complaint in plain words."""
    if said := gdelt_articles.spoken_error(body):
        return Contents(rejects=(set_aside(body, said),))
    return gdelt_articles.read_articles(_document(body)).contents


def hacker_news(body: bytes) -> Contents:
    """Hits of the search."""
    return hackernews.read_hits(_document(body)).contents


def mastodon(body: bytes) -> Contents:
    """A page of a timeline; the next run begins somewhat before its first number."""
    page = mastodon_statuses.read_statuses(_document(body))
    numbers = [number for entry in page.entries if (number := word(entry, "id"))]
    after = mastodon_statuses.earlier_id(numbers[0], timedelta(minutes=10)) if numbers else ""
    urlencode({"min_id": after})
    return page.contents


def bluesky(body: bytes) -> Contents:
    """A message of the stream; the next run begins at the newest time that was seen."""
    event = read_event(body.decode("utf-8", "replace"), NOW)
    kept = [_kept("deleted", event.deleted)] if event.deleted else []
    if event.time_us is not None:
        kept.append(replace(_kept("cursor", str(event.time_us)), published=instant_of(event.time_us)))
    if event.post is not None and (event.post.text or event.post.title):  # others are nobody's to want
        kept.append(event.post)
    return Contents(tuple(kept), (event.reject,) if event.reject else ())


def trustpilot_reviews(body: bytes) -> Contents:
    """A page of reviews, and the same bytes as the answer to a look-up of the business."""
    quote(trustpilot.read_unit(body), safe="")
    return trustpilot.read_reviews(_document(body)).contents


def page(body: bytes) -> Contents:
    """An article, or reviews."""
    return read_page(_document(body))


def sitemap(body: bytes) -> Contents:
    """The pages that a sitemap names, or the sitemaps of an index."""
    return _listed(read_sitemap(_document(body)))


def links(body: bytes) -> Contents:
    """The links of a start page."""
    return _listed(read_links(_document(body)))


def feed_of_site(body: bytes) -> Contents:
    """The pages that a feed links to."""
    return _listed(entries_of_feed(_document(body)))


def _listed(listing: Listing) -> Contents:
    """What is listed of the list's own host; nothing else is asked for."""
    named = [*newest(listing.pages, NOW - timedelta(days=300), MOST_PAGES), *newest(listing.sitemaps, None, MOST_PAGES)]
    named = [one for one in named if host_of(one.address) == host_of(ADDRESS)]
    return Contents(tuple(_kept(one.address, one.title or one.address) for one in named), listing.rejects)


def mailbox(body: bytes) -> Contents:
    """An e-mail."""
    return read_messages([Raw(7, len(body), "02-Mar-2026 12:00:00 +0000", body)], "INBOX", NOW)


def push(body: bytes) -> Contents:
    """What a sender sends."""
    return read_pushed(body, RowReader({}, UTC, NOW))


# --- Television


def captions(name: str, body: bytes) -> Contents:
    """A caption file of that name."""
    options = CaptionsOptions(url=name)
    return CaptionsCollector(options, HttpClient("fuzzing@example.com")).read(body, name)


def gdelt_clips(body: bytes) -> Contents:
    """Clips, or a complaint in plain words."""
    if said := gdelt_tv.complaint(body):
        return Contents(rejects=(set_aside(body, said),))
    return gdelt_tv.read_clips(body, NOW)[1]


def archive_hits(body: bytes) -> Contents:
    """Hits of the Archive's search."""
    return archive_tv.read_hits(body, NOW).contents


def youtube_transcript(body: bytes) -> Contents:
    """The words of a video."""
    return _youtube(json.dumps(PLAYER), body.decode("utf-8", "replace"))


def youtube_player(body: bytes) -> Contents:
    """What the player is told of a video's captions."""
    return _youtube(body.decode("utf-8", "replace"), TRANSCRIPT)


class _YouTube:
    """Answers the library in place of the session that it is given."""

    def __init__(self, player: str, words: str) -> None:
        self.headers: dict[str, str] = {}
        self.cookies = Cookies()
        self._player, self._words = player, words

    def get(self, url: str) -> Answer:
        return Answer('"INNERTUBE_API_KEY": "k"' if "/watch" in url else self._words, 200)

    def post(self, url: str, json: object) -> Answer:
        del url, json
        return Answer(self._player, 200)


def _youtube(player: str, words: str) -> Contents:
    library = LibraryTranscripts(cast("Session", _YouTube(player, words)))
    try:
        transcript = library.fetch("abc", ("en",))
    except (NoTranscript, SourceRefused) as error:
        return Contents(rejects=(set_aside(words, str(error)),))
    windows = cut_windows(transcript.cues, 30.0)
    if not windows:
        return Contents(rejects=(set_aside(words, "the captions hold no words"),))
    language = language_tag(transcript.language)
    return Contents(
        tuple(Item(id=f"abc#{window.start:.0f}", text=window.text, language=language) for window in windows)
    )


# --- Mobile


def app_store(body: bytes) -> Contents:
    """A page of Apple's feed, JSON or XML."""
    return apple_reviews.read_reviews(_document(body), "us")


def app_store_connect(body: bytes) -> Contents:
    """A page of Apple's interface; the next one has to be at the same server."""
    page = connect_reviews.read_page(_document(body))
    same_server(page.next_address, ADDRESS)
    return page.contents


def google_play(body: bytes) -> Contents:
    """A page of Google's interface; the next one is asked for by its token."""
    page = play_reviews.read_page(_document(body))
    urlencode({"token": page.next_token})
    return page.contents


def google_play_export(body: bytes) -> Contents:
    """A monthly export of the console."""
    return play_archive.read_archive(body, LARKAIR, NOW)


def google_play_listing(body: bytes) -> Contents:
    """A page of Google Play's own; the listing is JSON in a string, and spoilt alone or with what is around it."""
    whole = body if b"wrb.fr" in body else json.dumps([["wrb.fr", "oCPfdb", body.decode("utf-8", "replace")]]).encode()
    page = play_listing.read_listing(Document(b")]}'" + whole, ADDRESS, NOW), SCRAPED_PLACES, "us")
    quote(page.following, safe="")
    return page.contents


# --- Files and the way to them


def file(suffix: str, body: bytes) -> Contents:
    """A file of mentions; it is refused as a whole only where it lacks what is needed."""
    with tempfile.NamedTemporaryFile(suffix=suffix) as written:
        written.write(body)
        written.flush()
        try:
            batches = list(read_mentions(written.name, now=NOW))
        except SourceRefused as refusal:
            return Contents(rejects=(set_aside(body, str(refusal)),))
    return Contents(
        tuple(item for batch in batches for item in batch.items),
        tuple(reject for batch in batches for reject in batch.rejects),
    )


def robots(body: bytes) -> Contents:
    """What robots.txt says of an address: the pace it asks for, or that it is closed."""

    async def get(_: URL) -> bytes:
        return body

    try:
        rate = asyncio.run(Robots(lambda: NOW).allow(URL(ADDRESS), get))
    except SourceRefused as refusal:
        return Contents(rejects=(set_aside(body, str(refusal)),))
    return Contents((_kept("pace", str(rate)),) if rate else ())


def retry_after(body: bytes) -> Contents:
    """A Retry-After header, which comes as aiohttp decodes it."""
    seconds = retry_after_seconds(body.decode("utf-8", "surrogateescape"), NOW)
    return Contents((_kept("seconds", str(timedelta(seconds=seconds))),) if seconds is not None else ())
