"""The commands as a person and as a program use them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reputation_monitor import __version__
from reputation_monitor.cli.mentions import read_texts
from sentiment.scorer import Scorer

START = datetime(2026, 2, 2, tzinfo=UTC)
CONFIGURATION = "brands: [{name: Halden}]\nchannels: [{name: shared, url: 'console://stdout'}]\n"
STATUS = {
    "incidents": [
        {
            "id": "inc-1",
            "name": "Cards [/] fail [red]",
            "status": "resolved",
            "impact": "major",
            "started_at": (START + timedelta(days=10, hours=12)).isoformat(),
            "created_at": (START + timedelta(days=10, hours=13)).isoformat(),
            "resolved_at": (START + timedelta(days=10, hours=15)).isoformat(),
        }
    ]
}


def rows() -> str:
    """Two weeks: a voice every half hour, one in four of them angry; and an outage with sixty more in two hours."""
    said = [(START + timedelta(minutes=30 * n), "awful queue" if n % 4 == 0 else "as ever") for n in range(14 * 48)]
    outage = START + timedelta(days=10, hours=12)
    said += [(outage + timedelta(minutes=2 * n), f"awful, card {n} fails, app is down") for n in range(60)]
    lines = [
        {"id": n, "author": f"customer {n}", "text": f"Halden: {text}", "published": at.isoformat()}
        for n, (at, text) in enumerate(said)
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


@pytest.fixture
def filled(command, configure, desk: Path) -> Path:
    """A folder in which two weeks were imported and scored, and their incident is known."""
    configure(CONFIGURATION)
    (desk / "posts.jsonl").write_text(rows())
    (desk / "incidents.json").write_text(json.dumps(STATUS))
    assert command("import", "posts.jsonl").status == 0
    assert command("score").status == 0
    assert command("incidents", "import", "incidents.json").status == 0
    return desk


def test_it_says_its_version(command):
    assert command("--version").out.strip() == __version__


@pytest.mark.parametrize("arguments", [[], ["-h"], ["import", "--help"], ["report", "weekly", "--help"]])
def test_help_is_a_page(command, arguments: list[str]):
    answer = command(*arguments)
    assert "Usage" in answer.out + answer.err


def test_nothing_yet_is_said_with_the_next_step(command, configure):
    configure(CONFIGURATION)
    assert "run: reputation-monitor score" in " ".join(command("shifts").out.split())
    assert "incidents import FILE" in " ".join(command("link").out.split())
    assert "incidents import FILE" in " ".join(command("incidents", "list").out.split())
    assert "No alert has been raised yet." in command("alerts", "list").out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["shifts"], []),
        (["link"], []),
        (["incidents", "list"], []),
        (["alerts", "list"], []),
        (["score"], {"scored": 0}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_nothing_yet_is_a_document_too(command, arguments: list[str], expected: object):
    answer = command(*arguments, "--json")
    assert (answer.status, answer.json) == (0, expected)


def test_importing_tells_what_became_of_every_row(command, configure, desk: Path):
    configure(CONFIGURATION)
    (desk / "posts[1].jsonl").write_text('{"id": 1, "text": "Halden"}\n{"id": 2, "text": "nobody"}\n{broken\n')
    answer = command("import", "posts[1].jsonl")
    assert answer.status == 0
    assert answer.out.splitlines()[1].split() == ["posts[1].jsonl", "1", "0", "0", "0", "1", "1"]
    assert "What was set aside, and why: reputation-monitor doctor" in answer.out
    assert command("import", "posts[1].jsonl").out.splitlines()[1].split()[1:4] == ["0", "0", "1"]


def test_rows_without_a_date_are_told(command, desk: Path):
    (desk / "posts.csv").write_text("id,text,created_at\n1,Halden,2026-01-01\n2,Halden is up,2026-01-02\n")
    answer = command("import", "posts.csv", "--map", "brand==Halden")
    assert answer.status == 0
    assert "2 rows have no date and were dated at their import" in answer.said
    assert "--map published=COLUMN" in answer.said


def test_what_was_stored_before_a_file_failed_is_told(command, desk: Path):
    (desk / "posts.jsonl").write_text('{"id": 1, "text": "Halden", "published": "2026-01-01"}\n')
    (desk / "notes.txt").write_text("Halden")
    answer = command("import", "posts.jsonl", "notes.txt", "--map", "brand==Halden")
    assert answer.status == 1
    assert answer.out.splitlines()[1].split()[:2] == ["posts.jsonl", "1"]
    assert "notes.txt: " in answer.said


def test_a_source_that_is_named_twice_is_asked_once(command, configure, desk: Path):
    configure(f"{CONFIGURATION}sources: [{{name: posts, screen: web, collector: file, path: posts.jsonl}}]\n")
    (desk / "posts.jsonl").write_text('{"id": 1, "text": "Halden"}\n')
    (source,) = command("collect", "posts", "posts", "--json").json
    assert (source["added"], source["known"]) == (1, 0)


def test_a_file_in_which_no_row_speaks_of_a_brand_is_told_how_to_name_one(command, desk: Path):
    (desk / "posts.jsonl").write_text('{"id": 1, "text": "Halden"}\n')
    answer = command("import", "posts.jsonl")
    assert answer.status == 0
    assert "no row speaks of a brand" in answer.said
    assert "--map brand==NAME" in answer.said
    assert command("import", "posts.jsonl", "--map", "brand==Halden").out.splitlines()[1].split()[1] == "1"


def test_incidents_that_are_none_are_told(command, desk: Path):
    (desk / "board.csv").write_text("id,service,title,started\n1,Pay,Cards fail,whenever\n")
    answer = command("incidents", "import", "board.csv")
    assert answer.status == 1
    assert "0 new, 0 changed, 0 known, 1 set aside" in answer.out
    assert "set aside (1):" in answer.said


def test_a_link_is_one_document_as_other_programs_rely_on(command, filled: Path):
    answer = command("link", "--json")
    (link,) = answer.json
    assert answer.status == 0
    assert list(link) == [
        *("id", "brand", "service", "title", "verdict", "p_value", "q_value", "observed", "expected", "excess"),
        *("excess_low", "excess_high", "onset", "customer_lead_minutes", "recovery_minutes", "peak", "valence_drop"),
        *("controls", "evidence", "reason", "history", "alternatives"),
    ]
    assert (link["id"], link["brand"], link["verdict"]) == ("inc-1", "Halden", "linked")
    assert len(link["evidence"]) == 20
    assert sum(int(mention) >= 672 for mention in link["evidence"]) >= 15
    assert link["onset"].endswith("Z")


def test_shifts_are_one_document_as_other_programs_rely_on(command, filled: Path):
    (shift,) = command("shifts", "--json").json
    assert list(shift) == [
        *("brand", "screens", "onset", "onset_low", "onset_high", "end", "observed", "expected"),
        *("excess", "excess_low", "excess_high", "verdict", "incident"),
    ]
    assert (shift["brand"], shift["screens"], shift["incident"]) == ("Halden", ["web"], "inc-1")


@pytest.mark.parametrize(("name", "first"), [("link", "inc-1"), ("shifts", "2026-02-12")])
def test_people_get_a_block_that_fits_eighty_columns(command, filled: Path, name: str, first: str):
    lines = command(name).out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith(first)
    assert "Halden" in lines[0]
    assert "linked" in lines[0]
    assert all(not line or line.startswith("    ") for line in lines[1:] if "[red]" not in line)
    assert "negative voices" in lines[1]
    assert "Cards [/] fail [red]" in " ".join(" ".join(lines).split())


def test_incidents_are_listed_with_whatever_their_titles_hold(command, filled: Path):
    assert "Cards [/] fail [red]" in " ".join(command("incidents", "list").out.split())
    (incident,) = command("incidents", "list", "--json").json
    assert (incident["id"], incident["title"]) == ("inc-1", "Cards [/] fail [red]")


# --- Reports


@pytest.mark.parametrize(
    ("name", "begins"), [("week.html", "<!"), ("week.md", "#"), ("week.json", "{"), ("week.txt", "#")]
)
def test_a_weekly_report_is_written_as_its_file_is_named(command, filled: Path, name: str, begins: str):
    answer = command("report", "weekly", "--week", "2026-W07", "-o", name)
    assert (answer.status, answer.out) == (0, "")
    assert f"written to {name}" in answer.said
    assert (filled / name).read_text().lstrip().startswith(begins)


def test_a_report_on_the_screen_is_markdown_or_what_was_asked_for(command, filled: Path):
    assert command("report", "weekly", "--week", "2026-W07").out.startswith("#")
    assert json.loads(command("report", "weekly", "--week", "2026-W07", "--format", "json").out)["week"] == "2026-W07"


def test_a_report_takes_no_folder_for_a_file(command, filled: Path):
    for folder in (".", str(filled)):
        answer = command("report", "weekly", "-o", folder)
        assert answer.status == 2
        assert "is a folder; name a file in it" in answer.said
    assert not [path for path in filled.parent.iterdir() if path.suffix == ".part"]


def test_a_review_in_markdown_brings_its_charts(command, filled: Path):
    assert command("review", "inc-1", "-o", "out/review.md").status == 0
    text = (filled / "out" / "review.md").read_text()
    charts = sorted(path.name for path in (filled / "out" / "review-charts").iterdir())
    assert charts
    assert all(f"review-charts/{name}" in text for name in charts)


# --- Alerts and doctor


def test_a_test_message_reaches_the_channel(command, configure):
    configure(CONFIGURATION)
    answer = command("alerts", "test", "shared")
    assert answer.status == 0
    assert "shared: taken" in answer.out


def test_the_doctor_ends_with_one_where_there_is_trouble_and_shows_the_quarantine(command, configure, desk: Path):
    configure(CONFIGURATION + "sources: [{name: 'posts[/]', screen: web, collector: file, path: gone.jsonl}]\n")
    (desk / "posts.jsonl").write_text('{"id": 1, "text": "Halden", "published": "1970-01-01"}\n')
    command("import", "posts.jsonl")
    assert command("collect").status == 1
    answer = command("doctor")
    assert answer.status == 1
    assert "trouble source posts[/]" in answer.out
    assert "Its last poll failed" in " ".join(answer.out.split())
    assert "posts line 1: the date 1970-01-01 is before 1990" in answer.out


# --- Without storing


class FixedScorer:
    """Stands for the model where a command loads it itself."""

    @classmethod
    def load(cls, model: str | None) -> "FixedScorer":
        cls.asked = model
        return cls()

    def score(self, texts, targets=None):
        from sentiment.scores import Score  # noqa: PLC0415

        self.seen = list(zip(texts, targets, strict=True))
        return [Score(0.7, 0.2, 0.1) if "awful" in text else Score(0.1, 0.2, 0.7) for text in texts]


def test_texts_of_a_file_are_scored_without_storing(command, desk: Path, monkeypatch):
    monkeypatch.setattr(Scorer, "load", FixedScorer.load)
    (desk / "texts.txt").write_bytes(
        'awful\n{"text": "fine", "target": "Halden"}\n{not json\n\ncaf\xe9\n'.encode("latin-1")
    )
    rows = command("score", "--text-file", "texts.txt", "--json").json
    assert [row["label"] for row in rows] == ["negative", "positive", "positive", "positive", "positive"]
    assert rows[0] == {"label": "negative", "negative": 0.7, "neutral": 0.2, "positive": 0.1}
    assert not (desk / "reputation-monitor.db").exists()
    assert "[bold]" in _printed(command, desk)


def test_a_line_of_texts_is_a_line_of_answers(command, desk: Path, monkeypatch):
    monkeypatch.setattr(Scorer, "load", FixedScorer.load)
    lines = '{"text": "fine\u2028here"}\r\n{"text": null}\n{"target": "Halden"}\nawful\x0cit is\n'
    (desk / "texts.txt").write_text(lines, encoding="utf-8", newline="")
    assert len(command("score", "--text-file", "texts.txt", "--json").json) == 4
    assert read_texts(desk / "texts.txt")[0] == ["fine\u2028here", "", "", "awful\x0cit is"]


def _printed(command, desk: Path) -> str:
    (desk / "texts.txt").write_text("awful [bold] [/]\n")
    return command("score", "--text-file", "texts.txt").out


def test_any_series_is_scored_row_by_row(command, desk: Path):
    times = [(START + timedelta(minutes=5 * n)).isoformat() for n in range(900)]
    values = [("" if n == 30 else 200 if n >= 850 else 5 + n % 3) for n in range(900)]
    table = "\n".join(f"{time},{value}" for time, value in zip(times, values, strict=True))
    (desk / "series.csv").write_text(f"\ufefftimestamp,value\n{table}\n", encoding="utf-8")
    found = command("shifts", "--series", "series.csv", "--json").json
    assert [row["timestamp"] for row in found] == times
    assert all(0 <= row["score"] <= 1 for row in found)
    assert max(row["score"] for row in found[:840]) < 0.5 < max(row["score"] for row in found[850:])
    assert "timestamp" in command("shifts", "--series", "series.csv").out


def test_the_schema_is_a_document(command):
    assert "brands" in command("config", "schema").json["properties"]
