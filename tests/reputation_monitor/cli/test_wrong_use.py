"""What a user can get wrong, what they are told, and how the command ends: 2 for wrong use, 1 for failed work."""

import socket

import pytest

from reputation_monitor.application import Application
from reputation_monitor.cli import config_first

CONFIGURATION = """
brands: [{name: Halden}]
sources:
  - {name: posts, screen: web, collector: file, path: posts.jsonl}
channels: [{name: shared, url: "console://"}]
"""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["link", "--json"], ["link", "--json"]),
        (["--config", "a.yaml", "link"], ["--config", "a.yaml", "link"]),
        (["link", "--config", "a.yaml", "--json"], ["--config", "a.yaml", "link", "--json"]),
        (["alerts", "list", "--config=a.yaml"], ["--config=a.yaml", "alerts", "list"]),
        (["link", "--config"], ["--config", "link"]),
    ],
)
def test_the_configuration_is_named_before_or_after_the_command(arguments: list[str], expected: list[str]):
    assert config_first(arguments) == expected


@pytest.mark.parametrize("place", ["before", "after", "environment", "folder"])
def test_the_configuration_is_read_wherever_it_is_named(command, configure, monkeypatch, place: str):
    path = configure(CONFIGURATION, "reputation-monitor.yaml" if place == "folder" else "other.yaml")
    if place == "environment":
        monkeypatch.setenv("REPUTATION_MONITOR_CONFIG", str(path))
    before = ["--config", path] if place == "before" else []
    after = ["--config", path] if place == "after" else []
    answer = command(*before, "config", "check", *after)
    assert answer.status == 0
    assert "The configuration is valid." in answer.out
    assert "Halden" in answer.out


def test_secrets_do_not_show(command, configure):
    configure("channels: [{name: shared, url: 'https://hooks.slack.com/services/T1/B2/sesame'}]")
    assert "sesame" not in command("config", "check").out


@pytest.mark.parametrize("arguments", [["run"], ["collect"], ["alerts", "test"], ["config", "check"]])
def test_what_needs_a_configuration_says_how_to_get_one(command, arguments: list[str]):
    answer = command(*arguments)
    assert answer.status == 2
    assert "there is no reputation-monitor.yaml in" in answer.said
    assert "config/reputation-monitor.example.yaml" in answer.said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("brand: []", ["unknown key", "brand", "brands"]),
        ("time_zone: Europe/Atlantis", ["time_zone", "expected an IANA time zone"]),
        ("brands: [{name: A, rivals: [B]}]", ["brands", "rivals", "B"]),
        ("report: {channel: nobody}", ["report", "channel", "nobody"]),
        ("web: {port: many}", ["web", "port"]),
        ("brands: [", ["line 1"]),
        ("sources: [{name: a, screen: web, collector: feed, url: 'https://a.example', every: 9999999999d}]", ["every"]),
        ("incidents: [{name: status, url: status.json}]", ["incidents", "kind: file"]),
        ("incidents: [{name: board, kind: file, url: 'https://status.example'}]", ["incidents", "path of a file"]),
        (
            "brands: [{name: A}]\nrevenue: [&one {brand: A, currency: EUR, customer_value: 1, churn_share: 0.1}, *one]",
            ["revenue", "a second time"],
        ),
        ("revenue: [{brand: A, currency: EUR, customer_value: 1.0e+400, churn_share: 0.1}]", ["customer_value"]),
    ],
)
def test_a_wrong_configuration_names_file_key_and_what_was_expected(command, configure, text: str, said: list[str]):
    path = configure(text)
    answer = command("config", "check")
    assert (answer.status, answer.out) == (2, "")
    assert str(path.name) in answer.said
    for words in said:
        assert words in answer.said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["collect", "postings"], "no source is named 'postings'; configured are: posts"),
        (["collect", "--since", "soon"], "--since soon"),
        (["alerts", "test", "slack"], "no channel is named 'slack'; configured are: shared"),
        (["alerts", "show", "no-such-key"], "no alert has the key 'no-such-key'; reputation-monitor alerts list"),
        (["review", "inc-9"], "no mentions have been scored yet; run: reputation-monitor score"),
        (["report", "weekly", "--week", "2015-W60"], "'2015-W60' is no ISO week; expected a year and a week such as"),
        (["report", "weekly", "--week", "last"], "'last' is no ISO week"),
        (["report", "weekly", "--format", "docx"], "docx"),
        (["import", "nowhere.jsonl"], "nowhere.jsonl: no such file"),
        (["import", "reputation-monitor.yaml"], "an unknown kind of file; .jsonl or .csv was expected"),
        (["import", "posts.jsonl", "--map", "body"], "--map 'body': expected FIELD=COLUMN, such as text=body"),
        (["import", "posts.jsonl", "--map", "body=text"], "body: no such field; the fields are id, brand"),
        (
            ["import", "posts.jsonl", "--zone", "Europe/Atlantis"],
            "unknown time zone 'Europe/Atlantis'; use an IANA name",
        ),
        (["incidents", "import", "nowhere.json"], "nowhere.json: no such file"),
        (["score", "--text-file", "nowhere.txt"], "nowhere.txt: no such file"),
        (["shifts", "--series", "nowhere.csv"], "nowhere.csv: no such file"),
        (["shifts", "--series", "posts.jsonl"], "expected the columns timestamp and value"),
        (["shifts", "--serie", "x.csv"], "--serie"),
        (["sentiment", "labels", "--json", "--export", "l.jsonl"], "give one of them"),
        (["colect"], "colect"),
        (["--config", "nowhere.yaml", "link"], "nowhere.yaml: cannot be read (No such file or directory)"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_answered_with_what_to_do(command, configure, desk, arguments: list[str], said: str):
    configure(CONFIGURATION)
    (desk / "posts.jsonl").write_text('{"id": 1, "text": "Halden"}\n')
    answer = command(*arguments)
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.said.replace("│ ", "").replace(" │", "")
    assert "Traceback" not in answer.err


def test_an_unknown_incident_is_told_with_those_that_are_known(command, configure, desk):
    configure(CONFIGURATION)
    row = '{"id": 1, "text": "Halden", "published": "2026-03-01", "negative": 1, "neutral": 0, "positive": 0}'
    (desk / "posts.jsonl").write_text(row)
    (desk / "board.csv").write_text("id,service,title,started\nin[c]-1,Pay,Cards fail,2026-03-01\n")
    assert command("import", "posts.jsonl").status == 0
    assert command("incidents", "import", "board.csv").status == 0
    answer = command("review", "inc-9")
    assert answer.status == 2
    assert "no incident 'inc-9' that could have hurt a watched brand; known incidents: in[c]-1" in answer.said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("timestamp,value\n2026-01-01,many\n", "line 2: the value 'many' is no number"),
        ("timestamp,value\nsoon,1\n", "line 2: 'soon' is no time; expected one like"),
        ("value,timestamp\n5\n", "line 2: '' is no time"),
        (b"timestamp,value\n\xff\xfe,1\n", "expected UTF-8; byte 16 is none"),
    ],
)
def test_a_series_that_is_none_is_refused(command, desk, content: str | bytes, said: str):
    (desk / "series.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    answer = command("shifts", "--series", "series.csv", "--json")
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.said


def test_a_database_that_cannot_be_opened_is_failed_work(command, monkeypatch):
    monkeypatch.setenv("REPUTATION_MONITOR_DATABASE", "sqlite:////nowhere/at/all.db")
    answer = command("incidents", "list")
    assert (answer.status, answer.out) == (1, "")
    assert "cannot open the database" in answer.said


def test_a_collection_of_which_nothing_succeeds_is_failed_work(command, configure):
    configure(CONFIGURATION)
    answer = command("collect")
    assert answer.status == 1
    assert "posts.jsonl: there is no such file" in answer.said


def test_a_channel_that_does_not_take_the_test_is_failed_work(command, configure, unused_tcp_port):
    configure(f"channels: [{{name: shared, url: 'http://127.0.0.1:{unused_tcp_port}/hook'}}]")
    answer = command("alerts", "test")
    assert answer.status == 1
    assert "shared: not taken: the webhook cannot be reached" in answer.out


def test_a_test_without_channels_says_where_to_name_one(command, configure):
    configure("brands: []")
    answer = command("alerts", "test")
    assert answer.status == 2
    assert "no channel is configured; name one under channels:" in answer.said


def test_a_place_that_is_taken_is_told_with_what_to_set(command, configure, unused_tcp_port):
    configure(f"web: {{port: {unused_tcp_port}}}")
    with socket.create_server(("127.0.0.1", unused_tcp_port)):
        answer = command("run")
    assert answer.status == 1
    assert "set another host or port under web: in the configuration" in answer.said


def test_ctrl_c_is_clean(command, monkeypatch):
    async def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Application, "score", interrupted)
    answer = command("score", "--json")
    assert (answer.status, answer.out) == (130, "")
    assert "what was done is kept, run the command again to go on" in answer.said
    assert "Traceback" not in answer.err


def test_a_fault_of_our_own_is_not_hidden(command, monkeypatch):
    async def broken(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(Application, "score", broken)
    with pytest.raises(KeyError, match="a bug"):
        command("score")


def test_a_pushed_source_cannot_be_asked(command, configure):
    configure('sources: [{name: help desk, screen: web, collector: push, token: "0123456789abcdef"}]')
    answer = command("collect", "help desk")
    assert answer.status == 2
    assert "send to /hooks/push/help%20desk" in answer.said
    assert command("collect").status == 0
