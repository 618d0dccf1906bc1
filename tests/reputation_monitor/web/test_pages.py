"""Brands, alerts, reviews and weekly reports."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest

from alerts.base import Alert
from reputation_monitor.application import Application
from reputation_monitor.store import KeptReport

Ask = Callable[..., Any]


def test_a_brand_shows_four_weeks_with_band_shifts_and_incidents(seen: dict[str, str], read: Ask):
    page = seen["/brands/Halden"]
    assert 'class="chart"' in page
    assert "3 shifts are shaded. 2 incidents are drawn below." in page
    assert "expected, 95 % band" in read(page).text


def test_a_brand_shows_its_shares_of_the_last_week_with_intervals(seen: dict[str, str], read: Ask):
    text = read(seen["/brands/Halden"]).text
    assert "What was said in the last seven days" in text
    assert "Small figures: 95 % intervals" in text
    assert "All screens 61" in " ".join(text.split())


def test_a_brands_mentions_come_latest_first(seen: dict[str, str], read: Ask):
    text = read(seen["/brands/Halden"]).text
    assert text.index("12:03 GMT") < text.index("11:40 GMT") < text.index("11:17 GMT")
    assert "The first 50 are shown" in text


async def test_mentions_can_be_narrowed_to_a_screen_and_the_most_negative(get: Ask, read: Ask):
    outline = read((await get("/brands/Halden?screen=mobile&order=most-negative"))[1])
    text = outline.text[outline.text.index("What was said") :]
    assert text.index("log in") < text.index("Does what it should")
    assert "card machine" not in text
    assert "/brands/Halden?order=most-negative#mentions" in outline.links


async def test_a_rivals_page_has_no_incident_of_others(get: Ask):
    _, page = await get("/brands/Marsk")
    assert "None is known of these four weeks" in page


async def test_a_brand_without_mentions_has_a_page(get: Ask, evil_brand: str):
    status, page = await get(f"/brands/{quote(evil_brand, safe='')}")
    assert status == 200
    assert "reputation-monitor doctor" in page


async def test_an_unknown_brand_tells_those_that_are_known(get: Ask, read: Ask):
    status, page = await get("/brands/Nobody")
    assert status == 404
    assert "/brands/Marsk" in read(page).links


async def test_alerts_are_parted_into_open_and_over(get: Ask, read: Ask):
    text = read((await get("/alerts"))[1]).text
    text = text[text.index("Alerts Open") :]
    assert text.index("suspected outage") < text.index(" Over ") < text.index("negative talk, associated in time with")


async def test_no_alert_yet_tells_how_to_try_a_channel(blank: Application, get_from: Ask):
    _, page = await (await get_from(blank))("/alerts")
    assert "reputation-monitor alerts test" in page


async def test_an_alert_tells_who_was_told_and_when(get: Ask, read: Ask, ended_alert: Alert):
    status, page = await get(f"/alerts/{quote(ended_alert.key, safe='')}")
    text = read(page).text
    assert status == 200
    assert "Over after 5 h" in text
    assert "shared raised Taken 18:11 GMT raised: the first message about this" in text
    assert "shared ended Given up Fri 27 Feb, 00:50 GMT the channel answers HTTP 404" in text


async def test_a_delivery_that_waits_tells_why_and_until_when(get: Ask, read: Ask, open_alert: Alert):
    text = read((await get(f"/alerts/{quote(open_alert.key, safe='')}"))[1]).text
    assert (
        "Waiting next try Mon 2 Mar, 12:09 GMT 1 attempt : the channel answers HTTP 503 <b>".replace(" :", ":") in text
    )
    assert "What it may cost" in text


async def test_an_unknown_alert_leads_to_all_alerts(get: Ask, read: Ask):
    status, page = await get("/alerts/nothing")
    assert status == 404
    assert "/alerts" in read(page).links


async def test_a_review_is_the_report_itself_in_any_format(
    filled: Application, aiohttp_client: Ask, app_of: Ask, read: Ask
):
    client = await aiohttp_client(app_of(filled))
    page, markdown, document = [
        await client.get(f"/reviews/pay-481{query}") for query in ("", "?format=md", "?format=json")
    ]
    assert "Incident review, Halden" in read(await page.text()).text
    assert markdown.content_type == "text/markdown"
    assert (await markdown.text()).startswith("# ")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert document.content_type == "application/json"
    assert (await document.json())["incident"]["id"] == "pay-481"


async def test_an_incident_is_found_by_any_id(get: Ask, read: Ask):
    status, page = await get("/reviews/rep%2F7%20%3F%23?brand=Marsk")
    assert status == 404
    assert "'rep/7 ?#' could not have hurt 'Marsk'" in read(page).text


async def test_an_unknown_incident_tells_those_that_are_known(get: Ask, read: Ask):
    status, page = await get("/reviews/nothing")
    outline = read(page)
    assert status == 404
    assert outline.text.index("new-1") < outline.text.index("pay-481")
    assert "/reviews/rep%2F7%20%3F%23" in outline.links


async def test_an_incident_that_hurts_no_brand_tells_where_to_say_whom(get: Ask, read: Ask):
    status, page = await get("/reviews/new-1")
    assert status == 404
    assert "services:" in read(page).text


async def test_a_review_before_the_first_mention_tells_what_to_run(blank: Application, get_from: Ask):
    get = await get_from(blank)
    assert "No incident is known yet" in (await get("/reviews/pay-481"))[1]


async def test_a_weekly_report_is_written_when_opened(get: Ask, read: Ask):
    status, page = await get("/reports/weekly/2026-W09")
    assert status == 200
    assert "2026-W09" in read(page).text
    assert (await get("/reports/weekly/2026-W09?format=json"))[1].startswith("{")


async def test_a_kept_weekly_report_is_shown_as_it_was_sent(filled: Application, get_from: Ask, now: datetime):
    await filled.store.keep_report(KeptReport("weekly", "2025-W01", "html", "<p>as it was sent</p>", now))
    assert await (await get_from(filled))("/reports/weekly/2025-W01") == (200, "<p>as it was sent</p>")


@pytest.mark.parametrize("week", ["2026-W60", "monday", "2026-w", "0001-W01", "2031-W01", "2026-W01"])
async def test_a_week_without_data_is_refused_before_any_work(get: Ask, week: str):
    status, page = await get(f"/reports/weekly/{week}")
    assert status == 404
    assert "<h1>" in page


async def test_a_week_before_anything_was_counted_is_refused(blank: Application, get_from: Ask):
    status, page = await (await get_from(blank))("/reports/weekly/2026-W09")
    assert status == 404
    assert "Nothing has been counted so far" in page
