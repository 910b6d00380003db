"""Which files of the seeds folder are no documents: `.chipbotignore`, in the syntax of .gitignore, and what never is one."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from chipbot.errors import DocumentError
from chipbot.sources.formats import FORMATS
from chipbot.sources.formats.decoding import decode
from chipbot.sources.opener import without_waiting
from chipbot.translation import Message

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".chipbotignore"
"""The file's name at the top of the seeds folder. `!name` takes in what is ignored by default."""

_BY_DEFAULT = Message("by default")
_MAX_BYTES = 1024 * 1024
_FOLDERS = frozenset({"__macosx", "__pycache__", "node_modules"})
_NAMES = re.compile(
    r"_(?:sidebar|footer|header|navbar|coverpage)\.md|summary\.md|(?:requirements|constraints)[\w.-]*\.txt|"
    r"(?:robots|humans|ads|llms|llms-full|cmakelists)\.txt|(?:package|package-lock|tsconfig|composer|manifest)\.json|"
    r"thumbs\.db|desktop\.ini|(?:make|docker|gem|rake)file|cname|codeowners"
)
"""Navigation without text of its own, and files for machines."""
_SUFFIXES = frozenset(
    ".avif .bmp .gif .heic .ico .jpeg .jpg .png .svg .tif .tiff .webp .avi .flac .mkv .mov .mp3 .mp4 .ogg .wav .webm "
    ".eot .otf .ttf .woff .woff2 .css .less .sass .scss .cjs .js .jsx .map .mjs .ts .tsx .wasm .bat .c .cfg .cpp .go .h .ini "
    ".java .lock .log .php .ps1 .py .rb .rs .sh .toml .xsd .yaml .yml".split()
)
"""What goes with documents and is none: pictures, sounds, fonts, styles, programs and their settings. A suffix that has a
reader counts as a document's."""


class IgnoreRules:
    """Says of paths whether they are ignored."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        """Take the lines of `.chipbotignore`; what is wrong with them is in `problems`."""
        self.problems: list[Message] = []
        self._patterns: list[str] = []
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.startswith("#"):
                self._add(number, line)
        self._spec = _spec(self._patterns) if self._patterns else None

    def _add(self, number: int, line: str) -> None:
        try:
            _spec([line])
        except (ValueError, re.error):  # the second of a range that ends before it begins, such as [z-a]
            self.problems.append(
                Message("line {line} is no pattern: {pattern}", line=str(number), pattern=line.strip()[:40])
            )
        else:
            self._patterns.append(line)

    def reason(self, path: str) -> Message | None:
        """Say why a file is ignored, by its path in the seeds folder; None where it is not."""
        if self._spec is not None:
            match = self._spec.check_file(path)
            if match.include is not None:
                pattern = self._patterns[match.index or 0].strip()
                return (
                    Message("{file}: {pattern}", file=IGNORE_FILE, pattern=pattern) if match.include else None
                )
        name = path[path.rfind("/") + 1 :].lower()
        suffix = name[name.rfind(".") :]
        by_default = _NAMES.fullmatch(name) or (suffix in _SUFFIXES and suffix not in FORMATS)
        return _BY_DEFAULT if by_default else None

    def folder_reason(self, path: str) -> Message | None:
        """Say why nothing in a folder is looked at; None where its files are."""
        if path[path.rfind("/") + 1 :].lower() not in _FOLDERS:
            return None
        taken_in = self._spec is not None and self._spec.check_file(path + "/").include is False
        return None if taken_in else _BY_DEFAULT


def read_ignore_rules(seeds: Path) -> IgnoreRules:
    """Read `.chipbotignore` at the top of `seeds`, which need not be there; what is wrong is in the rules' `problems`."""
    try:
        with open(seeds / IGNORE_FILE, "rb", opener=without_waiting) as file:  # Path.open takes no opener
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise DocumentError(Message("it is larger than {number} MiB", number=_MAX_BYTES // 2**20))
        return IgnoreRules(decode(data).removeprefix("\ufeff").splitlines())
    except FileNotFoundError:
        return IgnoreRules()
    except (OSError, DocumentError) as error:
        rules = IgnoreRules()
        reason = error.reason if isinstance(error, DocumentError) else error.strerror or error
        rules.problems.append(Message("it cannot be read: {reason}", reason=reason))
        return rules


def _spec(patterns: list[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    # Pathspec makes regular expressions of brackets, which Python may remark upon.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return GitIgnoreSpec.from_lines(patterns)
