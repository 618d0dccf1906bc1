"""References are resolved, and what they stand for is never shown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reputation_monitor.settings import Settings
from reputation_monitor.settings.loading import read_settings

Read = Callable[..., Settings]
Problems = Callable[..., list[str]]

SECRET = "s3cr3t"
FILE = f"""
database: postgresql://monitor:{SECRET}@db.example/monitor?sslpassword={SECRET}
sources:
  - {{name: reddit, screen: web, collector: feed, url: "https://u:{SECRET}@www.reddit.example/r/x/.rss?feed={SECRET}"}}
incidents:
  - {{name: status, url: "https://status.example/?key={SECRET}"}}
channels:
  - {{name: slack, url: "https://hooks.slack.example/services/T0/B0/{SECRET}"}}
  - {{name: mail, url: "mailto://me:{SECRET}@mail.example"}}
  - {{name: here, url: "console://"}}
"""


def test_secrets_are_never_shown_but_their_place_is(read: Read):
    settings = read(FILE)
    for shown in (repr(settings), str(settings), str(settings.redacted()), settings.model_dump_json()):
        assert SECRET not in shown
    redacted = settings.redacted()
    assert redacted["database"] == "postgresql://monitor:…@db.example/monitor"
    assert redacted["sources"][0]["url"] == "https://www.reddit.example/r/x/.rss?…"
    assert redacted["incidents"][0]["url"] == "https://status.example/?…"
    assert [channel["url"] for channel in redacted["channels"]] == [
        "https://hooks.slack.example/…",
        "mailto://…",
        "console://",
    ]


def test_who_needs_a_secret_gets_it(read: Read):
    settings = read(FILE)
    assert settings.channels[0].url.get_secret_value().endswith(SECRET)
    assert SECRET in settings.sources[0].options.get_secret_value()["url"]


def test_a_reference_to_the_environment_is_resolved_anywhere_in_a_text(read: Read):
    text = 'contact: "${WHO:-nobody}@${HOST}"\nweb: {port: "${PORT:-9001}"}\nmodel: "$${not} a reference"'
    settings = read(text, {"HOST": "larkair.example"})
    assert settings.contact == "nobody@larkair.example"
    assert settings.web.port == 9001
    assert settings.model == "${not} a reference"


def test_a_reference_to_a_file_is_resolved(read: Read, tmp_path: Path):
    (tmp_path / "hook").write_text("https://hooks.example/a\n")
    (tmp_path / "word").write_text("w0rd\n")
    settings = read(
        f"database: postgresql://u:${{file:{tmp_path}/word}}@h/d\n"
        "channels: [{name: a, url: file:hook}, "
        f"{{name: b, url: 'file:{tmp_path}/hook'}}, {{name: c, url: 'file://{tmp_path}/hook'}}]\n"
        "sources: [{name: s, screen: web, collector: feed, url: 'file:/feeds/a.xml'}]\n"
    )
    assert {channel.url.get_secret_value() for channel in settings.channels} == {"https://hooks.example/a"}
    assert settings.database.get_secret_value() == "postgresql://u:w0rd@h/d"
    assert settings.sources[0].options.get_secret_value()["url"] == "file:/feeds/a.xml"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("${SHARED}", "${SHARED} is not set in the environment"),
        ("${}", "expected ${NAME}, ${NAME:-default} or ${file:/path}"),
        ("${A B}", "expected ${NAME}, ${NAME:-default} or ${file:/path}"),
        ("${A", "expected ${NAME}, ${NAME:-default} or ${file:/path}"),
        ("file:/run/nothing/here", "/run/nothing/here that it refers to cannot be read (No such file or directory)"),
        ("${file:/run/nothing/here}", "cannot be read"),
    ],
)
def test_a_reference_that_leads_nowhere_is_told_once(problems: Problems, url: str, said: str):
    (sentence,) = problems(f"\nchannels:\n  - name: shared\n    url: '{url}'")
    assert sentence.startswith("line 4, channels[0].url: ")
    assert said in sentence


@pytest.mark.parametrize(
    "text",
    [
        f"channels: [{{name: a, url: '{SECRET}'}}]",
        f"channels: [{{name: a, url: 'nonsense://{SECRET}@x/{SECRET}'}}]",
        f"channels: [{{name: a, url: ['{SECRET}']}}]",
        f"database: 'mysql://u:{SECRET}@h/d'",
        f"sources: [{{name: a, screen: web, collector: feed, url: 'https://x.example', token: {SECRET}}}]",
        f"sources: [{{name: a, screen: mobile, collector: app_store_connect, app_id: 1, private_key: {SECRET}}}]",
        f"sources: [{{name: a, screen: mobile, collector: google_play, package: a, service_account: {SECRET}}}]",
        f"incidents: [{{name: a, kind: pager, url: 'https://x.example/?k={SECRET}'}}]",
    ],
)
def test_an_error_does_not_show_a_secret(problems: Problems, text: str):
    assert SECRET not in "\n".join(problems(text))


def test_keys_of_stores_may_be_files_and_are_not_shown(tmp_path: Path):
    tmp_path.joinpath("key.p8").write_text(SECRET, encoding="utf-8")
    told = "collector: app_store_connect, app_id: 1, key_id: k, issuer_id: i, private_key: 'file:key.p8'"
    settings = read_settings(f"sources: [{{name: a, screen: mobile, {told}}}]", "test", tmp_path, {})
    assert settings.sources[0].options.get_secret_value()["private_key"] == SECRET
    assert SECRET not in settings.model_dump_json()


def test_an_error_shows_a_reference_and_not_what_it_stands_for(problems: Problems):
    (sentence,) = problems("stars: ${STARS}", {"STARS": SECRET})
    assert "found '${STARS}'" in sentence
    assert SECRET not in sentence
