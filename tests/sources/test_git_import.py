"""Folders that are imported from Git repositories on this machine: what is taken, what is kept in sync, what is refused."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chipbot.errors import SourcesError
from chipbot.model import ReadLimits
from chipbot.sources import git_repository
from chipbot.sources.collections import Source
from chipbot.sources.git_command import git, read_token
from chipbot.sources.imports import STATE_FILE, ImportResult, import_folder
from chipbot.translation import Message

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
ENVIRONMENT = os.environ | {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{
        f"GIT_{role}_{what}": "x@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    },
}


class Repository:
    """A repository of documents."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    @property
    def address(self) -> str:
        return self.folder.as_uri()

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", "-C", str(self.folder), *arguments],
            env=ENVIRONMENT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def commit(self, files: dict[str, str | None]) -> None:
        """Write these files, or remove those without content."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True) if content is None else path.write_text(content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=x")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repository")
    made.commit(
        {
            "README.md": "# Top",
            "docs/guide.md": "# Guide",
            "docs/deep/page.txt": "Page",
            "docs/logo.png": "x",
            "docs/_Sidebar.md": "x",
            "docs/.hidden.md": "x",
            ".gitattributes": "docs/** export-ignore\n*.md filter=evil\n",
        }
    )
    return made


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    return tmp_path / "seeds"


def files(seeds: Path) -> dict[str, str]:
    found = (path for path in seeds.rglob("*") if path.is_file() and path.name != STATE_FILE)
    return {path.relative_to(seeds).as_posix(): path.read_text() for path in found}


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    return result.added, result.changed, result.removed, result.present


def test_documents_come_in_and_stay_in_sync(repository: Repository, seeds: Path) -> None:
    source = Source(git=repository.address, folder="docs")
    assert counts(import_folder(seeds, "ours", source)) == (2, 0, 0, 2)
    assert files(seeds) == {"ours/guide.md": "# Guide", "ours/deep/page.txt": "Page"}
    unchanged = (seeds / "ours" / "deep" / "page.txt").stat()
    assert counts(import_folder(seeds, "ours", source)) == (0, 0, 0, 2)
    repository.commit({"docs/guide.md": "# New guide", "docs/more.md": "More", "docs/deep/page.txt": "Page"})
    result = import_folder(seeds, "ours", source)
    assert counts(result) == (1, 1, 0, 3)
    assert result.version == repository.git("rev-parse", "HEAD").strip()
    assert (seeds / "ours" / "deep" / "page.txt").stat() == unchanged
    repository.commit({"docs/deep/page.txt": None})
    assert counts(import_folder(seeds, "ours", source)) == (0, 0, 1, 2)
    assert files(seeds) == {"ours/guide.md": "# New guide", "ours/more.md": "More"}
    assert not (seeds / "ours" / "deep").exists()


def test_files_of_the_operators_stay_and_those_that_were_lost_come_back(
    repository: Repository, seeds: Path
) -> None:
    source = Source(git=repository.address)
    import_folder(seeds, "ours", source)
    (seeds / "ours" / "own.md").write_text("own")
    (seeds / "ours" / "README.md").unlink()
    assert counts(import_folder(seeds, "ours", source)) == (0, 1, 0, 3)
    assert files(seeds)["ours/own.md"] == "own"
    assert files(seeds)["ours/README.md"] == "# Top"


def test_another_branch_or_folder_replaces_what_was_there(repository: Repository, seeds: Path) -> None:
    repository.git("switch", "--quiet", "--create", "v2")
    repository.commit({"docs/two.md": "Two", "docs/guide.md": None})
    repository.git("switch", "--quiet", "main")
    import_folder(seeds, "ours", Source(git=repository.address, folder="docs"))
    import_folder(seeds, "ours", Source(git=repository.address, folder="docs", branch="v2"))
    assert files(seeds) == {"ours/two.md": "Two", "ours/deep/page.txt": "Page"}
    import_folder(seeds, "ours", Source(git=repository.address, folder="docs/deep", branch="v2"))
    assert files(seeds) == {"ours/page.txt": "Page"}


def test_what_ended_half_way_is_known_to_be_the_imports(repository: Repository, seeds: Path) -> None:
    def end(done: int, _: int) -> None:
        if done == 1:
            raise SourcesError(Message("the plug was pulled"))

    source = Source(git=repository.address, folder="docs")
    with pytest.raises(SourcesError, match="the plug"):
        import_folder(seeds, "ours", source, report=end)
    (half,) = files(seeds)
    repository.commit({half.replace("ours", "docs"): None, "docs/new.md": "New"})
    import_folder(seeds, "ours", source)
    assert half not in files(seeds)
    assert len(files(seeds)) == 2


def test_links_and_programs_of_a_repository_do_nothing(
    repository: Repository, seeds: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.md").write_text("secret")
    (repository.folder / "docs" / "link.md").symlink_to(tmp_path / "secret.md")
    (repository.folder / "docs" / "folder").symlink_to(tmp_path)
    hook = repository.folder / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    repository.git("config", "filter.evil.smudge", f"touch {tmp_path}/ran; cat")
    repository.commit({"docs/last.md": "Last"})
    import_folder(seeds, "ours", Source(git=repository.address, folder="docs"))
    assert sorted(files(seeds)) == ["ours/deep/page.txt", "ours/guide.md", "ours/last.md"]
    assert not (tmp_path / "ran").exists()


def test_nothing_is_written_outside_the_folder(repository: Repository, seeds: Path, tmp_path: Path) -> None:
    source = Source(git=repository.address, folder="docs")
    import_folder(seeds, "ours", source)
    shutil.rmtree(seeds / "ours" / "deep")
    (tmp_path / "elsewhere").mkdir()
    (seeds / "ours" / "deep").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SourcesError, match="leads out of"):
        import_folder(seeds, "ours", source)
    assert list((tmp_path / "elsewhere").iterdir()) == []
    state = json.loads((seeds / "ours" / STATE_FILE).read_text())
    state["files"]["../../secret.md"] = "x"
    (seeds / "ours" / STATE_FILE).write_text(json.dumps(state))
    (tmp_path / "secret.md").write_text("secret")
    (seeds / "ours" / "deep").unlink()
    import_folder(seeds, "ours", source)
    assert (tmp_path / "secret.md").exists()


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("own", "holds files that were not imported"),
        ("file.md", "is a file"),
        ("../out", "is no name for a folder"),
        (".git", "is no name for a folder"),
        (".", "is no name for a folder"),
        ("/etc", "is no name for a folder"),
        ("link", "leads out of the seeds folder"),
    ],
)
def test_a_folder_that_is_not_the_imports_is_left_alone(
    repository: Repository, seeds: Path, tmp_path: Path, name: str, problem: str
) -> None:
    (seeds / "own").mkdir()
    (seeds / "own" / "a.md").write_text("own")
    (seeds / "file.md").write_text("own")
    (seeds / "link").symlink_to(tmp_path)
    with pytest.raises(SourcesError, match=problem):
        import_folder(seeds, name, Source(git=repository.address))
    assert files(seeds) == {"own/a.md": "own", "file.md": "own"}


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (Source(git="--upload-pack=touch x"), "is no address of a repository"),
        (Source(git="ext::sh -c touch% x"), "is no address of a repository"),
        (Source(git="ftp://x.org/a"), "is no address of a repository"),
        (Source(git="/srv/repository"), "is no address of a repository"),
        (Source(git="https://x.org/a b"), "is no address of a repository"),
        (Source(git="https://me:secret@x.org/a"), "must not hold a user"),
        (Source(git="https://[x"), "is no address of a repository"),
        (Source(git="https:///a"), "names no host"),
        (Source(git="ssh://-oProxyCommand=x/a"), "names no host"),
        (Source(git="file://x.org/a"), "a folder of this machine"),
        (Source(git="https://x.org/a", branch="--upload-pack=x"), "is not the name of a branch"),
        (Source(git="https://x.org/a", branch="a..b"), "is not the name of a branch"),
        (Source(git="https://x.org/a", branch="a b"), "is not the name of a branch"),
        (Source(git="https://x.org/a", folder="../x"), "is not a folder in a repository"),
        (Source(git="https://x.org/a", folder="-x"), "is not a folder in a repository"),
        (Source(git="https://x.org/a", folder="a:b"), "is not a folder in a repository"),
    ],
)
def test_what_git_could_take_for_something_else_is_refused(seeds: Path, source: Source, problem: str) -> None:
    with pytest.raises(SourcesError, match=problem):
        import_folder(seeds, "ours", source)
    assert files(seeds) == {}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"git": "file:///no/such/folder"}, "/no/such/folder"),
        ({"branch": "nope"}, "has no branch “nope”"),
        ({"folder": "nope"}, "has no folder “nope”"),
        ({"folder": "docs/logo.png"}, "has no folder"),
    ],
)
def test_what_is_not_there_is_named(
    repository: Repository, seeds: Path, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(SourcesError, match=problem):
        import_folder(seeds, "ours", Source(**({"git": repository.address} | changes)))
    assert files(seeds) == {}


def test_a_repository_without_documents_says_so(tmp_path: Path, seeds: Path) -> None:
    empty = Repository(tmp_path / "empty")
    with pytest.raises(SourcesError, match="is empty"):
        import_folder(seeds, "ours", Source(git=empty.address))
    empty.commit({"a.png": "x"})
    with pytest.raises(SourcesError, match="nothing to import"):
        import_folder(seeds, "ours", Source(git=empty.address))


def test_without_git_it_is_said(repository: Repository, seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SourcesError, match="git is not installed"):
        import_folder(seeds, "ours", Source(git=repository.address))


@pytest.mark.parametrize(
    ("address", "folder", "template"),
    [
        ("https://github.com/o/r.git", "docs/", "https://github.com/o/r/blob/main/docs/{file}"),
        ("https://github.com/o/r", "", "https://github.com/o/r/blob/main/{file}"),
        ("git@github.com:o/r.git", "", "https://github.com/o/r/blob/main/{file}"),
        ("https://github.com/o/r.wiki.git", "", "https://github.com/o/r/wiki/{path}"),
        ("ssh://git@gitlab.com/g/s/r.git", "a", "https://gitlab.com/g/s/r/-/blob/main/a/{file}"),
        ("https://codeberg.org/o/r.git", "", "https://codeberg.org/o/r/src/branch/main/{file}"),
        ("https://git.example.org/o/r.git", "", ""),
    ],
)
def test_citations_lead_to_the_file_where_its_host_shows_it(address: str, folder: str, template: str) -> None:
    assert git_repository.page_template(address, "main", folder) == template


# Private repositories

TOKEN = "a-token-of-the-tests"  # noqa: S105  # it opens nothing
BASIC = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


class _Served(BaseHTTPRequestHandler):
    """Git's own CGI program (git-http-backend(1)) behind a token."""

    root: Path

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path, _, query = self.path.partition("?")
        if self.headers.get("Authorization") != f"Basic {BASIC}":
            self.send_response(401)
            self.send_header("WWW-Authenticate", "Basic")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        variables = {
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=ENVIRONMENT | variables, capture_output=True, check=True
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.decode().split(": ", 1) for line in head.split(b"\r\n"))
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _serve  # noqa: N815  # the server's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    handler = type("Served", (_Served,), {"root": tmp_path})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("repository")
def test_a_token_opens_a_private_repository(seeds: Path, served: str) -> None:
    source = Source(git=f"{served}/repository", folder="docs")
    with pytest.raises(
        SourcesError, match=r"could not read Username|Authentication failed|terminal prompts disabled"
    ):
        import_folder(seeds, "ours", source)
    assert counts(import_folder(seeds, "ours", source, token=TOKEN)) == (2, 0, 0, 2)
    assert git_repository.default_branch(source, TOKEN) == "main"
    assert TOKEN not in "".join((seeds / "ours" / STATE_FILE).read_text())


@pytest.mark.parametrize("address", ["http://x.org/a", "ssh://x.org/a", "git@x.org:a"])
def test_a_token_goes_by_https_alone(seeds: Path, address: str) -> None:
    with pytest.raises(SourcesError, match="only sent by https"):
        import_folder(seeds, "ours", Source(git=address), token=TOKEN)
    with pytest.raises(SourcesError, match="only sent by https"):
        git_repository.default_branch(Source(git=address), TOKEN)


def test_a_token_file_holds_one_token_and_is_no_document(tmp_path: Path, seeds: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    assert read_token(file, seeds) == TOKEN
    for content in ("", "two words", "ü"):
        file.write_text(content)
        with pytest.raises(SourcesError, match="token file"):
            read_token(file, seeds)
    with pytest.raises(SourcesError, match="No such file"):
        read_token(tmp_path / "none", seeds)
    (seeds / "token.txt").write_text(TOKEN)
    with pytest.raises(SourcesError, match="among the documents"):
        read_token(seeds / "token.txt", seeds)


def test_a_file_that_is_too_large_is_named_and_the_next_ones_come_in(
    repository: Repository, seeds: Path
) -> None:
    repository.commit({"docs/guide.md": " " * (ReadLimits().size + 1)})
    result = import_folder(seeds, "ours", Source(git=repository.address))
    assert result.problems == ["docs/guide.md: it is larger than 64 MiB"]
    assert files(seeds) == {"ours/README.md": "# Top", "ours/docs/deep/page.txt": "Page"}


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_git_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    stand_in = tmp_path / "bin" / "git"
    stand_in.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {tmp_path}/child\nwait\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(SourcesError, match=r"https://x\.org/a did not answer within 1 s"):
        git(["ls-remote"], "https://x.org/a", patience=1)
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(child)], capture_output=True, text=True, check=False
        ).stdout
        if not state.strip() or state.startswith("Z"):
            return
        time.sleep(0.05)
    pytest.fail("what git had started still runs")


def test_a_tag_can_stand_for_a_branch(repository: Repository, seeds: Path) -> None:
    repository.git("tag", "v1")
    repository.commit({"README.md": "# Newer"})
    import_folder(seeds, "ours", Source(git=repository.address, branch="v1"))
    assert files(seeds)["ours/README.md"] == "# Top"


def test_documents_without_a_reader_are_counted_with_what_makes_them_readable(
    repository: Repository, seeds: Path
) -> None:
    repository.commit({"book/a.adoc": "= A", "book/b.adoc": "= B", "old.doc": "x", "main.c": "x"})
    result = import_folder(seeds, "ours", Source(git=repository.address))
    assert result.problems == [
        (
            "2 files that end in .adoc left out, for which there is no reader (`asciidoctor FILE` makes an .html of it, "
            "which is read)"
        ),
        "1 file that ends in .doc left out, for which there is no reader (save it as .docx)",
    ]
    with pytest.raises(SourcesError, match=r"nothing to import: 2 files that end in \.adoc left out"):
        import_folder(seeds, "book", Source(git=repository.address, folder="book"))


def test_a_repository_without_a_branch_of_its_own_says_so(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "--detach")
    with pytest.raises(SourcesError, match="names no branch of its own"):
        git_repository.default_branch(Source(git=repository.address))
