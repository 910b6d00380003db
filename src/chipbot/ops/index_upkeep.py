"""What keeps the index of a running bot intact, complete and in sync, each as a task of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import TYPE_CHECKING

from chipbot.errors import ChipbotError
from chipbot.service.refresh import IndexRefresher, StoppedError

if TYPE_CHECKING:
    from chipbot.service.knowledge_base import KnowledgeBase
    from chipbot.settings import Settings

log = logging.getLogger(__name__)

_REPAIR_AGAIN = 60.0  # seconds until a repair that failed may be tried again


class IndexUpkeep:
    """Refreshes the index when something calls for it."""

    def __init__(
        self,
        settings: Settings,
        knowledge_base: KnowledgeBase,
        refresher: IndexRefresher,
        *,
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        """Look after an index; what one process does for all is done while `leads` says that it is this one."""
        self._leads = leads
        self._settings = settings
        self._knowledge_base = knowledge_base
        self._refresher = refresher
        self._damaged = asyncio.Event()

    def notice_damage(self) -> None:
        """Have `repair` woken, on the running event loop, when the index turns out to be damaged."""
        loop = asyncio.get_running_loop()
        self._knowledge_base.on_damage = partial(loop.call_soon_threadsafe, self._damaged.set)

    async def repair(self) -> None:
        """Have the index built anew whenever it turns out to be damaged: it is verified first."""
        while await self._damaged.wait():
            try:
                await self._refresher.run("damage")
            except ChipbotError as error:
                log.error("the index is not repaired: %s", error)  # noqa: TRY400  # the message is written to be enough
                await asyncio.sleep(_REPAIR_AGAIN)
            except Exception:  # the bot goes on, whatever it was
                log.exception("the index is not repaired")
                await asyncio.sleep(_REPAIR_AGAIN)
            self._damaged.clear()

    async def complete(self) -> None:
        """Have the vectors made, beside the bot, that sentences still lack."""
        facts = await asyncio.to_thread(self._knowledge_base.facts)
        if facts is None or facts.vectors is None or facts.vectors >= facts.sentences:
            return
        try:
            await self._refresher.run("the start")
        except ChipbotError as error:
            log.warning("meanings are not compared everywhere yet: %s", error)

    def sync_tasks(self) -> Iterator[Coroutine[object, object, None]]:
        """Yield what keeps the documents in sync with where they come from, and the index with them."""
        settings = self._settings
        if not settings.watch and not settings.import_every:
            return
        from chipbot.ops import seeds_watch

        if settings.watch:
            yield seeds_watch.watch(settings.seeds, self.refresh)
        if settings.import_every:
            folders = ["--seeds", str(settings.seeds), "--index", str(settings.index)]
            yield seeds_watch.import_regularly(settings.import_every, folders, self.refresh, self._leads)

    async def refresh(self, why: str, *, force: bool = False) -> bool:
        """Refresh the index, with `force` whatever canary questions that breaks; what fails stays as it was, and a rebuild
        under way is waited for. Returns whether the index is in sync.
        """
        try:
            await self._refresher.run_in_turn(why, force=force)
        except StoppedError:
            return False
        except ChipbotError as error:
            log.error("the index stays as it was: %s", error)  # noqa: TRY400  # the message is written to be enough
            return False
        return True
