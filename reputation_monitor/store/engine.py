"""The database itself: its address, its connections, its transactions and its migrations."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from weakref import WeakKeyDictionary

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Row, Table, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

Insert = sqlite.Insert | postgresql.Insert
AnyRow = Row[*tuple[Any, ...]]
T = TypeVar("T")

_LAST_WORD_SECONDS = 0.05
_BUSY_SECONDS = 30
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "cache_size = -32000",  # KiB
    "wal_autocheckpoint = 16000",  # pages; each checkpoint waits for the disk, and a slow one held imports up sixfold
)
_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_MIGRATION_LOCK = 0x52_45_50_55  # "REPU": the number under which processes queue on PostgreSQL
_migrating: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


class StoreError(Exception):
    """The database cannot be opened or is not ours to use; the message says what to do."""


def database_url(address: str) -> URL:
    """The address as users write it, with the driver we speak to it by.

    Raises:
        StoreError: it is no address of a SQLite file or a PostgreSQL database.
    """
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise StoreError(
            "the database's address is not an URL; expected sqlite:///file.db or postgresql://user:password@host/name"
        ) from error
    match url.get_backend_name():
        case "sqlite" if url.database and url.database != ":memory:":
            return url.set(drivername="sqlite+aiosqlite")
        case "sqlite":
            raise StoreError("the database needs a file (sqlite:///file.db): one in memory is lost and not shared")
        case "postgresql" | "postgres":
            return _with_ssl(url.set(drivername="postgresql+asyncpg"))
        case other:
            raise StoreError(f"{other} databases are not supported; expected sqlite:///… or postgresql://…")


def _with_ssl(url: URL) -> URL:
    """Translate libpq's ``sslmode``, which addresses of hosted databases carry, into asyncpg's ``ssl``."""
    mode = url.query.get("sslmode")
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode}) if mode else url


def create_engine(url: URL) -> AsyncEngine:
    """An engine for ``url`` with our settings; it connects when first used."""
    options: dict[str, Any] = {"json_serializer": partial(json.dumps, ensure_ascii=False)}
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(url, connect_args={"timeout": _BUSY_SECONDS}, **options)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    return create_async_engine(url, pool_pre_ping=True, **options)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and takes the write lock later fails at once when another wrote in between.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """Transactions on one database; the rooms of the store build on it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None

    @classmethod
    async def open(cls, address: str) -> Self:
        """Connect and bring the tables up to date.

        Raises:
            StoreError: the address is wrong, nobody answers there, or a newer version wrote the tables.
        """
        url = database_url(address)
        database = cls(create_engine(url))
        try:
            await migrate(database._engine)
        except BaseException as error:
            await database.close()
            # aiosqlite's thread still reports its end to this event loop, and would fail aloud if it were gone.
            await asyncio.sleep(_LAST_WORD_SECONDS)
            if isinstance(error, DBAPIError | sqlite3.Error | OSError):
                raise StoreError(f"cannot open the database {url!r}: {_cause(error)}") from error
            raise
        return database

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        async with self._engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: all of it is kept, or nothing."""
        turn: AbstractAsyncContextManager[None] = self._writer or nullcontext()
        async with turn, self._engine.execution_options(writes=True).begin() as connection:
            yield connection


def insert_into(connection: AsyncConnection, table: Table) -> Insert:
    """An insert that knows ``on conflict``, which both dialects have but SQLAlchemy has no common form of."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def chunks(values: Sequence[T], size: int = 5000) -> Iterator[Sequence[T]]:
    """Slices that fit the 32,766 parameters one statement may have."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _cause(error: BaseException) -> str:
    return str(error.orig) if isinstance(error, DBAPIError) else str(error)


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


async def migrate(engine: AsyncEngine) -> None:
    """Bring the tables up to date; processes and tasks that start together take turns.

    Raises:
        StoreError: a newer version wrote the tables.
    """
    # Alembic keeps the migration that runs in a global of the process.
    turn = _migrating.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    async with turn, engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    config = _alembic_config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    if MigrationContext.configure(connection).get_current_revision() == newest:
        return
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(
            f"the database was written by a newer version of Reputation Monitor ({error}); install that version"
        ) from error
