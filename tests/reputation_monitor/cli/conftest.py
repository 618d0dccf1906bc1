"""A command line in a folder of its own."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from reputation_monitor import shelf
from reputation_monitor.cli import main


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output; anything else there is an error."""
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """What it said on standard error, on one line."""
        return " ".join(self.err.split())


Command = Callable[..., Answer]


@pytest.fixture
def desk(database_folder: Path, monkeypatch: pytest.MonkeyPatch, word_scorer) -> Path:
    """The folder in which commands run; nothing of the machine's own configuration is seen there."""

    monkeypatch.setattr(shelf, "load", lambda _: word_scorer)
    monkeypatch.chdir(database_folder)
    for name in ("REPUTATION_MONITOR_CONFIG", "REPUTATION_MONITOR_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    return database_folder


@pytest.fixture
def own_logs() -> Iterator[None]:
    """Takes back what ``run`` sets up for its logs: the stream they go to ends with the test."""
    handlers = list(logging.root.handlers)
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers


@pytest.fixture
def command(desk: Path, own_logs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command line as a shell would."""

    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["reputation-monitor", *map(str, arguments)])
        status = 0
        try:
            main()
        except SystemExit as leaving:
            status = leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 1
        captured = capsys.readouterr()
        return Answer(status, captured.out, captured.err)

    return run


@pytest.fixture
def configure(desk: Path) -> Callable[..., Path]:
    """Writes a configuration, where commands find it unless it is named."""

    def written(text: str, name: str = "reputation-monitor.yaml") -> Path:
        path = desk / name
        path.write_text(text)
        return path

    return written
