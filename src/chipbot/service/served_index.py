"""The index that questions are answered from: the newest one in its folder, opened anew when there is a newer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chipbot.answering.pipeline import Answerer
from chipbot.errors import ChipbotError, EncoderError, IndexDamagedError, StoredIndexError
from chipbot.index import CURRENT, EVERYTHING, Index, open_index
from chipbot.model import AnswerOptions
from chipbot.retrieval.embedded import EmbeddedRetriever
from chipbot.service.optional_encoder import OptionalEncoder
from chipbot.service.scoped_answerers import Part, ScopedAnswerers

if TYPE_CHECKING:
    from chipbot.retrieval.meaning import Meaning

Version = tuple[int, int] | None
"""What tells one pointer file from the one before; None where there is none."""


class ServedIndex:
    """The newest index of a folder, and an answerer over it. May be used from any thread."""

    def __init__(
        self,
        folder: Path,
        encoder: OptionalEncoder,
        *,
        starter_synonyms: bool,
        verify_at_start: int,
        warn: Callable[[str], None],
        on_damage: Callable[[], object],
    ) -> None:
        """Serve the index of a folder.

        Args:
            folder: The folder of the index.
            encoder: What compares meanings.
            starter_synonyms: Whether the language packs' synonyms count beside the operator's.
            verify_at_start: Up to how many bytes the first one is verified against its checksums.
            warn: Is told when a newer one cannot be opened.
            on_damage: Is called, in any thread, when the index in use turns out to be damaged.
        """
        self._folder = folder
        self._encoder = encoder
        self._starter_synonyms = starter_synonyms
        self.verify_at_start = verify_at_start
        self.warn = warn
        self._on_damage = on_damage
        self._lock = threading.Lock()
        self._answerer: Answerer | None = None
        self._meaning: Meaning | None = None
        self._seen: Version = None
        self._distrusted = False

    def answerer(self) -> Answerer:
        """Return the answerer over the newest index; raises ChipbotError where there is none.

        One look at the pointer file tells whether there is a newer one.
        """
        seen = self.version()
        if self._answerer is not None and self._opened.is_cut_short:
            self._distrust()
        answerer = self._answerer
        if answerer is not None and (seen is None or seen == self._seen):
            return answerer
        with self._lock:
            if self._answerer is None or seen != self._seen:
                self._open_newest(seen)
            if self._answerer is None:
                raise AssertionError("an index is open or the opening has raised")
            return self._answerer

    def index(self) -> Index:
        """Return the newest index; raises ChipbotError where there is none."""
        self.answerer()
        return self._opened

    def meaning(self) -> Meaning | None:
        """Return what compares meanings in the newest index, None where nothing does; raises ChipbotError where there is
        no index.
        """
        self.answerer()
        return self._meaning

    def version(self) -> Version:
        """Return what tells the pointer file from one that replaces it."""
        try:
            info = (self._folder / CURRENT).stat()
        except OSError:
            return None
        return info.st_ino, info.st_mtime_ns

    def part(self, options: AnswerOptions) -> Part | None:
        """Return what is searched by these options; None where that is nothing. Raises ChipbotError where there is no
        index.
        """
        answerer = self.answerer()
        return Part(self._opened, answerer) if options.collections is None else self._parts.part(options)

    def use(self, index: Index, seen: Version) -> None:
        """Answer from `index`, which is at least as new as the pointer file was when its version was `seen`."""
        with self._lock:
            self._install(index)
            self._seen = seen

    def switch_encoder_off(self, error: EncoderError) -> None:
        """Answer by words alone, because of an error."""
        self._encoder.switch_off(error)
        with self._lock:
            self._install(self._opened)

    @contextmanager
    def trusted(self) -> Iterator[None]:
        """Inside, take nothing from an index that is damaged: what nobody foresaw may come of damage, so that all of
        it is verified then.
        """
        try:
            try:
                yield
            except ChipbotError:
                raise
            except Exception:
                self._opened.verify()
                raise
        except IndexDamagedError:
            self._distrust()
            raise

    def _distrust(self) -> None:
        """Use the index no more, unless all of it turns out to be intact."""
        with self._lock:
            self._answerer, self._distrusted = None, True
        self._on_damage()

    def _open_newest(self, seen: Version) -> None:
        """Open the newest index; one that is found while another is in use has just been written, and
        somebody waits for it.
        """
        try:
            verify = EVERYTHING if self._distrusted else 0 if self._answerer else self.verify_at_start
            self._install(open_index(self._folder, verify=verify))
        except StoredIndexError as error:
            if self._answerer is None:
                raise
            self.warn(f"{error}; answering from the index that was open before")
        self._seen = seen

    def _install(self, index: Index) -> None:
        self._meaning = self._encoder.meaning(index)
        self._distrusted = False
        self._opened, self._answerer = index, self._answerer_over(index, self._meaning)
        self._parts = ScopedAnswerers(
            index, lambda part: self._answerer_over(part, self._encoder.meaning(part))
        )

    def _answerer_over(self, index: Index, meaning: Meaning | None) -> Answerer:
        return Answerer(EmbeddedRetriever(index, meaning), starter_synonyms=self._starter_synonyms)
