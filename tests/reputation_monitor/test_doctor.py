"""What works on this machine, and what to do about the rest."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from alerts.base import Alert, Event, Kind, Notification
from reputation_monitor import doctor, shelf
from reputation_monitor.doctor import examine, source_finding
from reputation_monitor.settings import read_settings
from reputation_monitor.sources.health import Condition, Health, judge
from reputation_monitor.sources.records import SourceRecord
from reputation_monitor.store import AlertChange

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MODEL = Path(__file__).parents[2] / "sentiment" / "model" / "model.safetensors"


def settings(folder: Path, text: str):
    return read_settings(text, "the test", folder, {})


@pytest.fixture
def no_model(monkeypatch, word_scorer):
    """Lets the doctor examine without loading torch."""

    monkeypatch.setattr(shelf, "load", lambda _: word_scorer)


@pytest.fixture
def found(no_model, database_folder):
    async def examined(text: str) -> dict[str, doctor.Finding]:
        return {finding.what: finding for finding in await examine(settings(database_folder, text))}

    return examined


async def test_a_new_machine_is_well_but_for_a_model_that_cannot_read(found):
    findings = await found("")
    assert list(findings) == ["database", "model", "sources", "channels", "quarantine", "clock"]
    assert findings["database"].detail.startswith("0 mentions; 0 incidents")
    assert not findings["model"].ok
    assert "choose another model" in findings["model"].detail
    assert all(finding.ok for what, finding in findings.items() if what != "model")


async def test_a_database_that_cannot_be_opened_is_all_it_says(database_folder):
    (finding,) = await examine(settings(database_folder, "database: sqlite:////nowhere/at/all.db"))
    assert (finding.what, finding.ok) == ("database", False)
    assert "cannot open the database" in finding.detail


async def test_a_model_that_cannot_be_loaded_is_told(database_folder):
    findings = {f.what: f for f in await examine(settings(database_folder, "model: ./no-such-model"))}
    assert not findings["model"].ok
    assert "ModelError" in findings["model"].detail
    assert findings["quarantine"].ok


@pytest.mark.skipif(not MODEL.is_file(), reason="the built-in model is not in this checkout")
async def test_the_built_in_model_reads_a_complaint(database_folder):
    findings = {f.what: f for f in await examine(settings(database_folder, ""))}
    assert findings["model"].ok, findings["model"].detail


# --- Sources


@pytest.mark.parametrize(
    ("record", "ok", "said"),
    [
        (SourceRecord("forum"), True, "never polled yet; try: reputation-monitor collect forum"),
        (SourceRecord("forum", polls=9, failures=3, last_error="HTTP 503"), False, "Each of its last 3 polls failed"),
        (SourceRecord("forum", polls=4), False, "has brought nothing yet: whether that is calm is not known"),
        (SourceRecord("forum", polls=4, last_success=NOW, latest=NOW), True, "too few to know its rhythm"),
    ],
    ids=["never", "failing", "empty", "new"],
)
def test_a_source_is_told_as_it_is(record: SourceRecord, ok: bool, said: str):
    health = judge(record, NOW, every=timedelta(minutes=15), zone=UTC, allowed_a_year=1.0)
    finding = source_finding(health)
    assert (finding.what, finding.ok) == ("source forum", ok)
    assert said in finding.detail


def test_a_silent_source_is_told_with_what_to_check():
    health = Health(source="forum", condition=Condition.SILENT, reason="It is silent.", advice="Run NAME again.")
    finding = source_finding(health)
    assert (finding.ok, finding.detail) == (False, "silent: It is silent. Run forum again.")
    judged = source_finding(replace(health, judged_at=NOW))
    assert judged.detail == "silent: It is silent. (judged 2026-03-02 12:00 UTC) Run forum again."


# --- Quarantine


async def test_what_was_set_aside_is_shown_with_its_reason(found, workshop):
    app = await workshop.open("")
    lines = '{"id": 1, "text": "", "brand": "Halden"}\n{broken\n' + json.dumps(
        {"id": 2, "text": "from the future", "brand": "Halden", "published": "2100-01-01"}
    )
    await app.import_file(workshop.write("posts.jsonl", lines), {}, "UTC")
    detail = (await found(""))["quarantine"].detail
    assert detail.startswith("3 of posts set aside")
    for reason in ("the text is missing", "malformed JSON", "2100-01-01 is more than 2 days in the future", "line 2"):
        assert reason in detail


# --- Channels


async def test_a_channel_with_trouble_says_which(found, workshop):
    text = "channels: [{name: shared, url: 'console://'}, {name: other, url: 'console://'}]"
    app = await workshop.open(text)
    alert = Alert(key="k", kind=Kind.SHIFT, brand="Halden", headline="h", started=NOW)
    await app.store.apply(
        [AlertChange(alert)], [("shared", Notification(key="k", event=Event.RAISED, alert=alert, at=NOW))], NOW
    )
    (delivery,) = await app.store.claim(NOW, 1, 60)
    await app.store.failed(delivery.id, "HTTP 503", NOW + timedelta(minutes=1), NOW)
    findings = await found(text)
    assert (findings["channel shared"].ok, findings["channel shared"].detail) == (False, "HTTP 503")
    assert findings["channel other"].ok


# --- Clock


@pytest.fixture
def status_page(aiohttp_server):
    """A status page whose clock is off by so many seconds."""

    async def started(seconds: float) -> str:
        async def head(_: web.Request) -> web.Response:
            told = datetime.now(UTC) + timedelta(seconds=seconds)
            return web.Response(headers={"Date": told.strftime("%a, %d %b %Y %H:%M:%S GMT")})

        app = web.Application()
        app.router.add_head("/", head)
        return str((await aiohttp_server(app)).make_url("/"))

    return started


@pytest.mark.parametrize(("seconds", "ok"), [(0, True), (-1800, False)])
async def test_the_clock_is_compared_with_that_of_a_status_page(found, status_page, seconds: float, ok: bool):
    url = await status_page(seconds)
    finding = (await found(f"incidents: [{{name: status, url: '{url}?key=sesame'}}]"))["clock"]
    assert finding.ok is ok
    assert ("set it by NTP" in finding.detail) is not ok
    assert "sesame" not in finding.detail


async def test_a_clock_that_cannot_be_compared_is_told(found, unused_tcp_port):
    finding = (await found(f"incidents: [{{name: status, url: 'http://127.0.0.1:{unused_tcp_port}/'}}]"))["clock"]
    assert not finding.ok
