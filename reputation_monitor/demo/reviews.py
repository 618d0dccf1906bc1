"""App reviews in the shape of Apple's customer-review feed (JSON): 50 a page, at most ten pages a storefront."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reputation_monitor.demo.scenario import NOTICE, Brand
from reputation_monitor.demo.utterances import Utterance

PAGE_SIZE = 50
PAGES = 10

Label = dict[str, str]


def render_reviews(
    brand: Brand,
    store: str,
    page: int,
    *,
    reviews: Sequence[Utterance],
    base: str,
    malformed_at: datetime | None = None,
) -> str:
    """One page of an app's reviews in one storefront, newest first; without entries past the last page.

    The first page begins with the app itself, as Apple's often does. With ``malformed_at`` it ends with a review that
    lost its text.
    """
    newest_first = sorted(
        (review for review in reviews if review.channel == store and brand.name in review.brands),
        key=lambda review: (review.published, review.id),
        reverse=True,
    )
    held = newest_first[(page - 1) * PAGE_SIZE : page * PAGE_SIZE] if page <= PAGES else []
    entries = [_review(review, brand, base) for review in held]
    if page == 1:
        entries.insert(0, _app(brand, base))
    if page == 1 and malformed_at is not None:
        entries.append(_textless_review(malformed_at))
    feed: dict[str, Any] = {
        "author": {"name": _label("iTunes Store"), "uri": _label(f"{base}/")},
        "updated": _label(_apple_time(newest_first[0].published) if newest_first else ""),
        "rights": _label(NOTICE),
        "title": _label("iTunes Store: Customer Reviews (invented)"),
        "id": _label(review_page_url(base, store, page, brand)),
    }
    if entries:
        feed["entry"] = entries
    return json.dumps({"feed": feed}, ensure_ascii=False)


def review_page_url(base: str, store: str, page: int, brand: Brand) -> str:
    """The address of a page, as Apple's are built."""
    return f"{base}/{store}/rss/customerreviews/page={page}/id={brand.app_id}/sortby=mostrecent/json"


def _textless_review(malformed_at: datetime) -> dict[str, Any]:
    """A review that lost its title and text on the way."""
    return {
        "author": {"name": _label("Nobody"), "label": ""},
        "updated": _label(_apple_time(malformed_at)),
        "im:rating": _label("2"),
        "id": _label("1"),
        "title": _label(""),
        "content": {**_label(""), "attributes": {"type": "text"}},
    }


def _review(review: Utterance, brand: Brand, base: str) -> dict[str, Any]:
    identity = str(int(review.id, 16) % 10**11)
    return {
        "author": {"uri": _label(f"{base}/authors"), "name": _label(review.author), "label": ""},
        "updated": _label(_apple_time(review.published)),
        "im:rating": _label(str(review.stars)),
        "im:version": _label(_version(review.published)),
        "id": _label(identity),
        "title": _label(review.title),
        "content": {**_label(review.text), "attributes": {"type": "text"}},
        "link": {"attributes": {"rel": "related", "href": f"{base}/posts/{review.id}"}},
        "im:voteSum": _label("0"),
        "im:contentType": {"attributes": {"term": "Application", "label": "Application"}},
        "im:voteCount": _label("0"),
        "category": {"attributes": {"im:id": "6015", "term": "Finance", "label": "Finance"}},
        "rights": _label(f"About the invented app {brand.name}"),
    }


def _app(brand: Brand, base: str) -> dict[str, Any]:
    return {
        "im:name": _label(brand.name),
        "title": _label(f"{brand.name} (invented app)"),
        "summary": _label(NOTICE),
        "id": {**_label(f"{base}/app/{brand.app_id}"), "attributes": {"im:id": brand.app_id}},
        "im:contentType": {"attributes": {"term": "Application", "label": "Application"}},
    }


def _version(moment: datetime) -> str:
    """A new version each fortnight."""
    year, week, _ = moment.isocalendar()
    return f"{year - 2020}.{week // 2}.0"


def _label(text: str) -> Label:
    return {"label": text}


def _apple_time(moment: datetime) -> str:
    return moment.isoformat()
