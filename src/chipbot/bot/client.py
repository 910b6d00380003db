"""The Discord client: what it listens to, and what it holds."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands

from chipbot.bot import (
    actions,
    canary_button,
    controls,
    documents,
    error_reporting,
    gap_controls,
    messages,
    missed_messages,
    rest_guard,
    sync,
)
from chipbot.bot.answered import Recent
from chipbot.bot.busy_notices import BusyNotices
from chipbot.bot.commands import Tree, add_commands
from chipbot.bot.delivery import RETRY_PAUSE
from chipbot.bot.gap_channel import GapChannel
from chipbot.bot.invite import invite_link
from chipbot.bot.services import ServiceClient
from chipbot.bot.shards import Shards
from chipbot.errors import JournalError
from chipbot.service.completion import Completion
from chipbot.service.document_store import DocumentStore
from chipbot.service.kept_answers import KeptAnswers
from chipbot.service.question_service import GRACE, QuestionService
from chipbot.service.refresh import IndexRefresher
from chipbot.service.telemetry import GatewayFacts, ShardFacts, shard_of

if TYPE_CHECKING:
    from chipbot.journal.processes import Processes

log = logging.getLogger(__name__)

MAX_FOR_ALL = 200
"""How many private answers can be shown to everybody in another language than their askers'; they are kept whole."""
CONTROLS = {**actions.CONTROLS, **gap_controls.CONTROLS, **documents.CONTROLS, **canary_button.CONTROLS}
"""What the name of each control stands for."""


CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
"""Where the commands are used."""
INSTALLS = app_commands.AppInstallationType(guild=True, user=False)
"""What the bot is invited to."""


def intents(*, message_content: bool = False) -> discord.Intents:
    """What the bot listens to: no privileged intent, unless the operator wants it to read all messages. Those that
    mention it and direct messages come with their text in any case."""
    return discord.Intents(
        guilds=True, guild_messages=True, dm_messages=True, message_content=message_content
    )


class ChipbotClient(ServiceClient):
    """Passes what concerns the bot on to the services; never pings anyone."""

    def __init__(
        self,
        questions: QuestionService,
        refresher: IndexRefresher,
        *,
        seeds: Path | None = None,
        documents: DocumentStore | None = None,
        message_content: bool = False,
        bridges: frozenset[int] = frozenset(),
        processes: Processes | None = None,
        grace: float = GRACE,
        retry_pause: float = RETRY_PAUSE,
    ) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # chipbot has no voice to miss
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._count_request)
        super().__init__(
            intents=intents(message_content=message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=trace,
            # seconds without a further server until on_ready; there are no member lists to wait for
            guild_ready_timeout=0.5,
        )
        self._processes = processes
        self.connections = Shards(self, processes)
        self.connected_once = self.connections.begun
        self._telemetry = questions.telemetry
        self.questions = questions
        self.refresher = refresher
        self.seeds = seeds
        self.documents = documents
        self.bridges = bridges
        self.started_at = discord.utils.utcnow()
        self.retry_pause = retry_pause
        self._grace = grace
        self.tree = Tree(self, allowed_contexts=CONTEXTS, allowed_installs=INSTALLS)
        add_commands(self.tree)
        self._remember()
        self._note_gaps()

    def _remember(self) -> None:
        """Have what is remembered of what was asked and done last."""
        self.gap_channel = GapChannel(self)
        self.completion = Completion(self.questions)
        self.kept = KeptAnswers(self.questions.journal)
        self.busy_notices = BusyNotices()
        self.command_ids = {}
        self.answered = Recent()
        self.interactions = Recent()
        self.languages = Recent()
        self.asked_team = Recent()
        self.for_all = Recent(MAX_FOR_ALL)
        self.shown_to_all = Recent()

    def _note_gaps(self) -> None:
        """Have the gap channel told of what is refused, hardly answered, or voted down."""
        self.questions.on_result = self.gap_channel.note
        journal = self.questions.journal
        if journal is not None:
            journal.answers.on_voted_down = self.gap_channel.note_vote
            journal.gaps.similar = self.questions.same_question

    async def setup_hook(self) -> None:
        """Sync the commands; without that the bot still answers messages."""
        try:
            async with (
                contextlib.nullcontext() if self._processes is None else self._processes.alone("commands")
            ):
                self.command_ids = await sync.sync_if_changed(self.tree)
        except rest_guard.UnreachableError:
            raise  # it is all of Discord that is out of reach
        except Exception as error:  # noqa: BLE001  # whatever Discord answers
            log.warning(
                "the commands could not be synced; they stay as they were: %s", rest_guard.reason(error)
            )

    async def start(self, token: str, *, reconnect: bool = True) -> None:  # noqa: ARG002  # discord.py's signature
        """Log in, and stay connected whatever Discord sends."""
        rest_guard.guard(self.http)
        await rest_guard.log_in(self, token)
        await self.connect()

    async def connect(self, *, reconnect: bool = True) -> None:  # noqa: ARG002  # discord.py's signature
        """Serve the shards until the client is closed."""
        await self.connections.run()

    def dispatch(self, event: str, /, *args: Any, **options: Any) -> None:
        """Have an event handled, unless the connection is being closed: then nobody is left to handle it."""
        if not self.is_closed():
            if self.channels is not None:
                self.channels.note(event, *args)
            super().dispatch(event, *args, **options)

    async def on_shard_connect(self, number: int) -> None:
        """Note a new session; those of a shard after its first mean that one was lost."""
        shard = self.connections.get(number)
        if shard is not None:
            if shard.had_session:
                self._telemetry.reconnect("new_session")
            shard.is_connected = shard.had_session = True

    async def on_shard_ready(self, number: int) -> None:
        """Say in the log that the bot is there, and answer what nobody heard; what servers have set may have been changed by
        another process until now.
        """
        self.connected_once.set()
        if self._processes is not None and self.questions.journal is not None:
            with contextlib.suppress(JournalError):
                await self.questions.journal.settings.load()
        shard = self.connections.get(number)
        if shard is not None:
            shard.is_ready = True
            servers = len(self.guilds)
            unit = "server" if servers == 1 else "servers"
            log.info("%sconnected as %s, in %d %s", shard.named, self.user, servers, unit)
        if not self.guilds and self.application_id is not None and self.shard_count == 1:
            log.warning(
                "nobody can ask yet, for it is in no server; invite it: %s", invite_link(self.application_id)
            )
        ready_at = discord.utils.utcnow()
        if self._processes is not None:
            await asyncio.sleep(missed_messages.GRACE)
        await missed_messages.answer_missed(self, number, ready_at)

    async def on_shard_resumed(self, number: int) -> None:
        """Note that a session goes on."""
        self._telemetry.reconnect("resumed")
        shard = self.connections.get(number)
        if shard is not None:
            shard.is_connected = True
            log.info("%sconnected again", shard.named)

    async def on_shard_disconnect(self, number: int) -> None:
        """Note that no events arrive; the shard connects again by itself."""
        shard = self.connections.get(number)
        if shard is not None and shard.is_connected:
            log.warning("%sthe connection to Discord is lost; connecting again", shard.named)
            shard.is_connected = False

    def serves(self, guild_id: int) -> bool:
        """Whether this process serves a server's shard, and knows its servers."""
        shard = self.connections.get(shard_of(guild_id, self.shard_count or 1))
        return shard is not None and shard.is_ready

    def gateway_facts(self) -> GatewayFacts:
        """The connections in numbers."""
        guilds = Counter(guild.shard_id for guild in self.guilds)
        return GatewayFacts(
            shards=tuple(
                ShardFacts(
                    number=shard.id,
                    connected=shard.is_connected and not self.is_closed(),
                    latency=math.nan if shard.ws is None else shard.ws.latency,
                    guilds=guilds[shard.id],
                )
                for shard in self.connections
            ),
            shard_count=self.shard_count or 1,
            serving=self.connected_once.is_set(),
        )

    async def _count_request(
        self, _session: object, _context: object, answer: aiohttp.TraceRequestEndParams
    ) -> None:
        self._telemetry.request(answer.response.status)

    async def on_message(self, message: discord.Message) -> None:
        """Answer messages that address the bot."""
        await messages.handle(self, message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Answer messages anew that ask something else now."""
        await messages.handle_edit(self, payload.message)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Take answers along whose questions were deleted."""
        await messages.handle_deletion(self, payload.channel_id, payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Likewise, where many were."""
        for message_id in payload.message_ids:
            await messages.handle_deletion(self, payload.channel_id, message_id)

    async def on_interaction(self, interaction: discord.Interaction[ServiceClient]) -> None:
        """Do what was pressed, chosen or written, below an answer or by the team; commands are the tree's."""
        await controls.handle(interaction, CONTROLS)

    async def on_error(self, event_method: str, /, *_args: object, **_kwargs: object) -> None:
        """Log what an event handler let through; there is no member to tell."""
        error = sys.exc_info()[1]
        if error is not None:
            error_reporting.report(event_method, error)

    async def close(self) -> None:
        """Finish the replies under way, then disconnect."""
        self.refresher.stop()
        await self.questions.close(self._grace)
        await self.busy_notices.close()
        await self.gap_channel.close()
        await self.connections.close()
        await super(discord.AutoShardedClient, self).close()  # its own stumbles where it was never logged in
