import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import feedparser
import pytest

from reputation_monitor.demo.feeds import render_feed
from reputation_monitor.demo.scenario import NOTICE
from reputation_monitor.demo.utterances import FEEDS, Feed, Tone, Utterance
from reputation_monitor.demo.world import World

BASE = "http://127.0.0.1:1"
MALFORMED_AT = datetime(2026, 10, 21, 10, tzinfo=UTC)
SOCIAL, FORUM, NEWS, BLOGS = FEEDS


@cache
def parsed_feed(feed: Feed, text: str) -> Any:
    return feedparser.parse(text.encode())


def rendered(feed: Feed, world: World) -> str:
    return render_feed(feed, excerpt(world), BASE, MALFORMED_AT)


def excerpt(world: World) -> tuple[Utterance, ...]:
    """The last days; feedparser takes seconds for all six weeks."""
    return world.posts[-1500:]


def posts_of(feed: Feed, world: World) -> list[Utterance]:
    return [post for post in excerpt(world) if post.channel == feed.name]


@pytest.mark.parametrize("feed", [SOCIAL, FORUM, NEWS], ids=lambda feed: feed.name)
def test_feedparser_reads_every_post_of_the_xml_feeds(feed: Feed, world: World):
    parsed = parsed_feed(feed, rendered(feed, world))
    assert not parsed.bozo
    assert parsed.version == {"atom": "atom10", "rss": "rss20"}[feed.format]
    times = [entry.published_parsed for entry in parsed.entries if entry.get("published_parsed")]
    assert len(times) >= len(posts_of(feed, world))
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_every_feed_says_that_it_is_invented(feed: Feed, world: World):
    assert NOTICE in rendered(feed, world)[:800]


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_the_truth_is_not_served(feed: Feed, world: World):
    text = rendered(feed, world)
    assert not any(f'"{tone}"' in text or f">{tone}<" in text for tone in Tone)
    assert "declined_press" not in text


def test_the_newest_post_comes_first(world: World):
    parsed = parsed_feed(NEWS, rendered(NEWS, world))
    published = [entry.published_parsed for entry in parsed.entries]
    assert published == sorted(published, reverse=True)


def test_the_json_feed_holds_its_posts_to_the_second(world: World):
    document = json.loads(rendered(BLOGS, world))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    expected = sorted(post.published for post in posts_of(BLOGS, world))
    assert sorted(datetime.fromisoformat(item["date_published"]) for item in document["items"]) == expected


def test_news_items_name_their_outlet_as_aggregators_do(world: World):
    entry = parsed_feed(NEWS, rendered(NEWS, world)).entries[0]
    assert entry.title.endswith(f" - {entry.source.title}")


def test_the_forum_holds_an_empty_post(world: World):
    entries = parsed_feed(FORUM, rendered(FORUM, world)).entries
    assert len(entries) == len(posts_of(FORUM, world)) + 1
    assert [entry.id for entry in entries if not entry.title and not entry.summary] == ["empty-261021"]


def test_the_social_feed_holds_a_post_without_a_readable_date(world: World):
    entries = parsed_feed(SOCIAL, rendered(SOCIAL, world)).entries
    assert [entry.author for entry in entries if not entry.get("published_parsed")] == ["broken_clock"]


def test_signs_that_html_knows_survive():
    post = Utterance(
        id="a1",
        screen="web",
        channel="forum",
        published=MALFORMED_AT,
        author="a<b",
        title="1 < 2 & 3",
        text="is <b> bold & 'quoted'?",
        brands=("Quarrowby",),
        tone=Tone.NEUTRAL,
        topic="question",
    )
    entry = feedparser.parse(render_feed(FORUM, [post], BASE, MALFORMED_AT).encode()).entries[0]
    assert entry.title == "1 < 2 & 3"
    assert "&lt;b&gt; bold &amp; 'quoted'?" in entry.summary
    assert entry.author == "a<b"
    assert entry.link == f"{BASE}/posts/a1"
