"""Incidents from tables that people write."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reputation_monitor.incidents import kinds, open_source, read_incidents

CSV = """id,service,title,impact,started,detected,acknowledged,resolved
1,Dispatch,No crew lists,critical,2026-03-02 09:40,2026-03-02T10:00:00Z,2026-03-02T10:10:00Z,2026-03-02T12:00:00Z
,Web site; Mobile app,Log-in slow,P3,2026-03-03T08:00:00+01:00,,,
"""


async def no_fetch(address: str) -> bytes:
    raise AssertionError(address)


def test_a_csv_file_is_read():
    (first, second), rejected = read_incidents(CSV.encode(), source="book")
    assert rejected == []
    assert (first.id, first.services, first.impact, first.source) == ("1", ("Dispatch",), "critical", "book")
    assert first.started == datetime(2026, 3, 2, 9, 40, tzinfo=UTC)
    assert (first.status, first.start_basis) == ("resolved", "started")
    assert (second.services, second.impact, second.status) == (("Web site", "Mobile app"), "minor", "open")
    assert second.started == datetime(2026, 3, 3, 7, tzinfo=UTC)
    assert (second.detected, second.acknowledged, second.resolved) == (None, None, None)


def test_a_row_without_id_has_the_same_one_each_time():
    again = read_incidents(CSV.replace("No crew", "No roster").encode())
    assert again[0][1].id == read_incidents(CSV.encode())[0][1].id != ""


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_spreadsheets_separate_by_other_signs(separator: str):
    text = CSV.replace("Web site; Mobile app", "Web site").replace(",", separator)
    assert len(read_incidents(text.encode("cp1252"))[0]) == 2


def test_json_lines_and_a_json_list_are_read():
    rows = [
        {"id": 7, "services": ["Dispatch"], "name": "No crew lists", "started_at": "2026-03-02T09:40:00Z"},
        {"service": "Web", "title": "Slow", "detected": 1772442900, "words": "log-in, password"},
    ]
    for text in ("\n".join(map(json.dumps, rows)), json.dumps(rows), json.dumps(rows, indent=1)):
        (first, second), rejected = read_incidents(text.encode())
        assert rejected == []
        assert (first.id, first.services, first.title) == ("7", ("Dispatch",), "No crew lists")
        assert second.start_basis == "detected"
        assert second.words == "Slow\nlog-in, password"


def test_a_title_may_hold_signs_that_break_lines_elsewhere():
    row = {"id": "9", "title": "Check-in\u2028fails", "started": "2026-03-02T09:40Z"}
    lines = "\n".join(json.dumps(row | {"id": str(n)}, ensure_ascii=False) for n in range(2))
    incidents, rejected = read_incidents(lines.encode())
    assert ([one.id for one in incidents], rejected) == (["0", "1"], [])


def test_an_offset_that_no_clock_has_stops_no_other_row():
    rows = 'id,title,started\n1,a,2026-03-02T09:00Z\n2,b,"Mon, 02 Mar 2026 09:15:00 +99999999999999"\n'
    incidents, rejected = read_incidents(rows.encode())
    assert ([one.id for one in incidents], len(rejected)) == (["1"], 1)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"title": ""}, "no title"),
        ({"started": ""}, "neither when it started nor when it was detected"),
        ({"started": "02/03/2026"}, "started: '02/03/2026' is no date"),
        ({"resolved": "2100-01-01"}, "resolved: '2100-01-01' is not between"),
        ({"resolved": "2026-01-01"}, "before it starts"),
        ({"impact": "huge"}, "impact 'huge' is not known"),
    ],
)
def test_a_bad_row_is_set_aside_with_the_reason(row: dict[str, str], reason: str):
    good = {"title": "Slow", "started": "2026-03-02"}
    incidents, rejected = read_incidents("\n".join(map(json.dumps, [good, good | row])).encode())
    assert len(incidents) == 1
    assert reason in rejected[0].reason


def test_a_csv_row_with_too_many_cells_is_set_aside_with_its_line():
    incidents, rejected = read_incidents((CSV + "3,Web,A, comma,minor,2026-03-02,,,\n").encode())
    assert len(incidents) == 2
    assert rejected[0].reason == "line 4 has 9 cells for 8 columns"


@pytest.mark.parametrize(
    "text", ["", "day,count\n1,2\n", '{"event": {\n"id": 1}}', '{"a":\n1,\n', "no table at all", "[[1]]"]
)
def test_a_file_of_something_else_is_set_aside_once(text: str):
    incidents, rejected = read_incidents(text.encode())
    assert incidents == []
    assert len(rejected) == 1


async def test_a_file_that_somebody_keeps_is_an_incident_source(tmp_path: Path):
    path = tmp_path / "incident book.csv"
    path.write_text(CSV)
    for url in (str(path), path.as_uri()):
        incidents, _ = await open_source("book", "file", url, no_fetch).poll()
        assert [incident.source for incident in incidents] == ["book", "book"]


def test_an_unknown_kind_of_source_is_refused_with_those_known():
    assert kinds() == ["file", "statuspage"]
    with pytest.raises(ValueError, match="expected one of file, statuspage"):
        open_source("x", "pager", "https://x.example", no_fetch)
