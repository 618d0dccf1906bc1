"""What tests of the application layer share: a clock that stands still, a scorer without torch, applications."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from collectors.http import HttpClient, Policy
from reputation_monitor.application import Application
from reputation_monitor.incidents.base import Incident
from reputation_monitor.linking.findings import Findings
from reputation_monitor.linking.tested import Tested
from reputation_monitor.linking.types import Link, Shift, Verdict
from reputation_monitor.settings import read_settings
from reputation_monitor.settings.schema import BUILT_IN_MODEL
from reputation_monitor.store import Store
from reputation_monitor.surveillance import Look
from sentiment.scores import Score

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class StillClock:
    """Stands still until somebody moves it."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


class WordScorer:
    """Reads a text by two words, and remembers what it was asked."""

    name, digest, identity = "words", "1" * 64, "words@1"
    languages = frozenset({"en"})
    WIDTH = 64

    def __init__(self) -> None:
        self.texts: list[str] = []

    def score(self, texts: Sequence[str], targets: Sequence[str | None] | None = None) -> list[Score]:
        self.texts += texts
        return [self._of(text.lower()) for text in texts]

    def _of(self, text: str) -> Score:
        if "awful" in text:
            return Score(0.9, 0.08, 0.02)
        return Score(0.02, 0.08, 0.9) if "lovely" in text else Score(0.1, 0.8, 0.1)

    def read(self, texts: Sequence[str], targets: Sequence[str | None] | None = None) -> tuple[list[Score], np.ndarray]:
        return self.score(texts, targets), self.embed(texts)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), self.WIDTH), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[crc32(word.encode()) % self.WIDTH] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


@dataclass
class Workshop:
    """Opens applications on one database that a test has for itself."""

    folder: Path
    clock: StillClock
    scorer: WordScorer
    _stack: AsyncExitStack

    async def open(self, configuration: str = "", *, allow_private: bool = True) -> Application:
        settings = read_settings(configuration, "the test", self.folder, {})
        store = await self._stack.enter_async_context(await Store.open(settings.database.get_secret_value()))
        http = HttpClient("tester@halden.example", now=self.clock, policy=Policy(allow_private=allow_private))
        await self._stack.enter_async_context(http)
        application = Application(settings, store, http, self.clock)
        application.models.loaded[BUILT_IN_MODEL] = self.scorer
        return application

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def word_scorer() -> WordScorer:
    return WordScorer()


@pytest.fixture
async def workshop(database_folder: Path, clock: StillClock, word_scorer: WordScorer) -> AsyncIterator[Workshop]:
    async with AsyncExitStack() as stack:
        yield Workshop(database_folder, clock, word_scorer, stack)


OpenApplication = Callable[..., Awaitable[Application]]


@pytest.fixture
def open_app(workshop: Workshop) -> OpenApplication:
    """Opens an application by the text of its configuration."""
    return workshop.open


# --- Findings that were never looked for: for tests of what becomes of them


@dataclass(frozen=True)
class Sketch:
    """Draws shifts, links and looks with plain figures; what matters to a test is named by it."""

    brand: str = "Halden"

    def shift(self, onset: datetime, hours: float = 2.0, **fields) -> Shift:
        plain = {
            "brand": self.brand,
            "screens": ("web",),
            "onset": onset,
            "onset_low": onset,
            "onset_high": onset,
            "end": onset + timedelta(hours=hours),
            "ongoing": False,
            "observed": 40.0,
            "expected": 10.0,
            "excess": 30.0,
            "excess_low": 20.0,
            "excess_high": 40.0,
            "reason": "No incident explains it.",
        }
        return Shift(**plain | fields)

    def link(self, onset: datetime | None, hours: float = 2.0, **fields) -> Link:
        plain = {
            "id": "pay-1",
            "brand": self.brand,
            "service": "Payments",
            "title": "Card payments fail",
            "verdict": Verdict.LINKED if onset else Verdict.NO_EFFECT,
            "reason": "More than at all comparable times.",
            "screens": ("web",),
            "observed": 41.0,
            "expected": 10.0,
            "excess": 31.0,
            "excess_low": 21.0,
            "excess_high": 41.0,
            "onset": onset,
            "effect_end": onset + timedelta(hours=hours) if onset else None,
            "q_value": 0.01,
            "customer_lead_minutes": 12.0,
        }
        return Link(**plain | fields)

    def findings(self, shifts: Sequence[Shift] = (), links: Sequence[Link] = ()) -> Findings:
        tested = tuple(Tested(exposure=None, impact=None, placebo=None, link=link) for link in links)
        return Findings(shifts=tuple(shifts), tested=tested, models=None)

    def look(self, now: datetime, shifts: Sequence[Shift] = (), links: Sequence[Link] = ()) -> Look:
        incidents = {
            link.id: Incident(id=link.id, title=link.title, services=(link.service,), started=link.onset or now)
            for link in links
        }
        return Look(self.findings(shifts, links), incidents, now)


@pytest.fixture
def sketch() -> Sketch:
    return Sketch()
