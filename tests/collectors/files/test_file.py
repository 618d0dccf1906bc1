"""Imported files: every row is a mention or is set aside with its line."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from collectors.base import Item, Reject, SourceRefused
from collectors.files.file import FileCollector, FileOptions, read_mentions
from collectors.files.mention_rows import RowReader
from collectors.files.tables import Row

ROW = {
    "id": 7,
    "brand": "Acme",
    "screen": "Web",
    "source": "forum",
    "url": "https://example.com/7",
    "author": "ann",
    "published": "2022-01-13T07:40:00Z",
    "title": "Broken",
    "text": "<p>It is <b>down</b> &amp; out</p>",
    "language": "en_GB",
    "rating": "1",
    "negative": 0.7,
    "neutral": 0.2,
    "positive": 0.1,
    "ignored": [1],
}


@pytest.fixture
def read(tmp_path: Path, now: datetime) -> Any:
    """Writes a file and reads it: its items and its rejects."""

    def write_and_read(
        content: str | bytes, name: str = "a.jsonl", mapping: dict[str, str] | None = None, **told: Any
    ) -> Any:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        batches = list(read_mentions(path, mapping, now=now, **told))
        return [i for batch in batches for i in batch.items], [r for batch in batches for r in batch.rejects]

    return write_and_read


def lines(*rows: Any) -> Any:
    return "".join(json.dumps(row) + "\n" for row in rows)


EXPECTED = Item(
    id="7",
    brand="Acme",
    screen="web",
    source="forum",
    url="https://example.com/7",
    author="ann",
    published=datetime(2022, 1, 13, 7, 40, tzinfo=UTC),
    title="Broken",
    text="It is down & out",
    language="en-GB",
    rating=1.0,
    scores=(0.7, 0.2, 0.1),
)


def as_csv(*rows: Any) -> Any:
    columns = [key for key in rows[0] if key != "ignored"]
    return "\n".join([",".join(columns), *(",".join(str(row[key]) for key in columns) for row in rows)]) + "\n"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(("kind", "write"), [("jsonl", lines), ("csv", as_csv)])
def test_a_row_is_the_same_item_from_every_kind_of_file(read: Any, pack: Any, kind: str, write: Any):
    name = f"a.{kind}" + (".gz" if pack is gzip.compress else "")
    assert read(pack(write(ROW).encode()), name) == ([EXPECTED], [])


def test_a_mapping_renames_columns_and_gives_constants(read: Any):
    mapping = {"text": "body", "published": "at", "brand": "=Firefox", "screen": "=mobile"}
    items, rejects = read(lines({"body": "hi", "at": 1642059600, "text": "no"}), mapping=mapping)
    assert [(item.text, item.brand, item.screen, item.published.hour) for item in items] == [
        ("hi", "Firefox", "mobile", 7)
    ]
    assert not rejects


def test_other_spellings_are_not_guessed(read: Any):
    assert read(lines({"content": "hi"}))[1][0].reason == "the text is missing"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"text": ""}, "the text is missing"),
        ({"text": None, "title": " "}, "the text is missing"),
        ({"text": "<p> </p>"}, "the text is missing"),
        ({"text": ["a"]}, "text is list, not a text"),
        ({"text": "a", "published": "soon"}, "no date that we can read"),
        ({"text": "a", "published": "1970-01-01"}, "before 1990"),
        ({"text": "a", "published": "2100-01-01"}, "2 days in the future"),
        ({"text": "a", "published": 0}, "before 1990"),
        ({"text": "a", "published": {}}, "published is dict, not a date"),
        ({"text": "a", "published": True}, "published is bool, not a date"),
        ({"text": "a", "rating": 6}, "rating is 6, not 1 to 5"),
        ({"text": "a", "rating": "***"}, "not a number"),
        ({"text": "a", "rating": []}, "not a number"),
        ({"text": "a", "screen": "radio"}, "not web, tv or mobile"),
        ({"text": "a", "negative": 0.5}, "belong together"),
        ({"text": "a", "negative": 1, "neutral": 1, "positive": 0}, "no probabilities"),
        ({"text": "a", "negative": -1, "neutral": 1, "positive": 1}, "no probabilities"),
        ({"text": "a", "negative": "x", "neutral": 1, "positive": 1}, "not a number"),
        ({"text": "a", "negative": float("nan"), "neutral": 1, "positive": 0}, "no probabilities"),
        ({"text": "a", "rating": float("nan")}, "not 1 to 5"),
        ({"text": "a", "id": {}}, "id is dict"),
    ],
)
def test_a_wrong_value_sets_its_row_aside_and_says_why(read: Any, row: dict[str, Any], reason: str):
    items, rejects = read(lines({"text": "before"}, row, {"text": "after"}))
    assert [item.text for item in items] == ["before", "after"]
    assert [(reject.where, reason in reject.reason) for reject in rejects] == [("line 2", True)]
    assert json.loads(rejects[0].raw.replace("NaN", "null"))["text"] == row["text"]


@pytest.mark.parametrize("line", ["{", "[1]", "3", '"text"', "words", '{"text": "a"', "[" * 100_000, "{" * 100_000])
def test_a_malformed_line_is_set_aside_and_the_rest_is_read(read: Any, line: str):
    items, rejects = read(lines({"text": "before"}) + line + "\n\n" + lines({"text": "after"}))
    assert [item.text for item in items] == ["before", "after"]
    assert [reject.where for reject in rejects] == ["line 2"]
    assert len(rejects[0].raw) <= 10_000


def test_a_missing_id_is_a_digest_of_the_content(read: Any):
    items, _ = read(lines({"text": "a", "author": "x"}, {"text": "a", "author": "y"}, {"text": "a", "author": "x"}))
    assert items[0].id == items[2].id != items[1].id


def test_a_headline_alone_is_a_mention(read: Any):
    assert read(lines({"title": "Acme is down"}))[0][0].title == "Acme is down"


def test_a_text_of_a_hundred_thousand_characters_is_kept_whole(read: Any):
    text = "down " * 20_000 + "end"
    assert read(lines({"text": text}))[0][0].text == text
    assert read(f'text\n"{text}"\n', "a.csv")[0][0].text == text


def test_dates_without_zone_are_read_in_the_zone_of_the_file(read: Any):
    items, _ = read(lines({"text": "a", "published": "2022-07-01 12:00"}), zone="America/New_York")
    assert items[0].published == datetime(2022, 7, 1, 16, 0, tzinfo=UTC)


def test_an_unknown_zone_field_or_kind_of_file_is_refused_at_once(read: Any):
    with pytest.raises(SourceRefused, match="unknown time zone 'Mars/Phobos'"):
        read("", zone="Mars/Phobos")
    with pytest.raises(SourceRefused, match="body: no such field; the fields are id, brand"):
        read("", mapping={"body": "text"})
    with pytest.raises(SourceRefused, match="unknown kind of file"):
        read("", "a.xlsx")
    with pytest.raises(SourceRefused, match="no such file"):
        list(read_mentions("/nowhere/a.csv", now=datetime.now(UTC)))


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"text": "body"}, "no column 'body' for text; the file has: content, at"),
        ({}, "name it by --map text=COLUMN; the file has: content, at"),
    ],
)
def test_a_table_without_its_columns_is_refused_with_those_it_has(read: Any, mapping: dict[str, str], message: str):
    with pytest.raises(SourceRefused, match=message):
        read("content,at\na,b\n", "a.csv", mapping)


def test_an_empty_table_is_refused_and_an_empty_list_of_lines_is_nothing(read: Any):
    with pytest.raises(SourceRefused, match="the file has: nothing"):
        read("", "a.csv")
    assert read("") == ([], [])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_whatever_separates_its_columns(read: Any, delimiter: str):
    content = f'id{delimiter}text\n1{delimiter}"a, b; c\nd ""e"""\n\n2{delimiter}f\n'
    items, rejects = read(content, "a.csv")
    assert [(item.id, item.text) for item in items] == [("1", 'a, b; c\nd "e"'), ("2", "f")]
    assert not rejects


def test_a_row_with_too_few_or_too_many_columns_is_set_aside(read: Any):
    items, rejects = read("id,text\n1,a\n2\n3,b,c\n4,d\n", "a.csv")
    assert [item.id for item in items] == ["1", "4"]
    assert [(reject.where, reject.reason) for reject in rejects] == [
        ("line 3", "1 columns instead of 2"),
        ("line 4", "3 columns instead of 2"),
    ]


def test_a_quote_that_is_not_closed_is_named_with_the_lines_it_swallows(read: Any):
    items, rejects = read('id,author,text\n1,x,a\n2,"y,b\n3,x,c\n', "a.csv")
    assert [item.id for item in items] == ["1"]
    assert (rejects[0].where, rejects[0].reason) == (
        "line 3",
        "2 columns instead of 3; the row goes on to line 4, so look for a quote that is not closed",
    )


def test_a_rejected_row_of_a_table_can_be_replayed_as_json(read: Any):
    _, rejects = read("text,published\nhello,soon\n", "a.csv")
    assert json.loads(rejects[0].raw) == {"text": "hello", "published": "soon"}


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_a_file_that_is_no_utf8_is_read_with_one_note(read: Any, name: str):
    rows = ["Café", "Zürich", "plain"]
    content = (
        "text\n" + "".join(f"{row}\n" for row in rows) if name == "a.csv" else lines(*({"text": row} for row in rows))
    )
    if name == "a.jsonl":
        content = "".join(f'{{"text": "{row}"}}\n' for row in rows)
    items, rejects = read(content.encode("windows-1252"), name)
    assert [item.text for item in items] == rows
    assert ["windows-1252" in reject.reason for reject in rejects] == [True]


def test_a_byte_order_mark_is_no_part_of_the_first_column(read: Any):
    assert read(b"\xef\xbb\xbftext\na\n", "a.csv")[0][0].text == "a"
    assert read(b'\xef\xbb\xbf{"text": "a"}\n')[0][0].text == "a"


def test_utf_16_is_named(read: Any):
    assert "UTF-16" in read(lines({"text": "a"}).encode("utf-16"))[1][0].reason


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("a.csv", "text\na\n".encode("utf-16"), "UTF-16"), ("a.csv.gz", b"text\na\n", "the file is damaged")],
)
def test_a_table_without_a_readable_header_is_refused_for_what_it_is(read: Any, name: str, content: bytes, reason: str):
    with pytest.raises(SourceRefused, match=reason):
        read(content, name)


@pytest.mark.parametrize(
    "damage", [lambda packed: packed[:-20], lambda packed: packed[:60] + b"\0" * 40, lambda _: b"no gzip"]
)
def test_a_damaged_gzip_costs_only_what_comes_after_the_damage(read: Any, damage: Any):
    packed = gzip.compress("".join(json.dumps({"text": f"row {n * 7919 % 9973}"}) + "\n" for n in range(500)).encode())
    items, rejects = read(damage(packed), "a.jsonl.gz")
    assert len(items) < 500
    assert "damaged" in rejects[-1].reason


def test_a_line_without_end_is_set_aside(read: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("collectors.files.tables.LONGEST_LINE_BYTES", 1000)
    items, rejects = read('{"text": "' + "x" * 5000 + '"}\n' + lines({"text": "after"}))
    assert [item.text for item in items] == ["after"]
    assert (rejects[0].where, "longer than 1,000" in rejects[0].reason) == ("line 1", True)


def test_rows_come_in_batches(tmp_path: Path, now: datetime):
    path = tmp_path / "a.jsonl"
    path.write_text(lines(*({"text": str(n)} for n in range(25))))
    assert [len(batch.items) for batch in read_mentions(path, now=now, batch_rows=10)] == [10, 10, 5]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda x: st.lists(x, max_size=2),
    max_leaves=4,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(ROW, json_values)))
def test_any_row_is_an_item_that_can_be_stored_or_is_set_aside(columns: dict[str, Any]):
    got = RowReader({}, UTC, datetime(2026, 1, 1, tzinfo=UTC)).read(Row(columns, 1))
    assert isinstance(got, Item | Reject)
    if isinstance(got, Item):
        (got.id + got.text + got.title + got.author + got.url + got.brand + got.source).encode()


async def test_the_collector_reads_a_file_once_and_again_when_it_changes(collected: Any, tmp_path: Path, now: datetime):
    path = tmp_path / "a.jsonl"
    path.write_text(lines({"text": "old", "published": "2022-01-01"}, {"text": "new", "published": "2022-02-01"}, {}))
    collector = FileCollector(FileOptions(path=str(path)), lambda: now)
    first = await collected(collector)
    assert ([item.text for item in first.items], len(first.rejects)) == (["old", "new"], 1)
    assert [bool(batch.state) for batch in first.batches] == [False, True]
    assert (await collected(collector, first.state)).batches == []
    path.write_text(lines({"text": "newer"}))
    assert [item.text for item in (await collected(collector, first.state)).items] == ["newer"]


async def test_the_collector_leaves_out_what_is_before_since(collected: Any, tmp_path: Path, now: datetime):
    path = tmp_path / "a.jsonl"
    path.write_text(lines({"text": "old", "published": "2022-01-01"}, {"text": "new", "published": "2022-02-01"}))
    got = await collected(
        FileCollector(FileOptions(path=str(path)), lambda: now), since=datetime(2022, 1, 15, tzinfo=UTC)
    )
    assert [item.text for item in got.items] == ["new"]


async def test_a_missing_file_is_refused(collected: Any, tmp_path: Path, now: datetime):
    with pytest.raises(SourceRefused, match="no such file"):
        await collected(FileCollector(FileOptions(path=str(tmp_path / "none.csv")), lambda: now))


@pytest.mark.parametrize("options", [{"zone": "Mars/Phobos"}, {"mapping": {"body": "x"}}, {"colour": 1}])
def test_wrong_options_are_refused(options: dict[str, Any]):
    with pytest.raises(ValidationError):
        FileOptions(path="a.csv", **options)


def test_a_table_whose_first_line_is_malformed_is_refused(tmp_path: Path, now: datetime):
    path = tmp_path / "mentions.csv"
    path.write_bytes(b"id,te\rxt\n1,x\n")
    with pytest.raises(SourceRefused, match="first line is malformed"):
        list(read_mentions(path, now=now))
