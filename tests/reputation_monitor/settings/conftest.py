"""Reading settings from invented files."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from reputation_monitor.settings import Settings, SettingsError, load

ReadSettings = Callable[..., Settings]
ReadProblems = Callable[..., list[str]]


@pytest.fixture
def read(tmp_path: Path) -> ReadSettings:
    """Writes a text to a file and loads it, under an environment."""

    def read(text: str, environ: Mapping[str, str] | None = None) -> Settings:
        file = tmp_path / "reputation-monitor.yaml"
        file.write_text(text, encoding="utf-8")
        return load(file, environ or {})

    return read


@pytest.fixture
def problems(read: ReadSettings) -> ReadProblems:
    """The sentences of the error that a text earns, without the file's name."""

    def problems(text: str, environ: Mapping[str, str] | None = None) -> list[str]:
        with pytest.raises(SettingsError) as caught:
            read(text, environ)
        message = str(caught.value)
        if len(caught.value.problems) == 1:
            return [message.partition(".yaml: ")[2]]
        return [line.strip() for line in message.splitlines()[1:]]

    return problems
