"""A server with a channel, two members and a bot with a journal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.wire.bots import club, remembering
from tests.wire.wire import Wire

from chipbot.bot import ChipbotClient

if TYPE_CHECKING:
    from tests.wire.objects import Object


@pytest.fixture
def wire() -> Wire:
    return Wire([club()])


@pytest.fixture
def general(wire: Wire) -> Object:
    return wire.world.channels["102"]


@pytest.fixture
def ann(wire: Wire) -> Object:
    return wire.members.join("ann", wire.world.guilds["100"])


@pytest.fixture
def eve(wire: Wire) -> Object:
    return wire.members.join("eve", wire.world.guilds["100"])


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[ChipbotClient]:
    async with remembering(tmp_path) as made:
        yield made
