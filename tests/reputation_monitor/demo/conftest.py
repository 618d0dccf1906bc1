from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from reputation_monitor.demo.server import DemoServer, serve
from reputation_monitor.demo.world import World

NOW = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)


@pytest.fixture(scope="session")
def world() -> World:
    return World.make(NOW)


@pytest.fixture
async def server(world: World) -> AsyncIterator[DemoServer]:
    async with serve(world) as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
