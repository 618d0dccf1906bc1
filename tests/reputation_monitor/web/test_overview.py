"""The first page, as a marketing lead and an on-call engineer see it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts.base import Alert, Event, Notification
from reputation_monitor.application import Application
from reputation_monitor.store import AlertChange, AlertState, KeptReport
from reputation_monitor.web.facts import BRANDS_A_PAGE

Ask = Callable[..., Any]


@pytest.fixture
def overview(seen: dict[str, str], read: Ask):
    return read(seen["/"])


def test_it_shows_the_open_alert_first(overview: Any):
    text = overview.text
    assert text.index("1 alert is open") < text.index("suspected outage, no incident is open") < text.index("Brands")
    assert "117 negative voices more than usual (92 to 134)" in text
    assert "(3 h 47 min ago)" in text


def test_it_tells_each_screen_against_the_usual(overview: Any):
    assert "Halden 1 alert last mention 7 min ago Web" in overview.text
    assert "above the usual" in overview.text
    assert "usual is" in overview.text


def test_a_brand_in_trouble_comes_before_its_rival(overview: Any):
    brands = [link for link in overview.links if link.startswith("/brands/")]
    assert brands.index("/brands/Halden") < brands.index("/brands/Marsk")


def test_a_brand_nobody_speaks_of_says_so(overview: Any):
    assert "Nothing was said of it in the last four weeks" in overview.text


def test_it_names_shifts_with_verdict_and_reason(overview: Any):
    for words in ("Suspected outage", "Unexplained", "Linked to incident pay-481"):
        assert words in overview.text


def test_it_lists_incidents_newest_first_with_what_they_did(overview: Any):
    text = overview.text[overview.text.index("IT incidents") :]
    assert text.index("Push notices late") < text.index("Card payments declined") < text.index("Internal reporting")
    assert "not tested" in text
    assert "No measurable effect" in text
    assert "before IT" in text


def test_incidents_lead_to_their_reviews_whatever_their_id(overview: Any):
    assert "/reviews/pay-481?brand=Halden" in overview.links
    assert "/reviews/rep%2F7%20%3F%23?brand=Halden" in overview.links


def test_sources_in_trouble_come_first(overview: Any):
    text = overview.text[overview.text.index("Quarantined") :]
    assert text.index("news") < text.index("evening") < text.index("forum")
    assert "answers HTTP 503" in text
    assert "3 failures in a row" in text
    assert "2 sources are well" in text


def test_a_message_that_does_not_get_through_is_told(overview: Any):
    assert "1 message waits to be delivered; shared says: the channel answers HTTP 503" in overview.text


def test_it_links_the_last_weekly_reports(overview: Any):
    weeks = [link for link in overview.links if link.startswith("/reports/weekly/")]
    assert weeks == [f"/reports/weekly/2026-W{number:02}" for number in (10, 9, 8, 7, 6)]
    assert "so far" in overview.text


async def test_a_kept_report_says_when_it_was_made(filled: Application, get_from: Ask, now: datetime):
    await filled.store.keep_report(KeptReport("weekly", "2026-W09", "html", "<p>kept", now))
    _, page = await (await get_from(filled))("/")
    assert "kept Mon 2 Mar" in page


def test_the_curve_is_told_in_words_too(seen: dict[str, str]):
    assert 'role="img" aria-label="Halden: The peak of ' in seen["/"]
    assert "2 shifts are shaded." in seen["/"]


async def test_without_alerts_all_is_quiet_but_bad_sources_are_told(
    filled: Application, get_from: Ask, open_alert: Alert, now: datetime
):
    await filled.store.apply([AlertChange(open_alert, AlertState.ENDED)], [], now)
    _, page = await (await get_from(filled))("/")
    assert "All quiet" in page
    assert "But 2 sources need a look, of 4" in page


async def test_nothing_collected_yet_tells_what_to_run(blank: Application, get_from: Ask, read: Ask):
    status, page = await (await get_from(blank))("/")
    text = read(page).text
    assert status == 200
    for command in ("config check", "collect", "import FILE", "demo --serve"):
        assert f"reputation-monitor {command}" in text


async def test_unscored_mentions_tell_that_they_wait(blank: Application, get_from: Ask, mention_of: Ask, now: datetime):
    await blank.store.store_batch("forum", [replace(mention_of(0), scores=None)], [], None, now)
    _, page = await (await get_from(blank))("/")
    assert "1 mention waits to be scored" in page
    assert "reputation-monitor score" in page


async def test_scoring_that_has_stopped_is_told_above_the_quiet(
    filled: Application, get_from: Ask, mention_of: Ask, now: datetime
):
    quiet = "half an hour. What they say is not counted"
    await filled.store.store_batch("forum", [replace(mention_of(9000), item_id="late", scores=None)], [], None, now)
    _, page = await (await get_from(filled))("/")
    assert quiet not in page
    old = replace(mention_of(9001), item_id="older", scores=None)
    await filled.store.store_batch("forum", [old], [], None, now - timedelta(minutes=31))
    _, page = await (await get_from(filled))("/")
    assert f"1 mention has waited for a score for more than {quiet}" in page


async def test_without_configuration_brands_are_those_that_are_spoken_of(
    blank: Application, get_from: Ask, mention_of: Ask, now: datetime
):
    await blank.store.store_batch("forum", [mention_of(number) for number in range(5)], [], None, now)
    await blank.pipeline.roll_up()
    _, page = await (await get_from(blank))("/")
    assert 'href="/brands/Halden"' in page
    assert "too little history" in page


async def test_data_of_the_past_say_where_they_end(years_later: Application, get_from: Ask):
    _, page = await (await get_from(years_later))("/")
    assert "the data end on Mon 2 Mar 2026, 12:10 GMT" in page
    assert "above the usual" in page


async def test_many_brands_come_in_pages(many_brands: Application, get_from: Ask):
    get = await get_from(many_brands)
    _, first = await get("/")
    _, last = await get("/?page=3")
    assert first.count('<h3><a href="/brands/') == BRANDS_A_PAGE
    assert "Page 1 of 3" in first
    assert 'href="/?page=2#brands"' in first
    assert "Page 3 of 3" in last
    assert (await get("/?page=4"))[0] == 404


async def test_it_refreshes_only_when_asked(filled: Application, aiohttp_client: Ask, app_of: Ask):
    client = await aiohttp_client(app_of(filled))
    assert "Refresh" not in (await client.get("/")).headers
    answer = await client.get("/?refresh=60")
    assert answer.headers["Refresh"] == "60"
    assert "refreshes every minute" in await answer.text()


async def test_readers_share_one_page_a_minute(filled: Application, get_from: Ask, open_alert: Alert, now: datetime):
    get = await get_from(filled)
    before = await get("/")
    told = Notification(key="k", event=Event.ENDED, alert=open_alert, at=now)
    await filled.store.apply([AlertChange(open_alert, AlertState.ENDED)], [("shared", told)], now)
    assert await get("/") == before
