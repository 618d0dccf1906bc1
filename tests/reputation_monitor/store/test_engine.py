import asyncio
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from reputation_monitor.models import Base
from reputation_monitor.store import AddResult, NewMention, Store, StoreError
from reputation_monitor.store.engine import database_url

Make = Callable[..., NewMention]


@pytest.mark.parametrize(
    ("address", "spoken"),
    [
        ("sqlite:///a.db", "sqlite+aiosqlite:///a.db"),
        ("sqlite+aiosqlite:////data/a b.db", "sqlite+aiosqlite:////data/a b.db"),
        ("postgresql://me:pw@db:5432/name", "postgresql+asyncpg://me:***@db:5432/name"),
        ("postgres://db/name?sslmode=require", "postgresql+asyncpg://db/name?ssl=require"),
        ("postgresql+psycopg://db/name", "postgresql+asyncpg://db/name"),
    ],
)
def test_addresses_are_taken_as_users_write_them(address: str, spoken: str):
    assert str(database_url(address)) == spoken


@pytest.mark.parametrize("address", ["", "reputation.db", "mysql://db/name", "sqlite://", "sqlite:///:memory:"])
def test_an_address_of_nothing_we_speak_to_says_what_was_expected(address: str):
    with pytest.raises(StoreError, match="sqlite:///"):
        database_url(address)


async def test_models_and_migrations_do_not_drift_apart(database_url: str):
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    async with await Store.open(database_url) as store, store._reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_two_that_open_an_empty_database_together_both_succeed(database_url: str):
    stores = await asyncio.gather(*(Store.open(database_url) for _ in range(4)))
    assert {(await store.counts()).mentions for store in stores} == {0}
    for store in stores:
        await store.close()


async def test_an_existing_database_opens_with_what_it_holds(store_url: str, mention: Make, noon: datetime):
    async with await Store.open(store_url) as store:
        await store.add_mentions([mention()], noon)
    async with await Store.open(store_url) as store:
        assert (await store.counts()).mentions == 1


async def test_a_database_of_a_newer_version_is_left_alone(store_url: str):
    async with await Store.open(store_url) as store, store._writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version"):
        await Store.open(store_url)


async def test_a_database_that_cannot_be_opened_says_why(tmp_path: Path):
    with pytest.raises(StoreError, match="unable to open database file"):
        await Store.open(f"sqlite:///{tmp_path}/no/such/folder/a.db")
    (tmp_path / "notes.db").write_bytes(b"these are my notes" * 100)
    with pytest.raises(StoreError, match="not a database"):
        await Store.open(f"sqlite:///{tmp_path}/notes.db")


async def test_a_server_that_does_not_answer_is_named_without_the_password(unused_tcp_port: int):
    with pytest.raises(StoreError, match=r"cannot open the database postgresql") as caught:
        await Store.open(f"postgresql://me:hunter2@127.0.0.1:{unused_tcp_port}/name")
    assert "hunter2" not in str(caught.value)


async def test_a_database_that_is_missing_on_the_server_is_named(postgres_store_url: str):
    with pytest.raises(StoreError, match="does not exist"):
        await Store.open(postgres_store_url.replace("/test_", "/missing_"))


async def test_sqlite_writes_ahead_and_waits_for_others(sqlite_store_url: str):
    async with await Store.open(sqlite_store_url) as store, store._reading() as connection:
        for pragma, value in {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}.items():
            assert (await connection.execute(text(f"PRAGMA {pragma}"))).scalar() == value


async def test_stores_that_write_at_once_all_succeed(store_url: str, mention: Make, noon: datetime):
    async def write(store: Store, writer: int) -> AddResult:
        result = AddResult()
        for number in range(10):
            mentions = [mention(f"{writer} {number} {n}", fingerprint=f"f{n}") for n in range(10)]
            result += await store.store_batch(f"source {writer}", mentions, [], {"cursor": str(number)}, noon)
        return result

    async with await Store.open(store_url) as one, await Store.open(store_url) as other:
        results = await asyncio.gather(*(write(store, n) for n, store in enumerate((one, other, one, other))))
        assert [result.added for result in results] == [100] * 4
        counts = await one.counts()
        stories = {found.story for found in await one.mentions("Halden", noon, noon.replace(hour=13))}
    assert (counts.mentions, counts.sources, len(stories)) == (400, 4, 10)


async def test_a_write_waits_for_another_process(sqlite_store_url: str, mention: Make, noon: datetime):
    async with await Store.open(sqlite_store_url) as store:
        other = sqlite3.connect(sqlite_store_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        write = asyncio.create_task(store.add_mentions([mention()], noon))
        await asyncio.sleep(0.05)
        assert not write.done()
        assert (await store.counts()).mentions == 0  # readers need not wait
        other.execute("COMMIT")
        other.close()
        assert await write == AddResult(added=1)


async def test_a_write_that_is_cancelled_leaves_nothing_and_frees_its_turn(store: Store, mention: Make, noon: datetime):
    mentions = [mention(str(number)) for number in range(2000)]
    write = asyncio.create_task(store.add_mentions(mentions, noon))
    await asyncio.sleep(0.01)
    write.cancel()
    with pytest.raises(asyncio.CancelledError):
        await write
    assert (await store.counts()).mentions == 0
    assert await store.add_mentions(mentions[:1], noon) == AddResult(added=1)
