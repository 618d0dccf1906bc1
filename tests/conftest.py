"""What tests of every package share: the real data, where there is any, and databases to fill."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from benchmarks.servers.postgres import PostgresServer, memory, running_server

# How fast examples come says how busy the machine is, nothing of the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project, which its licences keep out of the repository."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real data is not on this machine (looked for {folder})")
    return folder


# --- Databases ---------------------------------------------------------------------------------------------------
#
# Each test gets a database of its own, in memory where the machine has a file system there: they are many, and a
# busy disk makes each wait. A real PostgreSQL is started by the first test that asks for it, once a test process.


@pytest.fixture
def database_folder() -> Iterator[Path]:
    """An empty folder for a SQLite file."""
    with tempfile.TemporaryDirectory(prefix="sqlite", dir=memory()) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server for this test process."""
    with running_server() as server:
        yield server


@pytest.fixture
async def postgres_url(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """The address of an empty PostgreSQL database."""
    name = await postgres_server.create()
    yield postgres_server.url(name)
    await postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('database_folder') / 'store.db'}"
    return str(request.getfixturevalue("postgres_url"))
