"""What `sources.yaml` says of folders: where their documents stand on the web, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from chipbot.errors import SourcesError
from chipbot.sources.channel_links import channel_link
from chipbot.sources.collections import Source, add_source, collection_of, read_sources
from chipbot.translation import joined

LINK = "https://discord.com/channels/100/104"


@pytest.mark.parametrize(
    ("url", "path", "address"),
    [
        ("https://x.org/docs/", "guide/start.md", "https://x.org/docs/guide/start"),
        ("https://x.org/docs", "start.v2.md", "https://x.org/docs/start.v2"),
        ("https://x.org/{path}/", "guide/start.md", "https://x.org/guide/start/"),
        ("https://x.org/{path}/", "guide/index.md", "https://x.org/guide/"),
        ("https://x.org/{path}/", "README.md", "https://x.org/"),
        ("https://x.org/{path}.html", "a b/ü.md", "https://x.org/a%20b/%C3%BC.html"),
        ("https://x.org/{path}.html", "guide/README.md", "https://x.org/guide/index.html"),
        ("https://x.org/{path}.html", "index.rst", "https://x.org/index.html"),
        ("https://x.org/blob/main/{file}", "docs/README.md", "https://x.org/blob/main/docs/README.md"),
        ("https://x.org/?page={file}", "a&b#c.md", "https://x.org/?page=a%26b%23c.md"),
        ("https://x.org/docs", "files/rules.pdf", "https://x.org/docs/files/rules.pdf"),
        ("https://x.org/{path}/", "a b/Prices.XLSX", "https://x.org/a%20b/Prices.XLSX"),
        ("https://x.org/{path}.html", "rules.pdf", "https://x.org/rules.pdf"),
        ("https://x.org/blob/{file}?plain=1", "rules.pdf", "https://x.org/blob/rules.pdf"),
        ("https://x.org/{path}.html", "notebook.ipynb", "https://x.org/notebook.html"),
        ("", "a.md", None),
    ],
)
def test_a_path_becomes_an_address(url: str, path: str, address: str | None) -> None:
    assert Source(url=url).address(path) == address


def test_the_innermost_folder_with_an_address_counts(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(
        ".: {url: https://top.org}\ndocs: {url: https://docs.org}\ndocs/de/: {url: https://de.org}\ndocs/de/x: {branch: y}\n"
    )
    sources = read_sources(file)
    assert sources.problems == ()
    addresses = {
        "a.md": "https://top.org/a",
        "other/a.md": "https://top.org/other/a",
        "docs/a.md": "https://docs.org/a",
        "docs/de/a.md": "https://de.org/a",
        "docs/de/x/a.md": "https://de.org/x/a",
        "docs/dea.md": "https://docs.org/dea",
    }
    assert {document_id: sources.address(document_id) for document_id in addresses} == addresses


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("docs: [", "no valid YAML in line 1"),
        ("- docs", "a line for each folder"),
        ("docs: https://x.org", "docs: a line like “url: https://…” is expected below it"),
        ("docs: {link: x}", "docs: link is no key (known: url, anchors, git"),
        ("docs: {url: [x]}", "docs: url must be one value, not several"),
        ("docs: {pages: many}", "docs: pages must be a whole number"),
        ("docs: {private: maybe}", "docs: private must be true or false"),
        ("docs: {url: 'https://x.org/{slug}'}", "{slug} is nothing that url can hold"),
        ("docs: {url: 'javascript:alert(1)'}", "begins with https://"),
        ("docs: {url: 'https://a@x.org'}", "begins with https://"),
        ("docs: {url: 'https://x.org/a b'}", "begins with https://"),
        ("docs: {anchors: sphinx}", "docs: anchors must be one of github, mkdocs, vitepress"),
        ("docs: {git: https://x.org/r, sitemap: https://x.org/s}", "one of git, sitemap and discord"),
        ("docs: {discord: https://x.org/1/2}", "discord must be the link of a channel"),
        (f"discord/100/r: {{discord: '{LINK}', git: https://x.org/r}}", "one of git, sitemap and discord"),
        (f"rules: {{discord: '{LINK}'}}", "alone below discord/100/NAME; “shared: true”"),
        (f"discord/200/rules: {{discord: '{LINK}'}}", "of another server: use discord/100/NAME"),
        (f"discord/100/rules: {{discord: '{LINK}', shared: true}}", "below discord/ is found in one server"),
        ("../docs: {url: https://x.org}", "../docs: that is no folder"),
        ("/etc: {url: https://x.org}", "/etc: that is no folder"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: {url: *b}", "url must be one value"),
        ("\udcff", "no valid YAML"),
        ("x: " + "[" * 5000, "no valid YAML"),
        ("#" * 2**21, "larger than 1 MiB"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_counts(tmp_path: Path, content: str, problem: str) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(content, errors="surrogateescape")
    sources = read_sources(file)
    assert problem in joined(sources.problems)
    file.write_text("good: {url: https://good.org}\nbad: {no: x}")
    assert read_sources(file).address("good/a.md") == "https://good.org/a"


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "\ufeffdocs: {url: https://x.org}"])
def test_there_may_be_nothing_to_say(tmp_path: Path, content: str) -> None:
    assert read_sources(tmp_path / "sources.yaml").problems == ()
    (tmp_path / "sources.yaml").write_text(content)
    assert read_sources(tmp_path / "sources.yaml").problems == ()
    assert joined(read_sources(tmp_path).problems) == "it cannot be read: Is a directory"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (LINK, (100, 104)),
        (f"{LINK}/1576335186004541628", (100, 104)),
        ("https://ptb.discord.com/channels/100/104/", (100, 104)),
        ("https://discord.com/channels/@me/104", None),
        ("http://discord.com/channels/100/104", None),
        ("https://discord.com.example.org/channels/100/104", None),
        ("https://discord.com/channels/１00/104", None),
        ("", None),
    ],
)
def test_a_channel_is_told_by_its_link(address: str, found: tuple[int, int] | None) -> None:
    assert channel_link(address) == found


@pytest.mark.parametrize(
    ("folder", "more"), [("discord/100/rules", ""), ("rules", ", shared: true"), ("a/b", ", shared: true")]
)
def test_a_channel_s_folder_says_where_it_is_found(tmp_path: Path, folder: str, more: str) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(f"{folder}: {{discord: '{LINK}'{more}}}")
    assert read_sources(file).problems == ()
    assert read_sources(file).imported_from(f"{folder}/104.json") == LINK


def test_a_collection_is_a_top_folder() -> None:
    assert list(map(collection_of, ("a.md", "docs/a.md", "docs/de/a.md"))) == ["", "docs", "docs"]


@pytest.mark.parametrize(
    "before", ["", "# ours\nold:\n  url: https://old.org", "old: {url: https://old.org}  # a remark\n"]
)
def test_what_is_added_leaves_the_rest_as_it_is(tmp_path: Path, before: str) -> None:
    file = tmp_path / "sources.yaml"
    if before:
        file.write_text(before)
    source = Source(url="https://x.org/{file}", git="https://x.org/r", branch="ü: #", pages=7, private=True)
    add_source(file, "new docs", source)
    assert file.read_text().startswith(before)
    read = read_sources(file)
    assert (read.problems, read.by_folder["new docs"]) == ((), source)
    assert ("old" in read.by_folder) == bool(before)
    assert [path.name for path in tmp_path.iterdir()] == ["sources.yaml"]


@pytest.mark.parametrize(
    ("before", "problem"),
    [
        ("{old: {url: https://old.org}}\n", 'cannot be added to .*: write these lines to it\n"docs":'),
        ("- old\n", "cannot be added to"),
    ],
)
def test_a_file_that_cannot_be_added_to_stays_as_it_is(tmp_path: Path, before: str, problem: str) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(before)
    with pytest.raises(SourcesError, match=problem):
        add_source(file, "docs", Source(url="https://x.org"))
    assert file.read_text() == before


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match="cannot be written"):
        add_source(tmp_path / "none" / "sources.yaml", "docs", Source(url="https://x.org"))
