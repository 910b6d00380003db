"""A Git repository's documents, by the `git` command: of one commit, without its history, and without a checkout.

What a repository holds is not trusted: nothing of it is run or followed. Objects are fetched into an empty bare
repository that has no hooks, filters or attributes, and only regular files are read from it.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from chipbot.errors import SourcesError
from chipbot.model import ReadLimits
from chipbot.sources.collections import Source
from chipbot.sources.fetched import Fetch, Fetched, is_wanted
from chipbot.sources.formats import REMEDIES, suffix_of
from chipbot.sources.git_command import SCP, blob_reader, git, scheme_of
from chipbot.translation import Message, digits, gettext, ngettext

_MAX_BYTES = ReadLimits().size  # of a file, as in the seeds folder unless the operator says otherwise
_BRANCH = re.compile(r"(?!.*(?:\.\.|//|@\{|/\.|\.lock(?:/|$)))[\w][\w./+@-]*(?<![/.])")
_FOLDER = re.compile(r"(?!.*(?:^|/)\.\.?(?:/|$))[^\x00-\x1f\x7f/:\\-][^\x00-\x1f\x7f:\\]*")
_REF = "refs/heads/imported"
_PATIENCE = 900.0  # seconds for fetching a branch
_FETCH_OPTIONS = "--quiet --depth=1 --no-tags --no-recurse-submodules --no-auto-gc".split()
_FILE_MODES = ("100644", "100755")
_PAGES = {
    "github.com": "https://github.com/{name}/blob/{branch}/{folder}{{file}}",
    "gitlab.com": "https://gitlab.com/{name}/-/blob/{branch}/{folder}{{file}}",
    "codeberg.org": "https://codeberg.org/{name}/src/branch/{branch}/{folder}{{file}}",
}
"""Where hosts show a file of a repository."""
_WIKI = "https://github.com/{name}/wiki/{{path}}"


class _Head(NamedTuple):
    """What is at a branch now."""

    ref: str
    commit: str


def page_template(address: str, branch: str, folder: str) -> str:
    """Return where a known host shows the files of a repository; empty for others."""
    match = SCP.fullmatch(address)
    parts = urlsplit(address)
    host, path = (match[2], match[3]) if match else (parts.hostname or "", parts.path)
    name = path.strip("/").removesuffix(".git")
    if host == "github.com" and name.endswith(".wiki"):
        return _WIKI.format(name=name.removesuffix(".wiki"))
    inside = f"{folder.strip('/')}/" if folder.strip("/") else ""
    return _PAGES.get(host, "").format(name=name, branch=branch, folder=inside)


def default_branch(source: Source, token: str = "") -> str:
    """Return the name of the branch that a repository names first; raises SourcesError where that cannot be told."""
    _check(source, token)
    for line in git(
        ["ls-remote", "--symref", "--", source.git, "HEAD"], source.git, token=token
    ).splitlines():
        if line.startswith("ref: refs/heads/"):
            return line.removeprefix("ref: refs/heads/").partition("\t")[0]
    raise SourcesError(
        Message("{address} names no branch of its own: name one with --branch", address=source.git)
    )


@contextlib.contextmanager
def fetch(source: Source, version: str, known: Mapping[str, str], token: str = "") -> Iterator[Fetch]:
    """Fetch the documents of a repository.

    Args:
        source: The repository, its branch and sub-folder.
        version: The commit that was fetched before: nothing is fetched where it is still the branch's.
        known: The blob of each file that was fetched before; such a file's bytes are not read again.
        token: What opens a private repository; empty for none.

    Raises:
        SourcesError: The repository cannot be had, or what names it is not allowed.
    """
    _check(source, token)
    head = _head(source, token)
    if head.commit == version:
        yield Fetch(version=version, paths=None, files=iter(()))
        return
    with tempfile.TemporaryDirectory(prefix="chipbot-", ignore_cleanup_errors=True) as folder:
        git(["init", "--quiet", "--bare", "--template=", folder], source.git, token=token)
        git(
            ["-C", folder, "fetch", *_FETCH_OPTIONS, "--", source.git, f"{head.ref}:{_REF}"],
            source.git,
            token=token,
            patience=_PATIENCE,
        )
        there = _blobs(folder, source)
        blobs = {path: blob for path, blob in there.items() if is_wanted(path)}
        notes = tuple(_left_out(there))
        with blob_reader(folder) as reader:
            files = _files(reader, blobs, known)
            yield Fetch(version=head.commit, paths=frozenset(blobs), files=files, notes=notes)


def _check(source: Source, token: str) -> None:
    """Refuse what is no plain address, branch or folder: git takes some for commands and options."""
    scheme = scheme_of(source.git)
    if source.branch and not _BRANCH.fullmatch(source.branch):
        raise SourcesError(Message("“{branch}” is not the name of a branch", branch=source.branch))
    if source.folder and not _FOLDER.fullmatch(source.folder):
        raise SourcesError(Message("“{folder}” is not a folder in a repository", folder=source.folder))
    if token and scheme != "https" and urlsplit(source.git).hostname not in ("127.0.0.1", "localhost"):
        raise SourcesError(Message("a token is only sent by https: {address}", address=source.git))


def _head(source: Source, token: str) -> _Head:
    wanted = [f"refs/heads/{source.branch}", f"refs/tags/{source.branch}"] if source.branch else ["HEAD"]
    found = git(["ls-remote", "--", source.git, *wanted], source.git, token=token)
    for line in sorted(found.splitlines()):
        commit, _, ref = line.partition("\t")
        if ref in wanted and re.fullmatch(r"[0-9a-f]{40,64}", commit):
            return _Head(ref, commit)
    raise SourcesError(
        Message("{address} has no branch “{branch}”", address=source.git, branch=source.branch)
        if source.branch
        else Message("{address} is empty", address=source.git)
    )


def _blobs(folder: str, source: Source) -> dict[str, str]:
    """Return the blob of each file, by its path in the sub-folder."""
    tree = f"{_REF}:{source.folder.strip('/')}" if source.folder.strip("/") else _REF
    try:
        listed = git(["-C", folder, "ls-tree", "-r", "-z", tree], source.git)
    except SourcesError:
        raise SourcesError(
            Message("{address} has no folder “{folder}”", address=source.git, folder=source.folder)
        ) from None
    blobs: dict[str, str] = {}
    for line in filter(None, listed.split("\0")):
        info, _, path = line.partition("\t")
        mode, _, blob = info.split(" ")
        if mode in _FILE_MODES:
            blobs[path] = blob
    return blobs


def _left_out(paths: Iterable[str]) -> Iterator[str]:
    """Say which files are documents, and are of a format that there is no reader for."""
    counts = Counter(map(suffix_of, paths))
    for suffix in sorted(REMEDIES.keys() & counts.keys()):
        yield ngettext(
            "{number} file that ends in {suffix} left out, for which there is no reader ({remedy})",
            "{number} files that end in {suffix} left out, for which there is no reader ({remedy})",
            counts[suffix],
            suffix=suffix,
            remedy=REMEDIES[suffix],
        )


def _files(
    reader: subprocess.Popen[bytes], blobs: Mapping[str, str], known: Mapping[str, str]
) -> Iterator[Fetched]:
    for path, blob in blobs.items():
        if known.get(path) == blob:
            yield Fetched(path=path, tag=blob)
            continue
        data = _read_blob(reader, blob)
        if data is None:
            problem = gettext("it is larger than {number} MiB", number=digits(_MAX_BYTES // 2**20))
            yield Fetched(path=path, problem=problem)
        else:
            yield Fetched(path=path, tag=blob, data=data)


def _read_blob(reader: subprocess.Popen[bytes], blob: str) -> bytes | None:
    """Read one blob (git-cat-file(1), "batch output"); None where it is too large."""
    if reader.stdin is None or reader.stdout is None:
        raise AssertionError("both are pipes")
    reader.stdin.write(f"{blob}\n".encode())
    reader.stdin.flush()
    header = reader.stdout.readline().split()
    if len(header) != 3 or header[1] != b"blob":
        raise SourcesError(Message("git could not read what it fetched: try again"))
    size = int(header[2])
    if size > _MAX_BYTES:
        _skip(reader.stdout, size + 1)
        return None
    data = reader.stdout.read(size + 1)
    if len(data) != size + 1:
        raise SourcesError(Message("git ended while it was read: try again"))
    return data[:-1]


def _skip(stream: IO[bytes], size: int) -> None:
    while size > 0:
        size -= len(stream.read(min(size, 1 << 20))) or size
