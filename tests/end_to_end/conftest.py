"""Real worlds, gone through by the commands that a user types; only the reading of texts is made cheap."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from reputation_monitor import shelf
from reputation_monitor.cli import main
from reputation_monitor.linking.types import Shift
from reputation_monitor.store import Store
from sentiment.scores import Score


class HashedWords:
    """Stands for the model: knows English, and what a text is about by its words."""

    identity = "hashed words@1"
    languages = frozenset({"en"})
    WIDTH = 256

    def score(self, texts: Sequence[str], targets: Sequence[str | None] | None = None) -> list[Score]:
        return [Score(0.1, 0.8, 0.1)] * len(texts)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), self.WIDTH), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[crc32(word.encode()) % self.WIDTH] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


@dataclass(frozen=True)
class Desk:
    """A folder in which commands are typed."""

    folder: Path
    type: Callable[..., str]

    def json(self, *arguments: str) -> Any:
        return json.loads(self.type(*arguments, "--json"))

    def links(self) -> dict[str, dict[str, Any]]:
        return {link["id"]: link for link in self.json("link")}

    async def shifts(self) -> list[tuple[Shift, list[float]]]:
        """The shifts that the last look kept, each with what every voice in it adds to the negative ones."""
        async with await Store.open(f"sqlite:///{self.folder / 'reputation-monitor.db'}") as store:
            found = [known.shift for known in await store.shifts()]
            return [(shift, await _voices(store, shift)) for shift in found]


async def _voices(store: Store, shift: Shift) -> list[float]:
    """What each author adds at most; who has no name is a voice of their own, and a copy is none."""
    added: dict[str, float] = {}
    for screen in shift.screens:
        for said in await store.voices(shift.brand, screen, shift.onset, shift.end):
            name = said.author or f"mention {said.id}"
            added[name] = max(added.get(name, 0.0), 0.0 if said.copy else said.negative)
    return list(added.values())


@pytest.fixture
def desk(database_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """An empty folder with a command line."""
    reader = HashedWords()

    def typed(*arguments: object) -> str:
        monkeypatch.setattr(sys, "argv", ["reputation-monitor", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
        except SystemExit as leaving:
            assert leaving.code in (0, None), capsys.readouterr().err
        return capsys.readouterr().out

    monkeypatch.setattr(shelf, "load", lambda _: reader)
    monkeypatch.chdir(database_folder)
    for name in ("REPUTATION_MONITOR_CONFIG", "REPUTATION_MONITOR_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    return Desk(database_folder, typed)
