"""Web posts as the feeds of the invented world hold them: RSS 2.0, Atom and JSON Feed.

Ordinary feeds hold their latest items only; these are archive feeds and hold all six weeks, so that one visit is
enough. Every feed says that it is invented, and two of them hold a malformed entry each.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from reputation_monitor.demo.scenario import NOTICE
from reputation_monitor.demo.utterances import Feed, Utterance

Renderer = Callable[[Feed, Sequence[Utterance], str, datetime], str]

CONTENT_TYPES: Mapping[str, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
"""Format -> media type; the format is the address's ending as well."""

PARAGRAPH = "<p>"
"""How a text that is already HTML begins."""


def render_feed(feed: Feed, posts: Iterable[Utterance], base: str, malformed_at: datetime) -> str:
    """A feed with all its posts, newest first.

    Args:
        feed: which one.
        posts: all posts of the web; those of other feeds are left out.
        base: address of the server, without a slash at its end.
        malformed_at: when the malformed entries claim to be from.
    """
    newest_first = sorted((post for post in posts if post.channel == feed.name), key=_newest, reverse=True)
    return _RENDERERS[feed.format](feed, newest_first, base, malformed_at)


def post_url(base: str, post: Utterance) -> str:
    """Where a post can be read alone."""
    return f"{base}/posts/{post.id}"


def _newest(post: Utterance) -> tuple[datetime, str]:
    return post.published, post.id


def _rss(feed: Feed, posts: Sequence[Utterance], base: str, malformed_at: datetime) -> str:
    items = [_rss_item(post, base) for post in posts]
    if feed.name == "forum":
        items.append(_empty_rss_item(malformed_at))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>{escape(feed.title)} (invented)</title>\n<link>{base}/</link>\n"
        f"<description>{escape(NOTICE)}</description>\n<language>en-GB</language>\n"
        "<generator>Reputation Monitor demo</generator>\n" + "\n".join(items) + "\n</channel>\n</rss>\n"
    )


def _rss_item(post: Utterance, base: str) -> str:
    """News items carry their outlet as aggregators do: in ``source`` and as the end of the title."""
    title = f"{post.title} - {post.outlet}" if post.outlet else post.title
    source = f'<source url="{base}/feeds/">{escape(post.outlet)}</source>' if post.outlet else ""
    author = f"<dc:creator>{escape(post.author)}</dc:creator>" if post.author else ""
    return (
        f"<item><title>{escape(title)}</title><link>{post_url(base, post)}</link>"
        f'<guid isPermaLink="false">{post.id}</guid><pubDate>{format_datetime(post.published)}</pubDate>'
        f"{author}{source}<description>{escape(_html(post.text))}</description></item>"
    )


def _empty_rss_item(malformed_at: datetime) -> str:
    return (
        f'<item><guid isPermaLink="false">empty-{malformed_at:%y%m%d}</guid>'
        f"<pubDate>{format_datetime(malformed_at)}</pubDate><title></title><description></description></item>"
    )


def _atom(feed: Feed, posts: Sequence[Utterance], base: str, malformed_at: datetime) -> str:
    entries = [_atom_entry(post, base) for post in posts]
    entries.append(_undated_atom_entry(malformed_at, base))
    updated = posts[0].published if posts else malformed_at
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        f"<id>tag:{feed.name}.invalid,2026:feed</id>\n<title>{escape(feed.title)} (invented)</title>\n"
        f"<subtitle>{escape(NOTICE)}</subtitle>\n<updated>{_iso(updated)}</updated>\n"
        f'<link rel="self" href="{base}/feeds/{feed.name}.atom"/>\n' + "\n".join(entries) + "\n</feed>\n"
    )


def _atom_entry(post: Utterance, base: str) -> str:
    moment = _iso(post.published)
    return (
        f"<entry><id>tag:{post.channel}.invalid,2026:{post.id}</id><title/>"
        f"<published>{moment}</published><updated>{moment}</updated>"
        f'<link rel="alternate" href="{post_url(base, post)}"/><author><name>{escape(post.author)}</name></author>'
        f'<content type="html">{escape(_html(post.text))}</content></entry>'
    )


def _undated_atom_entry(malformed_at: datetime, base: str) -> str:
    """An entry whose dates no parser can read, and that names no brand."""
    return (
        f"<entry><id>tag:social.invalid,2026:undated-{malformed_at:%y%m%d}</id><title/>"
        "<published>half past yesterday</published><updated>soon</updated>"
        f'<link rel="alternate" href="{base}/feeds/"/><author><name>broken_clock</name></author>'
        '<content type="text">What day is it?</content></entry>'
    )


def _json(feed: Feed, posts: Sequence[Utterance], base: str, malformed_at: datetime) -> str:
    del malformed_at  # this feed is well formed throughout
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{feed.title} (invented)",
        "description": NOTICE,
        "home_page_url": f"{base}/",
        "feed_url": f"{base}/feeds/{feed.name}.json",
        "language": "en-GB",
        "items": [
            {
                "id": post.id,
                "url": post_url(base, post),
                "title": post.title,
                "content_html": _html(post.text),
                "date_published": _iso(post.published),
                "authors": [{"name": post.author}],
            }
            for post in posts
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


_RENDERERS: Mapping[str, Renderer] = {"rss": _rss, "atom": _atom, "json": _json}


def _html(text: str) -> str:
    """Blog texts are written with their paragraphs; the others are plain text that HTML must not misread."""
    return text if text.startswith(PARAGRAPH) else f"<p>{escape(text)}</p>"


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
