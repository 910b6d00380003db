"""The command line is a contract: what goes to standard output, what to standard error, and how it ends."""

from __future__ import annotations

import argparse
import builtins
import io
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import IO, NamedTuple

import pytest
from tests.core import SEED

from chipbot import __version__, cli
from chipbot.cli.common import say, say_failures
from chipbot.cli.progress import progress
from chipbot.errors import SourcesError
from chipbot.model import Failure, IndexStatus, Progress
from chipbot.ops import daemon
from chipbot.service.knowledge_base import KnowledgeBase
from chipbot.settings import Settings
from chipbot.translation import Message, in_language, typed_words

FUND = "How much money is in the fund?"
CEO = "Who is the CEO of TSMC?"
SENTENCE = "This legislation earmarked a substantial $500 million fund dedicated to strengthening the semiconductor supply chain."
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither")


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the shipped document in seeds/ and nothing else, and no setting from
    outside.
    """
    (tmp_path / "seeds").mkdir()
    shutil.copy(SEED, tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    for name in [
        name
        for name in os.environ
        if name.startswith("CHIPBOT_") or name in ("NO_COLOR", "CREDENTIALS_DIRECTORY")
    ]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CHIPBOT_ENCODER", "off")
    return tmp_path


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process; `stdin` is what it may read."""

    def call(*arguments: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code: object
        try:
            code = cli.run(arguments)
        except SystemExit as end:
            code = end.code
        assert isinstance(code, int)
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return call


def process(
    *arguments: str | bytes, stdin: int = subprocess.DEVNULL, stdout: int | IO[bytes] = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "chipbot", *arguments]
    return subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)


def check(done: Done, code: int, *words: str) -> None:
    """The command ended with this code, nothing on standard output, and one line with these words on standard
    error.
    """
    assert (done.code, done.out) == (code, "")
    assert done.err.count("\n") == 1
    assert done.err.startswith("chipbot: ")
    for word in words:
        assert word in done.err


def builds(folder: Path) -> set[str]:
    """What kinds of things stand in the index folder."""
    names = (path.name for path in (folder / "index").iterdir()) if (folder / "index").exists() else iter(())
    return {re.sub(r"^[0-9a-f]{16}$", "a build", name) for name in names}


# What must show


def test_the_fund_is_quoted_with_its_sentence_and_its_line(run: Run) -> None:
    run("index")
    done = run("ask", FUND)
    assert (done.code, done.err) == (0, "")
    assert f"»{SENTENCE}«" in done.out
    assert f"({SEED.name}, line 3)" in done.out


def test_a_question_is_read_from_standard_input(run: Run) -> None:
    run("index")
    assert SENTENCE in run("ask", "-", stdin=f"{FUND}\n".encode()).out
    assert json.loads(run("ask", "--json", "-").out)["reason"] == "empty_question"


def test_the_demo_needs_no_documents_and_leaves_nothing(run: Run, folder: Path) -> None:
    shutil.rmtree(folder / "seeds")
    done = run("demo", stdin=f"{FUND}\n".encode())
    assert SENTENCE in done.out
    assert "How much money is in the fund?" in done.err
    assert [*folder.iterdir()] == []


def test_the_demo_says_where_its_document_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chipbot.cli.demo.DOCUMENT", "gone.txt")
    check(run("demo"), 1, "the shipped document was removed", "gone.txt", "`chipbot chat`")


def test_what_the_document_does_not_say_is_no_answer(run: Run) -> None:
    run("index")
    done = run("ask", "--json", CEO)
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["status"] == "no_answer"


# Commands


def test_index_says_what_it_did(run: Run, folder: Path) -> None:
    (folder / "seeds" / "bad.txt").write_bytes(b"\0")
    (folder / "seeds" / "odd\x1b.exe").write_bytes(b"\0")
    for _ in range(2):
        done = run("index")
        assert done.code == 0
        assert re.fullmatch(r"1 document, \d+ passages, \d+ terms in \d+\.\d s\n", done.out)
        bad, odd = done.err.splitlines()
        assert bad == "not indexed: bad.txt: it is a binary file, not text"
        assert odd.startswith("not indexed: odd\ufffd.exe: there is no reader for .exe")
    assert builds(folder) == {"CURRENT", "a build"}


def test_many_failures_are_counted(run: Run, folder: Path) -> None:
    for i in range(25):
        (folder / "seeds" / f"{i}.exe").touch()
    (line,) = run("index").err.splitlines()
    assert line.startswith("not indexed: 0.exe, 1.exe, 10.exe and 22 more: there is no reader for .exe")
    for i in range(24):
        (folder / "seeds" / f"{i}.exe").rename(folder / "seeds" / f"{i}.exe{i}")
    lines = run("index").err.splitlines()
    assert len(lines) == 21
    assert lines[-1] == "and 5 more files; `chipbot documents` lists them all"


def test_a_file_that_is_indexed_all_the_same_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    failure = Failure(
        document_id="a.md", reasons=(Message("its front matter is\x1b not YAML"),), indexed=True
    )
    say_failures(IndexStatus(id="", built_at="", documents=1, passages=1, terms=1, failures=(failure,)))
    assert capsys.readouterr().err == "indexed, but: a.md: its front matter is\ufffd not YAML\n"


def test_documents_lists_everything(run: Run, folder: Path) -> None:
    seeds = folder / "seeds"
    (seeds / "docs").mkdir()
    (seeds / "docs" / "lamp.md").write_text("---\nlanguage: english\n---\n# La[m]p\n\nIt shines.\n")
    (seeds / "docs" / "stub.md").write_text("---\ntitle: Stub\n---\n")
    (seeds / "docs" / "bad.txt").write_bytes(b"\0")
    (seeds / "robots.txt").write_text("Disallow: /")
    (seeds / "sources.yaml").write_text("docs: {url: https://docs.org, git: https://git.org/docs}")
    done = run("documents")
    assert (done.code, done.err.count("\n")) == (0, 4)
    assert "without text: 1 file" in done.err
    head, *rows, last = (re.split(r" {2,}", line) for line in done.out.splitlines())
    assert head == ["document", "passages", "title", "where it stands", "remarks"]
    assert [row[0] for row in rows] == [
        SEED.name,
        "docs/bad.txt",
        "docs/lamp.md",
        "docs/stub.md",
        "robots.txt",
    ]
    assert rows[1][1:] == ["from https://git.org/docs", "not indexed: it is a binary file, not text"]
    assert rows[2][1:4] == ["1", "La[m]p", "https://docs.org/lamp"]
    assert "“english” is no code" in rows[2][4]
    assert rows[3][1:] == ["from https://git.org/docs", "without text"]
    assert rows[4][1:] == ["ignored: by default"]
    assert re.fullmatch(r"indexed: 2, not indexed: 1, without text: 1, ignored: 1; \d passages", last[0])
    listed = json.loads(run("documents", "--json").out)
    assert listed["counts"] == {"indexed": 2, "failed": 1, "empty": 1, "ignored": 1}
    lamp = listed["documents"][2]
    assert {name: lamp[name] for name in ("document", "collection", "state", "url", "imported_from")} == {
        "document": "docs/lamp.md",
        "collection": "docs",
        "state": "indexed",
        "url": "https://docs.org/lamp",
        "imported_from": "https://git.org/docs",
    }


@pytest.mark.parametrize(
    ("columns", "name", "first"),
    [
        (40, SEED.name, [SEED.name, "  passages: 5", "  title: US and Mexico Forge Alliance in"]),
        (80, SEED.name, ["document                  passages  title"]),
        (
            80,
            "a-name-of-more-than-half-of-the-whole-window.md",
            ["a-name-of-more-than-half-of-the-whole-window.md"],
        ),
        (40, "漢" * 11 + ".md", ["漢" * 11 + ".md"]),
    ],
)
def test_documents_never_breaks_a_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, columns: int, name: str, first: list[str]
) -> None:
    (folder / "seeds" / SEED.name).rename(folder / "seeds" / name)
    monkeypatch.setenv("COLUMNS", str(columns))
    terminal = terminals(monkeypatch)
    assert cli.run(["documents"]) == 0
    lines = [
        re.sub(r"\x1b\[[\d;]*m", "", line).rstrip() for line in terminal["stdout"].getvalue().splitlines()
    ]
    assert [line[: len(begins)] for line, begins in zip(lines, first, strict=False)] == first
    assert any(line.split()[0] == name for line in lines), lines
    assert max(map(len, lines)) <= columns


def test_ask_builds_what_is_missing_and_says_so(run: Run, folder: Path) -> None:
    done = run("ask", *FUND.split())
    assert SENTENCE in done.out
    assert re.fullmatch(r"Indexed 1 document, .* in \d+\.\d s\.\n", done.err)
    (folder / "seeds" / "law.txt").write_text("The Law\n\nThe zebra clause was added in 1999.\n")
    done = run("ask", "When was the zebra clause added?")
    assert "Indexed 2 documents" in done.err
    assert "law.txt, line 3" in done.out


@pytest.mark.parametrize("harm", ["missing", "truncated", "flipped", "foreign"])
def test_ask_repairs_an_index(run: Run, folder: Path, harm: str) -> None:
    run("index")
    (build,) = (path for path in (folder / "index").iterdir() if path.is_dir())
    content = (build / "arrays.bin").read_bytes()
    if harm == "missing":
        shutil.rmtree(build)
    elif harm == "truncated":
        (build / "arrays.bin").write_bytes(content[:-100])
    elif harm == "flipped":
        (build / "arrays.bin").write_bytes(content[:500] + bytes([content[500] ^ 1]) + content[501:])
    else:
        manifest = json.loads((build / "manifest.json").read_bytes())
        (build / "manifest.json").write_text(json.dumps(manifest | {"format": 999}))
    done = run("ask", FUND)
    assert done.code == 0
    assert SENTENCE in done.out
    problem, built = done.err.splitlines()
    assert "run `chipbot index` to build it again — building it now" in problem
    assert built.startswith("Indexed 1 document")
    assert run("ask", FUND) == Done(0, done.out, "")
    assert builds(folder) == {"CURRENT", "a build"}


def test_the_json_contract(run: Run) -> None:
    run("index")
    for question in (FUND, CEO, "?", "zebra"):
        done = run("ask", "--json", question)
        (line,) = done.out.splitlines()
        result = json.loads(line)
        keys = [
            "question",
            "status",
            "reason",
            "confidence",
            "quotes",
            "suggestions",
            "corrections",
            "milliseconds",
        ]
        assert [*result][: len(keys)] == keys
        assert result["question"] == question
        assert result["status"] in ("answered", "no_answer")
        reasons: dict[str, list[str | None]] = {
            "answered": [None],
            "no_answer": ["no_match", "low_confidence", "empty_question"],
        }
        assert result["reason"] in reasons[result["status"]]
        for quote in (*result["quotes"], *result.get("rejected", ())):
            assert [*quote] == ["text", "highlights", "blocks", "marks", "score", "citation"]
            place = [
                "document",
                "title",
                "version",
                "heading",
                "page",
                "line_start",
                "line_end",
                "label",
                "start",
                "end",
                "url",
            ]
            assert [*quote["citation"]] == place
            text = SEED.read_bytes().decode()
            assert text[quote["citation"]["start"] : quote["citation"]["end"]] == quote["text"]


@pytest.mark.parametrize("question", ["", "😀", "**__**", "x" * 6000, "\udcff\udc80 fund", "\x1b[2J\x07"])
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_no_question_is_too_odd(run: Run, question: str, options: list[str]) -> None:
    run("index")
    done = run("ask", *options, "--", question)
    assert (done.code, done.err) == (0, "")
    assert done.out
    assert "\x1b" not in done.out


def test_folders_are_named_on_every_command(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "seeds").rename(folder / "documents")
    for command in (["index"], ["ask", FUND], ["chat"]):
        done = run(*command, "--seeds", "documents", "--index", "built")
        assert done.code == 0, done.err
        assert {path.name for path in folder.iterdir()} == {"documents", "built"}
    shutil.rmtree(folder / "built")
    monkeypatch.setenv("CHIPBOT_SEEDS", str(folder / "documents"))
    monkeypatch.setenv("CHIPBOT_INDEX", str(folder / "elsewhere"))
    assert SENTENCE in run("ask", FUND).out
    assert {path.name for path in folder.iterdir()} == {"documents", "elsewhere"}


def test_chat_answers_line_by_line(run: Run) -> None:
    run("index")
    done = run("chat", stdin=f"{FUND}\n\nhello\nthanks\r\nwhy?\nzebra\n".encode())
    assert (done.code, done.err) == (0, "")
    asked = re.findall(r"^\? (.*)", done.out, re.MULTILINE)
    assert asked == [FUND, "hello", "thanks", "why?", "zebra"]
    replies = re.split(r"^\? .*\n", done.out, flags=re.MULTILINE)[1:]
    assert SENTENCE in replies[0]
    assert replies[1].startswith("Ask me anything that these documents answer: US and Mexico Forge Alliance")
    assert replies[2] == "You're welcome.\n\n"
    assert "don't" not in replies[3]  # it leans on the question before the small talk
    assert "don't say anything" in replies[4]


def test_a_chat_carries_the_topic_along(run: Run) -> None:
    run("index")
    done = run(
        "chat", stdin=b"What is the first step of the cooperation?\nwhat will it include?\nand Brazil?\n"
    )
    replies = re.split(r"^\? .*\n", done.out, flags=re.MULTILINE)[1:]
    assert "This will include an examination" in replies[1]
    assert "don't say anything" in replies[2]


def test_chat_survives_what_is_no_text(run: Run) -> None:
    run("index")
    done = run("chat", stdin=b"\xff\xfe broken\n\0\nHow much money is in the fund?\n")
    assert done.code == 0
    assert SENTENCE in done.out


def test_without_a_command_or_a_token_it_chats(run: Run) -> None:
    run("index")
    done = run(stdin=FUND.encode())
    assert (done.code, done.err) == (0, "")
    assert SENTENCE in done.out


@pytest.mark.parametrize("command", [[], ["run"]])
def test_with_a_token_it_runs_the_bot(run: Run, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setenv("CHIPBOT_TOKEN", "a.b.c")
    ran: list[tuple[int, int]] = []

    def serve(settings: Settings, knowledge_base: KnowledgeBase, reread: Callable[[], Settings]) -> None:
        monkeypatch.setenv("CHIPBOT_MAX_QUOTES", "1")
        ran.append((knowledge_base.status().documents, reread().max_quotes - settings.max_quotes))

    monkeypatch.setattr(daemon, "run", serve)
    monkeypatch.setattr(daemon, "configure_logs", lambda _: None)
    assert run(*command).code == 0
    assert ran == [(1, -2)]


def test_run_without_a_token_says_so(run: Run, folder: Path) -> None:
    check(run("run"), 78, "token")
    assert builds(folder) == set()


@POSIX
def test_run_waits_for_a_token_where_it_would_be_started_for_ever() -> None:
    waiting = process("run", "--wait-for-token")
    assert waiting.stderr is not None
    for number in (signal.SIGHUP, signal.SIGTERM):
        assert b"no Discord token is set" in waiting.stderr.readline()
        assert b"waiting for a token; a restart or SIGHUP tries again" in waiting.stderr.readline()
        waiting.send_signal(number)
    assert waiting.communicate(timeout=60) == (b"", b"")
    assert waiting.returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["ask"],
        ["--nonsense"],
        ["ask", "--nonsense", "x"],
        ["index", "extra"],
        ["--seeds", "x"],
        ["ask", "--seeds"],
    ],
)
def test_wrong_usage(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("usage: chipbot")


@pytest.mark.parametrize(
    ("arguments", "usage", "said"),
    [
        (["indx"], "usage: chipbot [-h]", "there is no command indx: did you mean index?"),
        (["zzz"], "usage: chipbot [-h]", "there is no command zzz;"),
        (["help"], "usage: chipbot [-h]", "there is no command help: did you mean --help?"),
        (["version"], "usage: chipbot [-h]", "there is no command version: did you mean --version?"),
        (["--verison"], "usage: chipbot [-h]", "there is no option --verison: did you mean --version?"),
        (
            ["--seeds", "x", "ask", "y"],
            "usage: chipbot [-h]",
            "there is no option --seeds here: a command's options go after it;",
        ),
        (
            ["--seeds=x"],
            "usage: chipbot [-h]",
            "there is no option --seeds here: a command's options go after it;",
        ),
        ([FUND], "usage: chipbot [-h]", f"to ask a question, put “ask” before it: chipbot ask '{FUND}'"),
        (["ask", "--jsno", "x"], "usage: chipbot ask", "there is no option --jsno: did you mean --json?"),
        (["doctor", "--zzz=1"], "usage: chipbot doctor", "there is no option --zzz;"),
        (["index", "extra"], "usage: chipbot index", "there is one argument too many: 'extra'"),
        (["ask", "--jso", "x"], "usage: chipbot ask", "there is no option --jso: did you mean --json?"),
        (["ask"], "usage: chipbot ask", "chipbot: QUESTION is missing; “chipbot ask --help” says more"),
        (["ask", "--seeds"], "usage: chipbot ask", "--seeds needs a value;"),
        (["ask", "--json=1", "x"], "usage: chipbot ask", "--json takes no value;"),
        (["report", "--csv", "--json"], "usage: chipbot report", "--csv and --json exclude each other;"),
        (["eval", "x", "--wrong", "y"], "usage: chipbot eval", "--wrong is 'y', but must be a whole number;"),
        (["encoder", "x"], "usage: chipbot encoder", "action is 'x', but must be one of: "),
        (["index", "--limits", "1"], "usage: chipbot index", "--limits: expected 3 arguments;"),
    ],
)
def test_wrong_usage_names_what_was_meant(run: Run, arguments: list[str], usage: str, said: str) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert done.err.startswith(usage)
    assert said in done.err.splitlines()[-1]


def test_wrong_usage_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    shown = terminals(monkeypatch)["stderr"]
    with pytest.raises(SystemExit):
        cli.run(["aks"])
    lines = shown.getvalue().splitlines()
    assert max(map(len, lines)) <= 40
    assert " ".join(lines).endswith(
        "chipbot: there is no command aks: did you mean ask?; “chipbot --help” says more"
    )


@pytest.mark.parametrize("arguments", [["index"], ["backup", "chipbot-of-the-night.zip"]])
def test_results_fit_the_terminal(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    terminal = terminals(monkeypatch)
    assert cli.run(arguments) == 0
    lines = terminal["stdout"].getvalue().splitlines()
    assert len(lines) > 1
    assert all(len(line) <= 30 or " " not in line for line in lines), lines


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete_every_command(run: Run, shell: str) -> None:
    done = run("completion", shell)
    assert (done.code, done.err) == (0, "")
    for name in ("index", "ask", "doctor", "completion", "--json"):
        assert name.removeprefix("--") in done.out


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_a_command_and_its_options(run: Run) -> None:
    script = run("completion", "bash").out
    asked = 'COMP_WORDS=(chipbot doc); COMP_CWORD=1; COMP_LINE="chipbot doc"; COMP_POINT=11; COMP_TYPE=9; COMP_KEY=9\n'
    name = re.search(r"^complete .*-F (\S+)", script, re.MULTILINE)
    assert name is not None
    done = subprocess.run(
        ["bash"],
        input=f'{script}\n{asked}{name[1]} chipbot doc chipbot\necho "${{COMPREPLY[@]}}"\n',
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["documents", "doctor"], done.stderr


def test_help_and_usage_can_be_typed_as_they_stand(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPBOT_COMMAND", "./deploy/start")
    shown = run("ask", "--help").out
    assert shown.startswith("usage: ./deploy/start ask ")
    assert f'\nexamples:\n  ./deploy/start ask "{FUND}"\n' in shown
    assert run("ask").err.endswith("“./deploy/start ask --help” says more\n")
    assert run("completion", "bash").out.rstrip().endswith(" chipbot")


@pytest.mark.parametrize("command", [[], *([name] for name in cli.command_line()[1])])
def test_help(run: Run, command: list[str]) -> None:
    done = run(*command, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("usage: chipbot")


def commands() -> dict[str, argparse.ArgumentParser]:
    """The parser of each command, by its name."""
    parser, _ = cli.command_line()
    (choices,) = (action.choices for action in parser._actions if isinstance(action.choices, dict))
    return choices


def examples(parser: argparse.ArgumentParser) -> list[str]:
    """The command lines that --help shows, without the name of the program."""
    return [line.strip().removeprefix("chipbot ") for line in (parser.epilog or "").splitlines()[1:]]


TRIED_ELSEWHERE = {
    "import": "tests/sources/test_git_import.py",
    "run": "tests/wire",
    "setup": "tests/test_setup.py",
    "report": "tests/cli/test_report.py, with a journal",
    "web": "the pages, below",
    "demo --web": "the pages, below",
    "encoder install": "tests/retrieval/test_encoder_model.py",
}
"""Examples that go on until they are stopped, or ask a person or the network: they are only parsed here."""


def test_every_command_shows_examples_that_work_as_they_stand(run: Run, folder: Path) -> None:
    (folder / "handbook").mkdir()
    shutil.copy(SEED, folder / "handbook")
    (folder / "questions.jsonl").write_text(json.dumps({"question": FUND, "answers": ["$500 million"]}))
    for name, parser in commands().items():
        assert examples(parser), name
        for example in examples(parser):
            command, _, file = example.partition(" < ")
            typed = shlex.split(command.partition(" > ")[0].replace("~", str(folder)))
            assert typed[0] == name
            if name in TRIED_ELSEWHERE or example in TRIED_ELSEWHERE:
                cli.command_line()[0].parse_args(typed)
            else:
                done = run(*typed, stdin=f"{FUND}\n".encode() if file else b"")
                assert done.code == (1 if name == "doctor" else 0), (example, done.err)  # there is no token
                assert "Traceback" not in done.err


@pytest.mark.parametrize("command", [["demo"], ["completion", "bash"]])
@pytest.mark.parametrize("option", ["--seeds", "--index"])
def test_what_reads_no_folder_takes_none(run: Run, command: list[str], option: str) -> None:
    done = run(*command, option, "handbook")
    assert (done.code, done.out) == (2, "")
    assert f"chipbot: there is no option {option}; “chipbot {command[0]} --help” says more\n" in done.err
    assert option not in run(command[0], "--help").out


def test_the_version(run: Run) -> None:
    assert run("--version") == run("-V") == Done(0, f"chipbot {__version__}\n", "")


# What goes wrong


@pytest.mark.parametrize("command", [["index"], ["ask", "x"], ["chat"], []])
def test_an_unknown_folder(run: Run, folder: Path, command: list[str]) -> None:
    shutil.rmtree(folder / "seeds")
    check(run(*command), 1, "does not exist: create it", "--seeds")


def test_an_empty_folder(run: Run, folder: Path) -> None:
    (folder / "seeds" / SEED.name).unlink()
    check(run("ask", FUND), 1, "is empty: put documents in it; `chipbot demo`")


def test_a_wrong_setting(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPBOT_MIN_CONFIDENCE", "much")
    check(run("ask", FUND), 1, "CHIPBOT_MIN_CONFIDENCE is 'much'", "from 0 to 1")


def test_a_misspelt_setting_is_told_and_no_obstacle(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("index")
    monkeypatch.setenv("CHIPBOT_MIN_CONFIDENSE", "0.3")
    done = run("ask", FUND)
    assert done.code == 0
    assert (
        done.err == "chipbot: CHIPBOT_MIN_CONFIDENSE is not a setting: did you mean CHIPBOT_MIN_CONFIDENCE?\n"
    )


def test_a_misspelt_setting_is_told_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("index")
    monkeypatch.setenv("CHIPBOT_MIN_CONFIDENSE", "0.3")
    assert run().err.count("CHIPBOT_MIN_CONFIDENSE") == 1


def test_an_index_folder_that_cannot_be_written(run: Run, folder: Path) -> None:
    (folder / "index").write_text("mine")
    check(run("index"), 1, "the index folder index cannot be written", "--index")
    done = run("ask", FUND)
    assert done.code == 0
    assert SENTENCE in done.out
    assert "answering from memory" in done.err
    assert (folder / "index").read_text() == "mine"


@pytest.mark.parametrize(
    "where", ["chipbot.index.segment.SegmentBuilder.add", "chipbot.index.merge.Merger.arrays", "os.fsync"]
)
def test_an_interrupt_while_building_leaves_nothing(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(where, interrupted)
        check(run("index"), 130, "stopped")
    assert builds(folder) == set()
    assert run("index").code == 0


# Terminals


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def terminals(monkeypatch: pytest.MonkeyPatch) -> dict[str, Terminal]:
    """Put terminals in place of the standard streams (in the test itself: pytest has its own before)."""
    streams = {name: Terminal() for name in ("stdin", "stdout", "stderr")}
    for name, stream in streams.items():
        monkeypatch.setattr(sys, name, stream)
    return streams


COLOURS = [
    ("TERM", "xterm", True),
    ("NO_COLOR", "", False),
    ("NO_COLOR", "1", False),
    ("TERM", "dumb", False),
]


@pytest.mark.parametrize(("variable", "value", "bold"), COLOURS)
def test_colour_is_for_terminals_that_want_it(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, bold: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(variable, value)
    terminal = terminals(monkeypatch)
    assert cli.run(["ask", FUND]) == 0
    shown = terminal["stdout"].getvalue()
    assert (f"\x1b[1m{SENTENCE}\x1b[0m" in unwrapped(shown)) == bold
    assert ("\x1b" in shown) == bold


def test_each_step_of_a_build_has_its_own_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    terminal = terminals(monkeypatch)
    seconds = iter([0, 0, 1, 3, 4, 5])
    monkeypatch.setattr("chipbot.cli.progress.time", SimpleNamespace(monotonic=lambda: next(seconds)))
    with progress() as report:
        for step, done in (("reading", 0), ("reading", 5), ("reading", 9), ("indexing", 0), ("indexing", 2)):
            report(Progress(step=step, done=done, total=9))
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal["stderr"].getvalue())
    assert "reading" in shown
    assert shown.rpartition("\r")[0].endswith("2/9 2/s -:--:--\n")
    assert "indexing" in shown


def unwrapped(shown: str) -> str:
    """What a terminal shows, without the line breaks that fit it to the window."""
    return shown.replace("\x1b[0m\n│ \x1b[1m", " ").replace("\n│ ", " ")


@pytest.mark.parametrize("end", ["", "quit", "EXIT", None])
def test_a_chat_in_a_terminal(monkeypatch: pytest.MonkeyPatch, end: str | None) -> None:
    lines = iter([FUND, "hi", end, FUND])

    def typed(prompt: str) -> str:
        assert prompt == "\n? "
        line = next(lines)
        if line is None:
            raise EOFError
        return line

    monkeypatch.setattr(builtins, "input", typed)
    terminal = terminals(monkeypatch)
    assert cli.run([]) == 0
    assert unwrapped(terminal["stdout"].getvalue()).count(SENTENCE) == 1
    said = " ".join(terminal["stderr"].getvalue().split())
    assert "put the line CHIPBOT_TOKEN=… into .env" in said
    assert "Ctrl-D ends" in said
    assert [*lines] == [FUND]


@pytest.mark.parametrize("spoken", ["en", "de", "tr", "zh"])
def test_a_chat_says_which_words_help_and_end_it(monkeypatch: pytest.MonkeyPatch, spoken: str) -> None:
    with in_language(spoken):
        leave = typed_words("words that are typed to leave, the first shown", "quit exit bye")
        help_ = typed_words("words that are typed for help, the first shown", "help")
    lines = iter([help_[0].upper(), leave[0], FUND])
    monkeypatch.setattr(builtins, "input", lambda _: next(lines))
    monkeypatch.setenv("LANGUAGE", spoken)
    terminal = terminals(monkeypatch)
    assert cli.run(["chat"]) == 0
    said = terminal["stderr"].getvalue()
    assert said.count(help_[0]) == said.count(leave[0]) == 2
    assert [*lines] == [FUND]


def test_an_interrupt_clears_the_line_before_it_ends_the_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter([None, FUND, "help", None, None, FUND])

    def typed(_: str) -> str:
        line = next(lines)
        if line is None:
            raise KeyboardInterrupt
        return line

    monkeypatch.setattr(builtins, "input", typed)
    monkeypatch.setenv("COLUMNS", "200")
    terminal = terminals(monkeypatch)
    assert cli.run(["chat"]) == 130
    assert unwrapped(terminal["stdout"].getvalue()).count(SENTENCE) == 1
    said = terminal["stderr"].getvalue()
    assert said.count("Ctrl-C once more ends.") == 2
    assert said.count("“help” says this again") == 2
    assert [*lines] == [FUND]


def test_what_is_said_is_broken_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = terminals(monkeypatch)
    monkeypatch.setenv("COLUMNS", "30")
    say("  one two three four five six seven\n\nhttps://example.org/a/very/long/address")
    say("2. one two three four five six seven")
    assert terminal["stderr"].getvalue() == (
        "  one two three four five six\n  seven\n\nhttps://example.org/a/very/long/address\n"
        "2. one two three four five six\n   seven\n"
    )
    monkeypatch.setenv("COLUMNS", "300")
    say("word " * 60)
    assert max(map(len, terminal["stderr"].getvalue().splitlines())) == 99


@pytest.mark.parametrize("slow", [True, False])
def test_a_bar_shows_only_where_it_takes_long(monkeypatch: pytest.MonkeyPatch, slow: bool) -> None:
    clock = iter(range(10_000))
    real = KnowledgeBase.reindex

    def reindex(knowledge_base: KnowledgeBase, report: Callable[[Progress], None]) -> IndexStatus:
        for done in range(3):
            report(Progress(step="reading", done=done, total=3))
        return real(knowledge_base, report)

    monkeypatch.setattr(KnowledgeBase, "reindex", reindex)
    if slow:
        monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    terminal = terminals(monkeypatch)
    assert cli.run(["index"]) == 0
    shown = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", terminal["stderr"].getvalue())
    assert ("reading" in shown) == slow
    assert (
        bool(re.search(r" 1/1 \d+/s \d:\d\d:\d\d", shown)) == slow
    )  # done, the rate, and the time that remains
    assert terminal["stdout"].getvalue().startswith("1 document")


# Processes


def test_asking_loads_only_what_it_needs(run: Run) -> None:
    run("index")
    code = "import sys; from chipbot.cli import run; run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code, "ask", FUND], capture_output=True, text=True, check=True
    )
    assert SENTENCE in done.stdout
    loaded = set(done.stderr.split())
    unneeded = {
        "discord",
        "aiohttp",
        "rank_bm25",
        "sqlalchemy",
        "alembic",
        "sentencex",
        "markdown_it",
        "mdit_py_plugins",
        "yaml",
        "charset_normalizer",
        "py3langid",
        "rich",
        "prometheus_client",
    }
    assert (
        loaded
        & (unneeded | {"chipbot.bot", "chipbot.index.builder", "chipbot.index.segment", "logging.handlers"})
        == set()
    )


@POSIX
def test_a_reader_that_has_gone_is_no_error_to_tell(run: Run) -> None:
    run("index")
    reading, writing = os.pipe()
    os.close(reading)
    done = process("ask", FUND, stdout=writing)
    os.close(writing)
    assert done.communicate(timeout=60)[1] == b""
    assert done.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_output_that_cannot_be_written_is_told_in_one_line(run: Run) -> None:
    run("index")
    with Path("/dev/full").open("wb") as full:
        done = process("ask", FUND, stdout=full)
        error = done.communicate(timeout=60)[1].decode()
    check(Done(done.returncode, "", error), 1, "No space left on device")


@POSIX
def test_an_interrupt_ends_a_chat_with_one_line(folder: Path) -> None:
    chat = process("chat", stdin=subprocess.PIPE)
    assert chat.stdin is not None
    assert chat.stdout is not None
    chat.stdin.write(f"{FUND}\n".encode())
    chat.stdin.flush()
    assert chat.stdout.readline() == f"? {FUND}\n".encode()
    while chat.stdout.readline().strip():
        pass  # the answer ends with an empty line, after which the chat waits for the next question
    chat.send_signal(signal.SIGINT)
    error = chat.communicate(timeout=60)[1].decode()
    assert chat.returncode == 130
    assert error.splitlines()[1:] == ["chipbot: stopped"]
    assert builds(folder) == {"CURRENT", "a build"}


@POSIX
def test_arguments_that_are_no_text_can_be_asked(run: Run) -> None:
    run("index")
    done = process("ask", "--json", b"fund \xff\xfe")
    out, error = done.communicate(timeout=60)
    assert (done.returncode, error) == (0, b"")
    assert json.loads(out)["status"] in ("answered", "no_answer")


@pytest.mark.parametrize(
    "arguments",
    [("ask", "--seeds", "\x1b[31mno", "x"), ("restore", "\x1b[31mx.zip"), ("eval", "\x1b[31mq.jsonl")],
)
def test_no_name_drives_the_terminal(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) != 0
    assert "\x1b" not in capsys.readouterr().err


# Imports


def repository(folder: Path) -> str:
    """A Git repository with a document; its address."""
    docs = folder / "repository" / "docs"
    docs.mkdir(parents=True)
    (docs / "lamp.md").write_text("# Lamp\n\n## Bulb\n\nThe bulb is changed with a green wrench.\n")
    who = {
        f"GIT_{role}_{what}": "x@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    for command in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "."],
        ["commit", "--quiet", "-m", "x"],
    ):
        subprocess.run(["git", "-C", docs.parent, *command], env=os.environ | who, check=True)
    return docs.parent.as_uri()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_repository_is_imported_and_cited_by_its_own_address(run: Run, folder: Path) -> None:
    address = repository(folder)
    done = run("import", "lamps", address, "--folder", "docs", "--url", "https://lamps.org/{path}/")
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"lamps: 1 file, at [0-9a-f]{12}: 1 added\n", done.out)
    answer = json.loads(run("ask", "--json", "With what is the bulb changed?").out)
    assert answer["quotes"][0]["citation"]["url"].startswith(
        "https://lamps.org/lamp/#bulb:~:text=The%20bulb%20is"
    )
    assert (folder / "seeds" / "sources.yaml").read_text() == (
        f'"lamps":\n  url: "https://lamps.org/{{path}}/"\n  git: "{address}"\n  branch: "main"\n  folder: "docs"\n'
    )
    assert "nothing has changed" in run("import").out
    assert "nothing has changed" in run("import", "lamps").out
    listed = json.loads(run("documents", "--json").out)["documents"]
    assert [entry["imported_from"] for entry in listed] == ["", address]
    check(run("import", "lamps", address), 1, "lamps is in", "already")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_an_import_that_fails_is_named_and_the_others_go_on(run: Run, folder: Path) -> None:
    address = repository(folder)
    (folder / "seeds" / "sources.yaml").write_text(
        f"a: {{git: 'file:///none'}}\nb: {{git: '{address}'}}\nc: {{x: y}}\n"
    )
    done = run("import")
    assert done.code == 1
    assert re.fullmatch(r"b: 1 file, .*\n", done.out)
    problem, failure = done.err.splitlines()
    assert problem.startswith("chipbot: sources.yaml: c: x is no key")
    assert failure.startswith("chipbot: a: file:///none: ")


def test_a_channel_is_written_down_for_the_running_bot(run: Run, folder: Path) -> None:
    link = "https://discord.com/channels/100/104"
    done = run("import", "rules", link)
    assert done.code == 0
    assert (
        done.out == "discord/100/rules: the running bot brings it in within a minute, and keeps it in sync\n"
    )
    assert "CHIPBOT_MESSAGE_CONTENT=true" in done.err
    (folder / ".env").write_text("CHIPBOT_MESSAGE_CONTENT=true\n")
    assert run("import", "everywhere", link, "--shared").err == ""
    assert (folder / "seeds" / "sources.yaml").read_text() == (
        f'"discord/100/rules":\n  discord: "{link}"\n"everywhere":\n  discord: "{link}"\n  shared: true\n'
    )
    check(run("import", "rules", link), 1, "discord/100/rules is in", "already")
    check(
        run("import", "everywhere"), 1, "everywhere is a channel, which the bot keeps in sync while it runs"
    )
    done = run("import")
    assert (done.code, done.out, done.err) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing is imported yet"),
        (["docs"], "does not say where docs comes from"),
        (["docs", "x y"], "is no address of a repository"),
        (["docs", "-x"], ""),
        (["../docs", "https://x.org/sitemap.xml"], "that is no folder"),
        (["../docs", "https://x.invalid/y.git"], "../docs: that is no folder"),
        (["docs", "https://127.0.0.1/sitemap.xml"], "is private to a network"),
        (["docs", "https://x.org/sitemap.xml", "--url", "ftp://x"], "begins with https://"),
        (["docs", "https://x.org/r", "--token-file", "none"], "token file .*none"),
        (["../x", "https://discord.com/channels/1/2"], "that is no folder"),
        (
            ["discord/1/x", "https://discord.com/channels/1/2", "--shared"],
            "below discord/ is found in one server",
        ),
    ],
)
def test_a_wrong_import_is_one_line_and_changes_nothing(
    run: Run, folder: Path, arguments: list[str], words: str
) -> None:
    done = run("import", *arguments)
    assert done.code == (1 if words else 2)
    assert re.search(words, done.err)
    assert {path.name for path in (folder / "seeds").iterdir()} == {SEED.name}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_what_an_import_says_drives_no_terminal(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server says what it likes, and so does who writes a sitemap."""

    def refuse(*_: object, **__: object) -> str:
        raise SourcesError(Message("remote: \x1b]0;title\x07 no"))

    monkeypatch.setattr("chipbot.sources.git_repository.git", refuse)
    (folder / "seeds" / "sources.yaml").write_text('a:\n  git: https://x.invalid/y\n"b\\e[2J": {x: y}\n')
    done = run("import")
    assert done.code == 1
    assert "remote: \ufffd]0;title\ufffd no" in done.err
    assert not {character for character in done.err if not character.isprintable()} - {"\n"}


@pytest.mark.parametrize("file", [".env", "token", "password", "copy"])
def test_no_import_sends_a_secret_of_the_bots_own(run: Run, folder: Path, file: str) -> None:
    """As a `sources.yaml` would have it that came with somebody's backup."""
    token = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"  # noqa: S105  # made up
    (folder / "token").write_text(f"{token}\n")
    (folder / "password").write_text("scrypt:1:2:3:a:b\n")
    (folder / ".env").write_text("CHIPBOT_WEB_PASSWORD_FILE=password")
    (folder / "copy").write_text(f"x{token}")
    if file != ".env":
        (folder / ".env").write_text("CHIPBOT_WEB_PASSWORD_FILE=password\nCHIPBOT_TOKEN_FILE=token\n")
    (folder / "seeds" / "sources.yaml").write_text(
        f"a:\n  git: https://x.invalid/y.git\n  token_file: ../{file}\n"
    )
    done = run("import")
    assert done.code == 1
    assert f"{file} holds a secret of the bot's own, which is sent to nobody" in done.err
    assert token not in done.err


# Pages


@POSIX
@pytest.mark.parametrize(
    ("command", "others"),
    [
        (["web"], ""),
        (
            ["demo", "--web"],
            "CHIPBOT_WEB_HOST=0.0.0.0\nCHIPBOT_WEB_URL=https://docs.example\nCHIPBOT_SERVERS=1\n",
        ),
    ],
)
def test_the_pages_are_served_without_discord(
    folder: Path, unused_tcp_port: int, command: list[str], others: str
) -> None:
    (folder / ".env").write_text(f"CHIPBOT_WEB_PORT={unused_tcp_port}\n{others}")
    server = process(*command)
    assert server.stderr is not None
    where = f"The pages are at http://127.0.0.1:{unused_tcp_port} (Ctrl-C ends).\n"
    assert where.encode() in iter(server.stderr.readline, b"")
    address = f"http://127.0.0.1:{unused_tcp_port}"
    for path in ("/", "/documents", "/readyz", "/metrics"):
        with urllib.request.urlopen(address + path) as answer:  # noqa: S310  # it is http
            assert answer.status == 200
    question = urllib.request.Request(address, data=urllib.parse.urlencode({"question": FUND}).encode())
    with urllib.request.urlopen(question) as answer:  # noqa: S310  # likewise
        assert "$500 million fund" in answer.read().decode()
    server.send_signal(signal.SIGTERM)
    out, _ = server.communicate(timeout=60)
    assert (server.returncode, out) == (0, b"")


def test_the_pages_are_not_shown_to_others_unasked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPBOT_WEB_HOST", "0.0.0.0")  # noqa: S104  # what is refused
    done = run("web")
    assert (done.code, done.out) == (1, "")
    assert "others could read the documents: set CHIPBOT_WEB_URL" in done.err


@POSIX
def test_a_password_is_set(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = ["correct horse battery", "correct horse battery"]
    monkeypatch.setattr("chipbot.cli.web.secret", lambda _: typed.pop(0))
    file = folder / "password"
    monkeypatch.setenv("CHIPBOT_WEB_PASSWORD_FILE", str(file))
    done = run("web", "--set-password")
    assert (done.code, done.err) == (0, f"The password's hash is in {file}; the pages are at /operator.\n")
    assert file.read_text().startswith("scrypt:16384:8:5:")


def _ended(_: str) -> str:
    raise EOFError


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (None, "set CHIPBOT_WEB_PASSWORD_FILE to the file that is to hold the password"),
        (["a", "b"], "the two differ: nothing is written"),
        (["a", "a"], "a password has 12 to 1,000 characters"),
        ([], "no password was typed: nothing is written"),
    ],
)
def test_a_password_that_is_not_set(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str] | None, words: str
) -> None:
    if typed is not None:
        monkeypatch.setenv("CHIPBOT_WEB_PASSWORD_FILE", str(folder / "password"))
    answers = iter(typed or [])
    monkeypatch.setattr("chipbot.cli.web.secret", lambda _: next(answers, None) or _ended(_))
    done = run("web", "--set-password")
    assert (done.code, done.out) == (1, "")
    assert words in done.err
    assert not (folder / "password").exists()
