"""Which file is read, what the environment overrides, and what paths are relative to."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from reputation_monitor.settings import Settings, SettingsError, Stars, default_settings, find, load

Read = Callable[..., Settings]
Problems = Callable[..., list[str]]


def database(settings: Settings) -> str:
    return settings.database.get_secret_value()


def test_the_file_named_goes_before_the_environments_and_that_before_the_folders(tmp_path: Path):
    usual = tmp_path / "reputation-monitor.yaml"
    assert find(None, {}, tmp_path) is None
    usual.touch()
    assert find(None, {}, tmp_path) == usual
    assert find(None, {"REPUTATION_MONITOR_CONFIG": "/etc/rm.yaml"}, tmp_path) == Path("/etc/rm.yaml")
    assert find(Path("mine.yaml"), {"REPUTATION_MONITOR_CONFIG": "/etc/rm.yaml"}, tmp_path) == Path("mine.yaml")


def test_without_a_file_the_error_says_how_to_give_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"no configuration: there is no reputation-monitor.yaml in .* --config"):
        load(None, {})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"gone\.yaml: cannot be read \(No such file or directory\)"):
        load(tmp_path / "gone.yaml", {})


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path):
    file = tmp_path / "latin.yaml"
    file.write_bytes("contact: M\u00fcller".encode("latin-1"))
    with pytest.raises(SettingsError, match="expected UTF-8; byte 10 is none"):
        load(file, {})


def test_an_empty_file_gives_the_defaults(read: Read, tmp_path: Path):
    for text in ("", "# nothing\n", "brands:\nlinking:\n", "\ufeff"):
        settings = read(text)
        assert settings == default_settings({}, tmp_path)
        assert database(settings) == f"sqlite:///{tmp_path}/reputation-monitor.db"
        assert settings.stars is Stars.UNKNOWN_LANGUAGE


def test_relative_paths_are_relative_to_the_file(read: Read, tmp_path: Path):
    (tmp_path / "model").mkdir()
    settings = read(
        "database: sqlite:///data/rm.db\n"
        "model: model\n"
        "sources:\n"
        "  - {name: a, screen: tv, collector: captions, url: captions/}\n"
        "  - {name: b, screen: web, collector: file, path: b.csv}\n"
        "incidents: [{name: book, kind: file, url: book.csv}]\n"
    )
    assert database(settings) == f"sqlite:///{tmp_path}/data/rm.db"
    assert settings.model == str(tmp_path / "model")
    assert settings.report.folder == str(tmp_path / "reports")
    assert settings.sources[0].options.get_secret_value()["url"] == str(tmp_path / "captions")
    assert settings.sources[1].options.get_secret_value()["path"] == str(tmp_path / "b.csv")
    assert settings.incidents[0].url.get_secret_value() == str(tmp_path / "book.csv")


@pytest.mark.parametrize(
    "address", ["sqlite:////var/rm.db", "sqlite://", "sqlite:///:memory:", "postgresql://u:p@h/rm", "postgres://h/rm"]
)
def test_an_absolute_database_stays_as_it_is(read: Read, address: str):
    assert database(read(f"database: {address!r}")) == address


def test_the_environment_overrides_the_database(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    settings = read("database: sqlite:///a.db", {"REPUTATION_MONITOR_DATABASE": "sqlite:///b.db"})
    assert database(settings) == f"sqlite:///{tmp_path}/b.db"


def test_the_environment_overrides_any_key_outside_lists(read: Read):
    environ = {
        "REPUTATION_MONITOR__WEB__PORT": "9000",
        "REPUTATION_MONITOR__TIME_ZONE": "Europe/Paris",
        "REPUTATION_MONITOR__BRANDS": '[{"name": "Larkair"}]',
        "UNRELATED": "x",
    }
    settings = read("web: {host: '::1', port: 8000}", environ)
    assert (settings.web.host, settings.web.port) == ("::1", 9000)
    assert settings.time_zone == "Europe/Paris"
    assert settings.brands[0].name == "Larkair"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("_WEB__PORT", "eight", "REPUTATION_MONITOR__WEB__PORT: found 'eight'; expected a whole number"),
        ("_WEB__POTR", "8", "REPUTATION_MONITOR__WEB__POTR: unknown key; did you mean port?"),
        ("_WBE__PORT", "8", "REPUTATION_MONITOR__WBE__PORT: unknown key wbe; did you mean web?"),
        ("_BRANDS", "[", "expected JSON"),
        ("DATABASE", "rm.db", "environment variable REPUTATION_MONITOR_DATABASE: found …; expected sqlite:///file.db"),
    ],
)
def test_what_is_wrong_in_the_environment_is_said_of_the_environment(
    problems: Problems, name: str, value: str, said: str
):
    (sentence,) = problems("web: {port: 80}", {f"REPUTATION_MONITOR_{name}": value})
    assert said in sentence
    assert "line" not in sentence


def test_the_process_environment_is_not_read_behind_ones_back(read: Read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REPUTATION_MONITOR__WEB__PORT", "1")
    assert read("").web.port == 8765


def test_durations_lists_and_numbers_have_their_types(read: Read):
    settings = read(
        "brands: [{name: 'A'}, {name: B, rivals: [A]}]\n"
        "sources: [{name: s, screen: web, collector: feed, url: 'https://x.example/f', every: 1h30m}]\n"
        "linking: {q: 0.1}\n"
        "report: {time: 07:30}\n"
        "web: {url: 'https://rm.example/'}\n"
    )
    assert settings.sources[0].every == timedelta(minutes=90)
    assert settings.brands[1].rivals == ("A",)
    assert settings.report.hour_and_minute == (7, 30)
    assert settings.web.address == "https://rm.example"


def test_yaml_words_are_not_taken_for_truth_values_dates_or_sixties(read: Read):
    settings = read(
        "sources: [{name: on, screen: mobile, collector: app_store, app_id: 123456789, stores: [no, us]}]\n"
        "report: {time: 10:30, folder: 2026-03-02}\n"
    )
    assert settings.sources[0].name == "on"
    assert settings.sources[0].options.get_secret_value()["stores"] == ["no", "us"]
    assert settings.report.time == "10:30"


def test_a_source_may_speak_of_one_brand(read: Read):
    app = "{name: app, screen: mobile, collector: app_store, brand: A, app_id: 1}"
    source = read(f"brands: [{{name: A}}]\nsources: [{app}]").sources[0]
    assert source.brand == "A"
    assert source.options.get_secret_value() == {"app_id": 1}


def test_a_brand_without_query_is_found_by_its_name_as_a_phrase(read: Read):
    brand = read("brands: [{name: US Airways}]").brands[0]
    assert brand.query.matches("with us airways today")
    assert not brand.query.matches("airways to us")


def test_without_rules_every_channel_is_told_everything(read: Read):
    settings = read("channels: [{name: a, url: 'console://'}, {name: b, url: 'https://hooks.example/x'}]")
    assert [rule.send_to for rule in settings.rules] == [("a", "b")]
    assert read("").rules == []


def test_a_channel_of_it_hears_of_a_suspected_outage_first(read: Read):
    settings = read("channels: [{name: a, url: 'console://'}, {name: b, url: 'console://', audience: it}]")
    later, everything = settings.rules
    assert (later.send_to, later.when.verdicts, later.wait) == (("a",), ("suspected outage",), timedelta(minutes=15))
    assert everything.send_to == ("a", "b")
