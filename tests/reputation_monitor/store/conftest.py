"""An empty store on each kind of database, and mentions to put into it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reputation_monitor.store import NewMention, Store


async def _migrate(url: str) -> None:
    async with await Store.open(url):
        pass


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database to copy, which is quicker than to migrate."""
    file = tmp_path_factory.mktemp("migrated") / "store.db"
    asyncio.run(_migrate(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def migrated_database(postgres_server: Any) -> str:
    """The name of a PostgreSQL database to copy."""
    name: str = asyncio.run(postgres_server.create())
    asyncio.run(_migrate(postgres_server.url(name)))
    return name


@pytest.fixture
def sqlite_store_url(migrated_file: Path, database_folder: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_file, database_folder / 'store.db')}"


@pytest.fixture
async def postgres_store_url(postgres_server: Any, migrated_database: str) -> AsyncIterator[str]:
    name = await postgres_server.create(migrated_database)
    yield postgres_server.url(name)
    await postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The address of a store, once on each kind of database."""
    return str(request.getfixturevalue(f"{request.param}_store_url"))


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    async with await Store.open(store_url) as store:
        yield store


@pytest.fixture
def noon() -> datetime:
    return datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def mention(noon: datetime) -> Callable[..., NewMention]:
    """Make a mention of which only the named fields matter."""

    def make(item_id: str = "1", **fields: Any) -> NewMention:
        plain = {
            "brand": "Halden",
            "screen": "web",
            "source": "forum",
            "text": f"Halden post {item_id}",
            "published": noon,
        }
        return NewMention(item_id=item_id, **plain | fields)

    return make


@pytest.fixture
def mark_counted(store: Store) -> Callable[..., Awaitable[None]]:
    """Marks as counted what is said of Halden on the web in a span; the counts themselves are left out."""

    async def mark(start: datetime, end: datetime) -> None:
        marks = (await store.read_voices("Halden", "web", start, end)).marks
        await store.replace_rollups("Halden", "web", start, end, [], marks=marks, now=start)

    return mark
