"""What the commands and the service do, on one store."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from collectors.base import SourceRefused
from reputation_monitor.application import Application, open_application
from reputation_monitor.incidents.base import RejectedIncident
from reputation_monitor.pipeline import Intake
from reputation_monitor.reporting.review import ReviewError
from reputation_monitor.reporting.weeks import WeekError
from reputation_monitor.settings import read_settings

CONFIGURATION = """
time_zone: Europe/London
brands: [{name: Halden}]
sources:
  - {name: posts, screen: web, collector: file, path: posts.jsonl}
  - {name: gone, screen: web, collector: file, path: gone.jsonl}
  - {name: app, screen: mobile, collector: file, path: reviews.jsonl, brand: Halden}
incidents:
  - {name: board, kind: file, url: incidents.csv}
channels: [{name: shared, url: "console://"}]
"""
INCIDENTS = """id,service,title,impact,started,detected,resolved
p-1,Payments,Cards fail,major,2026-03-01T10:00:00Z,2026-03-01T10:20:00Z,2026-03-01T12:00:00Z
p-2,Payments,No start,major,,,
p-3,Payments,Ends before it starts,major,2026-03-01T10:00:00Z,,2026-03-01T09:00:00Z
"""


@pytest.fixture
async def app(open_app) -> Application:
    return await open_app(CONFIGURATION)


@pytest.fixture
def source_named(app: Application):
    return {source.name: source for source in app.settings.sources}.__getitem__


def rows(*texts: str, start: datetime = datetime(2026, 3, 1, 10, tzinfo=UTC)) -> str:
    moments = [(start + timedelta(minutes=n)).isoformat() for n in range(len(texts))]
    said = [{"id": n, "text": t, "published": m} for n, (t, m) in enumerate(zip(texts, moments, strict=True))]
    return "".join(json.dumps(row) + "\n" for row in said)


# --- Mentions


PRIVATE = """
brands: [{{name: Halden}}]
sources:
  - {{name: outside, screen: web, collector: feed, url: "{url}/feed"}}
  - {{name: inside, screen: web, collector: feed, url: "{url}/feed", allow_private: true}}
  - {{name: rude, screen: web, collector: feed, url: "{url}/closed", allow_private: true, obey_robots: false}}
  - {{name: polite, screen: web, collector: feed, url: "{url}/closed", allow_private: true}}
incidents:
  - {{name: outside, url: "{url}"}}
  - {{name: inside, url: "{url}", allow_private: true}}
"""


async def test_a_source_keeps_to_the_public_internet_and_to_robots_txt_unless_it_is_told_otherwise(
    database_folder, aiohttp_server
):
    async def feed(_: web.Request) -> web.Response:
        return web.Response(text="<rss version='2.0'><channel><item><title>Halden</title></item></channel></rss>")

    async def robots(_: web.Request) -> web.Response:
        return web.Response(text="User-agent: *\nDisallow: /closed")

    async def status(_: web.Request) -> web.Response:
        return web.json_response({"incidents": []})

    site = web.Application()
    site.add_routes([web.get("/feed", feed), web.get("/closed", feed), web.get("/robots.txt", robots)])
    site.add_routes([web.get("/api/v2/incidents.json", status)])
    url = str((await aiohttp_server(site)).make_url("")).rstrip("/")
    settings = read_settings(PRIVATE.format(url=url), "the test", database_folder, {})
    async with open_application(settings) as application:
        outside, inside, rude, polite = [await application.collect(source) for source in settings.sources]
        assert "allow_private: true" in outside.error
        assert (inside.error, rude.error) == ("", "")
        assert "obey_robots: false" in polite.error
        with pytest.raises(SourceRefused, match="allow_private: true"):
            await application.poll_incidents(settings.incidents[0])
        await application.poll_incidents(settings.incidents[1])


async def test_a_source_is_collected_and_again_without_news(app: Application, workshop, source_named):
    workshop.write("posts.jsonl", rows("Halden awful", "nobody in particular"))
    assert await app.collect(source_named("posts")) == Intake(added=1, unmatched=1)
    assert await app.collect(source_named("posts")) == Intake()
    state = await app.store.source_state("posts")
    assert (state.polls, state.items) == (2, 1)


async def test_a_sources_own_brand_is_that_of_all_it_gives(app: Application, workshop, source_named):
    workshop.write("reviews.jsonl", rows("cannot log in"))
    assert await app.collect(source_named("app")) == Intake(added=1)


async def test_a_source_that_cannot_be_read_is_told_and_kept(app: Application, source_named):
    intake = await app.collect(source_named("gone"))
    assert "gone.jsonl" in intake.error
    state = await app.store.source_state("gone")
    assert (state.failures, state.last_error) == (1, intake.error)


async def test_a_fault_in_a_collector_is_told_without_its_words(app: Application, source_named, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("https://feed.example/?token=sesame")

    monkeypatch.setattr("reputation_monitor.application.build", broken)
    intake = await app.collect(source_named("posts"))
    assert intake == Intake(error="the collector itself failed: ZeroDivisionError")
    assert (await app.store.source_state("posts")).failures == 1


async def test_scoring_counts_as_well(app: Application, workshop):
    await app.import_file(workshop.write("posts.jsonl", rows("Halden awful", "Halden lovely")), {}, "UTC")
    assert await app.score() == 2
    span = await app.store.span()
    assert span == (datetime(2026, 3, 1, 10, tzinfo=UTC), datetime(2026, 3, 1, 10, tzinfo=UTC))


async def test_a_file_that_is_none_is_refused(app: Application, workshop):
    with pytest.raises(SourceRefused, match="nowhere"):
        await app.import_file(workshop.folder / "nowhere.jsonl", {}, "UTC")


# --- Incidents


async def test_incidents_of_a_file_are_kept_once_and_what_is_none_is_set_aside(app: Application, workshop):
    path = workshop.write("board.csv", INCIDENTS)
    result, rejected = await app.import_incidents(path)
    assert (result.added, result.known) == (1, 0)
    assert all(isinstance(reject, RejectedIncident) for reject in rejected)
    assert len(rejected) == 2
    assert "starts" in rejected[1].reason
    result, _ = await app.import_incidents(path)
    assert (result.added, result.edited, result.known) == (0, 0, 1)
    assert (await app.store.quarantine_counts()) == {"board": 2}


async def test_an_incident_source_is_asked_again_and_changes_are_kept(app: Application, workshop):
    (source,) = app.settings.incidents
    workshop.write("incidents.csv", INCIDENTS)
    await app.poll_incidents(source)
    workshop.write("incidents.csv", INCIDENTS.replace("Cards fail", "Cards and tills fail"))
    result = await app.poll_incidents(source)
    assert result.edited == 1
    assert [incident.title for incident in await app.store.incidents()] == ["Cards and tills fail"]


# --- Findings


async def test_there_is_nothing_to_find_at_first(app: Application, word_scorer):
    assert await app.look_closely() is None
    assert await app.watch() is None
    assert app.looked_at == app.now()
    assert not word_scorer.texts


async def test_a_watch_that_finds_nothing_loads_no_model(app: Application, workshop):
    scores = {"negative": 0.9, "neutral": 0.1, "positive": 0.0}
    line = {"id": 1, "text": "Halden awful", "published": "2026-03-01T10:00:00Z"} | scores
    await app.import_file(workshop.write("posts.jsonl", json.dumps(line)), {}, "UTC")
    app.models.loaded.clear()
    assert await app.watch() is not None
    assert not app.models.loaded


async def test_a_review_of_nothing_says_what_is_missing(app: Application, workshop):
    with pytest.raises(ReviewError, match="no mentions have been scored yet"):
        await app.review("p-1")
    await app.import_file(workshop.write("posts.jsonl", rows("Halden awful")), {}, "UTC")
    await app.score()
    await app.import_incidents(workshop.write("board.csv", INCIDENTS))
    with pytest.raises(ReviewError, match=r"no incident 'p-9' .* known incidents: p-1"):
        await app.review("p-9")
    with pytest.raises(ReviewError, match="'p-1' could not have hurt 'Marsk'; it was tested for: Halden"):
        await app.review("p-1", "Marsk")
    review = await app.review("p-1")
    assert (review.brand, review.link.verdict) == ("Halden", "not enough data")


async def test_the_week_reported_is_the_last_whole_one_or_that_of_old_data(app: Application, workshop):
    await app.import_file(workshop.write("posts.jsonl", rows("Halden awful")), {}, "UTC")
    await app.score()
    assert (await app.weekly()).week == "2026-W09"
    workshop.clock.move(days=60)
    assert (await app.weekly()).week == "2026-W09"
    assert (await app.weekly("2026-W01")).week == "2026-W01"
    with pytest.raises(WeekError, match="2026-W60"):
        await app.weekly("2026-W60")


async def test_a_week_without_anything_has_a_report_all_the_same(app: Application):
    report = await app.weekly()
    assert report.week == "2026-W09"
    assert [source.state for source in report.sources] == ["never polled"] * 3


async def test_nothing_due_is_nothing_delivered(app: Application):
    assert await app.deliver() == 0
