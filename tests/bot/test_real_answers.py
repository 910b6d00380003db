"""The whole line: documents on disk, the real knowledge base, the real bot, a member on a simulated
Discord.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import discord
import pytest
from tests.bot.town import FUND, QUOTED, TITLE, client_of, shown

from chipbot.bot import ChipbotClient
from chipbot.service.knowledge_base import KnowledgeBase

if TYPE_CHECKING:
    import simcord


SEED = Path(__file__).parents[2] / "seeds" / "000_6aca35ccc39c56b2.txt"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    shutil.copy(SEED, folder)
    return folder


@pytest.fixture
def simcord_bot(seeds: Path, tmp_path: Path) -> ChipbotClient:
    knowledge_base = KnowledgeBase(seeds, tmp_path / "index")
    knowledge_base.refresh()
    return client_of(knowledge_base)


async def test_a_members_question_is_answered_from_the_documents_on_disk(
    simcord_env: simcord.Env, seeds: Path
) -> None:
    guild = simcord_env.create_guild("Club")
    channel = guild.create_text_channel("general")
    ann = guild.add_member(simcord_env.create_user("ann"))
    managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    boss = guild.add_member(simcord_env.create_user("boss"), roles=[managers])

    async def ask(question: str) -> str:
        return shown((await ann.slash(channel, "ask", question=question)).response)

    answer = await ask(FUND)
    assert QUOTED in answer
    assert TITLE in answer
    refusal = await ask("Who is the CEO of TSMC?")
    assert "TSMC" in refusal
    assert "> " not in refusal

    (seeds / "rules.md").write_text(
        "# House rules\n\n## Spam\n\nMembers who @everyone twice are banned for seven days.\n"
    )
    reindexed = await boss.slash(channel, "reindex")
    assert "2 documents" in shown(reindexed.response)
    rule = await ask("How long are members banned who @everyone?")
    assert "seven days" in rule
    assert "Spam" in rule
    assert "@everyone" not in rule

    (seeds / "rules.md").unlink()
    assert "seven days" not in await ask("How long are members banned who @everyone?")
