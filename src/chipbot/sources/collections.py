"""Collections, the sub-folders of the seeds folder, and `sources.yaml`: where each comes from and stands on the web.

    docs:                                       # the folder seeds/docs/
      url: https://docs.example.org/{path}/     # seeds/docs/guide/start.md is read at …/guide/start/
      git: https://github.com/example/docs.git  # what `chipbot import` keeps in sync
    discord/100/rules:
      discord: https://discord.com/channels/100/102  # a channel that the running bot keeps in sync

Where folders that are named lie one in another, the innermost says where a document stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

from chipbot.errors import SourcesError
from chipbot.files import replacement
from chipbot.sources.channel_links import check_channel
from chipbot.sources.formats import PAGES, suffix_of
from chipbot.sources.opener import without_waiting
from chipbot.translation import Message

SOURCES = "sources.yaml"
"""The file's name at the top of the seeds folder, where no setting names another; it is no document."""

ANCHORS = ("github", "mkdocs", "vitepress")
"""How sites name the anchors of headings."""
_MAX_BYTES = 1024 * 1024
_FIELD = re.compile(r"\{[^{}]*\}")
_SLASHES = re.compile(r"(?<!:)/{2,}")
_INDEX_PAGES = ("index", "readme")
_FIELDS = ("{path}", "{file}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is said of one folder; each field is a key of `sources.yaml`."""

    url: str = ""
    """The address of a page: `{path}` stands for a file's path in the folder without its suffix, and without the name of
    an index page, unless a suffix follows; `{file}` for the whole path. To an address without either `{path}` is added. What
    is no page, such as a PDF, has its whole path at its end."""
    anchors: str = "github"
    """How the site at that address names the anchors of headings: as `github` does and most others, as `mkdocs`, or as
    `vitepress` and VuePress."""
    git: str = ""
    """The address of the Git repository that the folder is imported from."""
    branch: str = ""
    """Its branch; the repository's own default if empty."""
    folder: str = ""
    """The sub-folder of it that is imported; all of it if empty."""
    sitemap: str = ""
    """The address of the sitemap of the website that the folder is imported from."""
    pages: int = 1_000
    """The most pages that are imported from a website."""
    discord: str = ""
    """The link of the channel of Discord's that the folder is imported from."""
    shared: bool = False
    """Whether that channel's messages are found outside of its server, too."""
    private: bool = False
    """Whether the website may be at an address that only the operator's own network knows."""
    token_file: str = ""
    """A file that holds the token of a private repository, relative to the folder of `sources.yaml`."""

    @property
    def origin(self) -> str:
        """The address that the folder is imported from; empty where it is not."""
        return self.git or self.sitemap or self.discord

    def address(self, path: str) -> str | None:
        """Return the address of a file by its path in the folder; None where the source names none."""
        if not self.url:
            return None
        template = self.url if any(map(self.url.__contains__, _FIELDS)) else self.url.rstrip("/") + "/{path}"
        if suffix_of(path) not in PAGES:  # https://docs.example.org/{path}/ has rules.pdf at …/rules.pdf
            template = _FIELD.split(template)[0] + "{file}"
        page = _page(path)
        if "{path}." in template and (not page or page.endswith("/")):  # …/guide/index.html
            page += "index"
        values = {"{path}": quote(page, safe="/~"), "{file}": quote(path, safe="/~")}
        return _SLASHES.sub("/", _FIELD.sub(lambda match: values[match[0]], template))


_TYPES = {key.name: type(key.default) for key in fields(Source)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All that `sources.yaml` says."""

    by_folder: Mapping[str, Source] = field(default_factory=dict)
    """By its path in the seeds folder, each folder that is named."""
    problems: tuple[Message, ...] = ()
    """What is wrong with the file, in words that an operator can act on; the rest of it counts."""

    def address(self, document_id: str) -> str | None:
        """Return where a document stands on the web; None where that is not said."""
        for folder, source in self._around(document_id):
            if source.url:
                return source.address(document_id.removeprefix(f"{folder}/"))
        return None

    def anchors(self, document_id: str) -> str:
        """Return how the site that a document stands on names anchors: one of `ANCHORS`."""
        around = self._around(document_id)
        return next((source.anchors for _, source in around if source.url), ANCHORS[0])

    def imported_from(self, document_id: str) -> str:
        """Return the repository, sitemap or channel that a document's folder is imported from; empty where it is not."""
        return next((source.origin for _, source in self._around(document_id)), "")

    def _around(self, document_id: str) -> Iterator[tuple[str, Source]]:
        """Yield the folders around a document of which something is said, the innermost first."""
        for folder in map(str, PurePosixPath(document_id).parents):
            if folder in self.by_folder:
                yield folder, self.by_folder[folder]


def collection_of(document_id: str) -> str:
    """Return the collection that a document is in: the top folder of its path, empty where it is in none."""
    first, slash, _ = document_id.partition("/")
    return first if slash else ""


def read_sources(path: Path) -> Sources:
    """Read `sources.yaml`, which need not be there; what is wrong with it is among its problems."""
    try:
        with open(path, "rb", opener=without_waiting) as file:  # Path.open takes no opener
            data = file.read(_MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Sources()
    except OSError as error:
        reason = error.strerror or error
        return Sources(problems=(Message("it cannot be read: {reason}", reason=reason),))
    if len(data) > _MAX_BYTES:
        return Sources(problems=(Message("it is larger than {number} MiB", number=_MAX_BYTES // 2**20),))
    try:
        return _parsed(data)
    except SourcesError as error:
        return Sources(problems=(error.reason,))


def checked_source(folder: str, source: Source) -> Source:
    """Return what is said of a folder; raises SourcesError where it could not stand in `sources.yaml`."""
    return _source(
        _folder(folder),
        {
            name: str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in asdict(source).items()
        },
    )


def add_source(path: Path, folder: str, source: Source) -> None:
    """Write what is said of a folder to the end of `sources.yaml`; all else in the file stays as it is.

    Raises SourcesError where the file cannot be written, or could not be read afterwards.
    """
    said = {name: value for name, value in asdict(source).items() if value != getattr(Source(), name)}
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in said.items()]
    entry = "\n  ".join([f"{json.dumps(folder, ensure_ascii=False)}:", *lines])
    try:
        before = path.read_bytes() if path.exists() else b""
        content = before + (b"\n" if before and not before.endswith(b"\n") else b"") + f"{entry}\n".encode()
        problem = _problem_with(content, folder, source)
        if problem is not None:
            raise SourcesError(
                Message(
                    "{path} cannot be added to ({problem}): write these lines to it\n{lines}",
                    path=path,
                    problem=problem,
                    lines=entry,
                )
            )
        with replacement(path) as file:
            file.write(content)
    except OSError as error:
        raise SourcesError(
            Message("{path} cannot be written: {reason}", path=path, reason=error.strerror or error)
        ) from error


def _problem_with(content: bytes, folder: str, source: Source) -> Message | None:
    try:
        parsed = _parsed(content)
    except SourcesError as error:
        return error.reason
    if parsed.by_folder.get(folder) == source:
        return None
    return Message("{folder} is in it already", folder=folder)


def _parsed(data: bytes) -> Sources:
    loaded = _load(data)
    by_folder: dict[str, Source] = {}
    problems: list[Message] = []
    for folder, entry in loaded.items():
        try:
            by_folder[_folder(folder)] = _source(folder, entry)
        except SourcesError as error:
            problems.append(error.reason)
    return Sources(by_folder=by_folder, problems=tuple(problems))


def _load(data: bytes) -> dict[Any, Any]:
    import yaml

    try:
        loaded = yaml.load(data.decode("utf-8-sig"), yaml.BaseLoader)  # noqa: S506  # makes strings, lists and mappings alone
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or Message("save it as UTF-8")
        raise SourcesError(
            Message(
                "it is no valid YAML in line {line} ({problem})", line=str(mark.line + 1), problem=problem
            )
            if mark
            else Message("it is no valid YAML ({problem})", problem=problem)
        ) from None
    if loaded in (None, ""):
        return {}
    if not isinstance(loaded, dict):
        raise SourcesError(
            Message("it must have a line for each folder, like “docs:”, with “url: https://…” below it")
        )
    return loaded


def _folder(name: object) -> str:
    path = PurePosixPath(str(name))
    if path.is_absolute() or ".." in path.parts or not str(name).strip():
        raise SourcesError(Message("{name}: that is no folder in the seeds folder", name=name))
    return str(path)


def _source(folder: object, entry: object) -> Source:
    if not isinstance(entry, dict):
        raise SourcesError(
            Message("{folder}: a line like “url: https://…” is expected below it", folder=folder)
        )
    values = {str(key): _value(folder, str(key), value) for key, value in entry.items()}
    source = Source(**values)
    if source.url:
        _check_template(folder, source.url)
    if source.anchors not in ANCHORS:
        raise SourcesError(
            Message("{folder}: anchors must be one of {values}", folder=folder, values=", ".join(ANCHORS))
        )
    if sum(map(bool, (source.git, source.sitemap, source.discord))) > 1:
        raise SourcesError(
            Message(
                "{folder}: it must have one of git, sitemap and discord, and no other of them", folder=folder
            )
        )
    if source.discord:
        check_channel(str(folder), source.discord, shared=source.shared)
    return source


def _value(folder: object, key: str, value: object) -> Any:
    kind = _TYPES.get(key)
    if kind is None:
        raise SourcesError(
            Message(
                "{folder}: {key} is no key (known: {keys})", folder=folder, key=key, keys=", ".join(_TYPES)
            )
        )
    if not isinstance(value, str):
        raise SourcesError(Message("{folder}: {key} must be one value, not several", folder=folder, key=key))
    text = value.strip()
    if kind is bool and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind is int and text.isascii() and text.isdigit() and 0 < len(text) < 7:
        return int(text)
    if kind is str:
        return text
    raise SourcesError(
        Message("{folder}: {key} must be true or false", folder=folder, key=key)
        if kind is bool
        else Message("{folder}: {key} must be a whole number", folder=folder, key=key)
    )


def _check_template(folder: object, template: str) -> None:
    unknown = [name for name in _FIELD.findall(template) if name not in _FIELDS]
    if unknown:
        raise SourcesError(
            Message(
                "{folder}: {field} is nothing that url can hold (known: {fields})",
                folder=folder,
                field=unknown[0],
                fields=", ".join(_FIELDS),
            )
        )
    try:
        parts = urlsplit(template)
        good = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good or not template.isprintable() or " " in template:
        raise SourcesError(
            Message("{folder}: url must be an address that begins with https:// or http://", folder=folder)
        )


def _page(path: str) -> str:
    """Return a path without its suffix; an index page is its folder."""
    pure = PurePosixPath(path)
    if pure.stem.lower() in _INDEX_PAGES:
        return "" if str(pure.parent) == "." else f"{pure.parent}/"
    return str(pure.with_suffix(""))
