"""The stored index in sync with the seeds folder: whether it is, and what is built where it is not."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from chipbot.errors import CanaryError, IndexMissingError, IndexWriteError, StoredIndexError
from chipbot.index import EVERYTHING, Index, open_index
from chipbot.index.schema import UnchangedDocument, build_settings
from chipbot.model import Failure, Progress, ReadLimits
from chipbot.service.links import CitationLinks
from chipbot.service.refresh_plan import RefreshPlan, stale_reason, unchanged_documents
from chipbot.service.served_index import ServedIndex
from chipbot.sources import SeedFile, read_synonyms, scan
from chipbot.translation import Message, gettext

Report = Callable[[Progress], None]
"""Takes how far a build has come; may be called from another thread."""

Approve = Callable[[Path, Index | None, Index], None]
"""Looks at a new index before it is used; what it raises keeps the one before."""

Listed = tuple[list[SeedFile], list[Failure], str]
"""The files in a seeds folder, what is there that cannot be a document, and the text of the synonyms."""


class IndexSync:
    """Keeps the index of a folder in sync with the documents, and has what it builds served."""

    def __init__(
        self,
        seeds: Path,
        folder: Path,
        served: ServedIndex,
        links: CitationLinks,
        *,
        language: str | None,
        limits: ReadLimits,
        approve: Approve,
    ) -> None:
        """Keep the index in `folder` in sync with `seeds`; the rest is as in KnowledgeBase."""
        self._seeds = seeds
        self._folder = folder
        self._served = served
        self._links = links
        self._language = language
        self._limits = limits
        self._warn = served.warn
        self._approve = approve

    def staleness(self) -> Message | None:
        """Say why the index is not what the seeds folder would give, or None where it is; verifies all of it."""
        present, problem = self._present(EVERYTHING)
        return self._plan(self._listed(), present, problem).stale_reason

    def refresh(self, report: Report) -> bool:
        """Build the index if it is missing, damaged or stale, in memory where its folder cannot be written; return
        whether it was built.
        """
        seen = self._served.version()
        present, problem = self._present(self._served.verify_at_start)
        plan = self._plan(self._listed(), present, problem)
        if plan.stale_reason is None and present is not None:
            self._served.use(present, seen)
            return False
        if problem and not isinstance(problem, IndexMissingError):
            self._warn(gettext("{problem} — building it now", problem=problem))
        try:
            index = self._build(plan, self._folder, present, report)
        except CanaryError as error:
            if present is None:
                raise
            self._warn(str(error))
            self._served.use(present, seen)
            return False
        except IndexWriteError as error:
            self._warn(gettext("{problem}; answering from memory until then", problem=error))
            index = self._build(plan, None, present, report)
        self._served.use(index, self._served.version())
        return True

    def reindex(self, report: Report, *, force: bool) -> bool:
        """Verify all of the index, and build it where it is missing, damaged or stale; return whether it was built."""
        seen = self._served.version()
        with ThreadPoolExecutor(1) as checking:
            checked = checking.submit(self._present, EVERYTHING)
            listed = self._listed()
            present, problem = checked.result()
        plan = self._plan(listed, present, problem)
        if plan.stale_reason is None and present is not None:
            self._served.use(present, seen)
            return False
        index = self._build(plan, self._folder, present, report, force=force)
        self._served.use(index, self._served.version())
        return True

    def _present(self, verify: int) -> tuple[Index | None, StoredIndexError | None]:
        try:
            return open_index(self._folder, verify=verify), None
        except StoredIndexError as error:
            return None, error

    def _listed(self) -> Listed:
        """Return what the seeds folder holds: files, what cannot be a document, and the synonyms."""
        files, unlisted, _ = scan(self._seeds, self._limits)
        synonyms, problems = read_synonyms(self._seeds)
        wrong = self._links.sources().problems
        if wrong:
            problems.append(Failure(document_id=self._links.path.name, reasons=wrong))
        return files, sorted([*unlisted, *problems], key=lambda failure: failure.document_id), synonyms

    def _plan(self, listed: Listed, present: Index | None, problem: StoredIndexError | None) -> RefreshPlan:
        files, unlisted, synonyms = listed
        reused: dict[str, UnchangedDocument] = {}
        if present is not None and present.settings == build_settings(self._language):
            reused = unchanged_documents(files, present)
        differs = stale_reason(present, reused, files, unlisted, synonyms)
        reason = problem.args[0] if problem else differs
        return RefreshPlan(
            reused=reused, files=files, unlisted=unlisted, synonyms=synonyms, stale_reason=reason
        )

    def _build(
        self,
        plan: RefreshPlan,
        folder: Path | None,
        present: Index | None,
        report: Report,
        *,
        force: bool = False,
    ) -> Index:
        """Build a new index and make it the current one of a folder; or in memory, where that is None."""
        from chipbot.index.builder import Contents, build_index

        contents = Contents(
            self._seeds, plan.files, plan.reused, plan.unlisted, plan.synonyms, self._language
        )

        def approve(new: Index) -> None:
            if not force:
                self._approve(self._seeds, present, new)

        return build_index(contents, folder, present=present, report=report, approve=approve)
