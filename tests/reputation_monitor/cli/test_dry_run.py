"""``collect --dry-run`` as a person and as a program use it."""

import json
import sqlite3
from pathlib import Path

import pytest

CONFIGURATION = """
brands: [{name: Halden}]
sources:
  - {name: posts, screen: web, collector: file, path: posts.jsonl}
  - {name: gone, screen: web, collector: file, path: gone.jsonl}
"""
TABLES = ("mention", "quarantine", "source_state")


@pytest.fixture
def posts(configure, desk: Path) -> Path:
    configure(CONFIGURATION)
    path = desk / "posts.jsonl"
    said = ["Halden [bold] awful", "nobody in particular"]
    rows = [{"id": n, "text": t, "author": "ann", "published": "2026-03-01T10:00:00Z"} for n, t in enumerate(said)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{broken\n")
    return path


def stored(desk: Path) -> dict[str, int]:
    with sqlite3.connect(desk / "reputation-monitor.db") as connection:
        return {t: connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in TABLES}  # noqa: S608


def test_a_dry_run_shows_mentions_strangers_and_rejects_and_stores_nothing(command, posts: Path, desk: Path):
    answer = command("collect", "posts", "--dry-run")
    assert answer.status == 0
    assert [line.split()[0] for line in answer.out.splitlines()[2:5]] == ["new", "dropped", "set"]
    assert "Halden [bold] awful" in answer.out
    assert "nothing was stored" in answer.out
    assert stored(desk) == dict.fromkeys(TABLES, 0)


def test_a_dry_run_is_one_document_and_knows_what_is_stored_already(command, posts: Path, desk: Path):
    assert command("collect", "posts").status == 0
    before = stored(desk)
    posts.write_text(posts.read_text().replace("awful", "lovely, really"))
    (source,) = command("collect", "posts", "--dry-run", "--json").json
    assert (source["source"], source["error"]) == ("posts", "")
    (mention,) = source["mentions"]
    assert (mention["would_be"], mention["brand"], mention["published"]) == (
        "changed",
        "Halden",
        "2026-03-01T10:00:00Z",
    )
    assert [item["text"] for item in source["no_brand"]] == ["nobody in particular"]
    assert [reject["raw"].strip() for reject in source["set_aside"]] == ["{broken"]
    assert stored(desk) == before


def test_a_dry_run_of_a_source_that_fails_says_so_and_counts_no_failure(command, posts: Path, desk: Path):
    answer = command("collect", "gone", "--dry-run")
    assert answer.status == 1
    assert "gone.jsonl" in answer.said
    assert stored(desk)["source_state"] == 0


def test_what_was_collected_is_a_document_too(command, posts: Path):
    (source,) = command("collect", "posts", "--json").json
    assert source == {
        "source": "posts", "added": 1, "edited": 0, "known": 0, "unmatched": 1, "rejected": 1, "deleted": 0,
        "error": "",
    }  # fmt: skip
