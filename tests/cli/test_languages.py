"""The terminal in the language of its environment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chipbot import cli
from chipbot.cli import prompt
from chipbot.invocation import as_called
from chipbot.text.columns import width
from chipbot.translation import in_language, language, languages, typed_words

DOCUMENT = "The lamp\n\nThe workshop repairs a broken lamp for free on Fridays.\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "lamp.txt").write_text(DOCUMENT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("spoken", "indexed", "refused", "line"),
    [
        ("de_DE", "Indexiert: 1 Dokument, 1 Passage", "Dazu sagen die Dokumente nichts.", "Zeile 3"),
        ("es_MX", "Indexado: 1 documento, 1 pasaje", "Los documentos no dicen nada de eso.", "línea 3"),
        (
            "fr_FR",
            "Indexé\N{NO-BREAK SPACE}: 1 document, 1 passage",
            "Les documents ne disent rien",
            "ligne 3",
        ),
        ("pt_BR", "Indexado: 1 documento, 1 passagem", "Os documentos não dizem nada", "linha 3"),
        (
            "ja_JP",
            "インデックスに登録しました: ドキュメント1件",
            "ドキュメントにはそれについて何も書かれていません。",
            "3行目",
        ),
        ("eo", "Indexed 1 document, 1 passage", "The documents don't say anything", "line 3"),
    ],
)
def test_questions_are_answered_in_the_terminal_s_language(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    spoken: str,
    indexed: str,
    refused: str,
    line: str,
) -> None:
    monkeypatch.delenv("LANGUAGE")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LC_MESSAGES", f"{spoken}.UTF-8")
    assert cli.run(["ask", "Who", "repairs", "a", "broken", "lamp?"]) == 0
    out, err = capsys.readouterr()
    assert indexed in err
    assert line in out
    assert "»The workshop repairs a broken lamp for free on Fridays.«" in out
    cli.run(["ask", "Who", "is", "the", "king", "of", "France?"])
    assert capsys.readouterr().out.startswith(refused)
    assert cli.run(["ask", "--json", "king?"]) == 0
    assert json.loads(capsys.readouterr().out)["reason"] == "no_match"
    assert language() == "en"  # again, for whoever called


def test_the_checklist_is_in_the_terminal_s_language_and_english_for_programs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    cli.run(["doctor", "--offline"])
    out = capsys.readouterr().out
    assert "nicht gefragt, wie --offline sagt" in out
    assert "Sache" in out.splitlines()[-1] or "Alles in Ordnung." in out
    cli.run(["doctor", "--offline", "--json"])
    texts = [check["text"] for check in json.loads(capsys.readouterr().out)["checks"]]
    assert "not asked, as --offline says" in texts


@pytest.mark.parametrize(
    ("spoken", "typed", "default", "said"),
    [
        ("de", "j", False, True),
        ("de", "ja", False, True),
        ("de", "n", True, False),
        ("de", "y", False, True),
        ("fr", "oui", False, True),
        ("fr", "non", True, False),
        ("es", "", True, True),
        ("pt", "", False, False),
        ("en", "perhaps", True, True),
        ("ja", "はい", False, True),
        ("ja", "いいえ", True, False),
        ("pl", "TAK", False, True),
        ("vi", "khong", True, False),
        ("ru", "no", True, False),
    ],
)
def test_yes_is_said_in_any_language(
    monkeypatch: pytest.MonkeyPatch, spoken: str, typed: str, default: bool, said: bool
) -> None:
    monkeypatch.setattr("builtins.input", lambda: typed)
    with in_language(spoken):
        assert prompt.yes("?", default=default) == said


@pytest.mark.parametrize("spoken", languages())
def test_no_word_means_two_things(spoken: str) -> None:
    with in_language(spoken):
        yes = typed_words("words that mean yes, the first shown", "y yes")
        no = typed_words("words that mean no, the first shown", "n no")
        leave = typed_words("words that are typed to leave, the first shown", "quit exit bye")
        help_ = typed_words("words that are typed for help, the first shown", "help")
    assert not {*yes} & {*no}
    assert not {*leave} & {*help_}
    assert len(yes[0]) == len(no[0]) == 1


@pytest.mark.parametrize(
    "quoted",
    [
        "“chipbot index”",
        "«chipbot index»",
        "„chipbot index“",
        "«\N{NO-BREAK SPACE}chipbot index\N{NO-BREAK SPACE}»",
        "`chipbot index`",
    ],
)
def test_a_command_is_called_as_it_is_here_however_it_is_quoted(
    monkeypatch: pytest.MonkeyPatch, quoted: str
) -> None:
    monkeypatch.setenv("CHIPBOT_COMMAND", "./deploy/start")
    assert as_called(quoted) == quoted.replace("chipbot", "./deploy/start")


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize(
    ("spoken", "title", "ends"),
    [
        ("en", "options:", "."),
        ("ja", "オプション:", "。"),
        ("zh-TW", "選項:", "。"),
        ("th", "ตัวเลือก:", "จากเอกสาร"),
    ],
)
def test_help_fits_the_terminal_in_any_script(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    spoken: str,
    title: str,
    ends: str,
    columns: int,
) -> None:
    monkeypatch.setenv("LANGUAGE", spoken)
    monkeypatch.setenv("COLUMNS", str(columns))
    with pytest.raises(SystemExit):
        cli.run(["index", "--help"])
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if width(line) > columns and not line.startswith("  chipbot ")] == []
    assert lines.count(title) == 1
    described = "".join(lines[lines.index("") + 1 : lines.index(title)])
    assert described.endswith(ends)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ["--help"],
            0,
            ("uso: chipbot", "opciones:", "muestra esta ayuda y termina", "ejecuta el bot de Discord"),
        ),
        (["ask", "--help"], 0, ("Responde una pregunta en la terminal.", "argumentos:", "ejemplos:")),
        (["indx"], 2, ("no existe el comando indx: ¿querías decir index?", "«chipbot --help» dice más")),
        (["ask", "--jsn", "x"], 2, ("no existe la opción --jsn: ¿querías decir --json?",)),
        (["index", "--seeds", "none"], 1, ("la carpeta de documentos", "no existe: créala")),
        (
            ["restore", "none.zip"],
            1,
            ("chipbot: CHIPBOT_COOLDOWN es 'x', pero debe ser un número de 0 a 3600",),
        ),
    ],
)
def test_help_and_errors_are_in_the_terminal_s_language(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    said: tuple[str, ...],
) -> None:
    monkeypatch.setenv("LANGUAGE", "es_MX:en")
    monkeypatch.setenv("COLUMNS", "200")
    if arguments[0] == "restore":
        monkeypatch.setenv("CHIPBOT_COOLDOWN", "x")
    try:
        ended: object = cli.run(arguments)
    except SystemExit as end:
        ended = end.code
    out, err = capsys.readouterr()
    assert ended == code
    assert [sentence for sentence in said if sentence not in out + err] == []


def test_what_is_wrong_with_documents_is_said_in_the_terminal_s_language_and_english_to_programs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = Path("seeds")
    (seeds / "odd.txt").write_bytes(b"\0")
    (seeds / "guide.adoc").write_text("= Lamps")
    (seeds / "lamp.html").write_text("<div>" * 1000 + "A lamp.")  # read by another process
    (seeds / "front.md").write_text("---\nlanguage: english\n---\nA lamp.")
    (seeds / "robots.txt").write_text("x")
    (seeds / "sources.yaml").write_text("docs: {pages: many}\nlamps: {link: x}")
    assert cli.run(["index"]) == 0
    assert "not indexed: odd.txt: it is a binary file, not text" in capsys.readouterr().err
    monkeypatch.setenv("LANGUAGE", "de")
    assert cli.run(["documents"]) == 0
    rows = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()[1:-1])
    assert rows["odd.txt"] == "nicht indexiert: sie ist eine Binärdatei, kein Text"
    assert rows["guide.adoc"].endswith("macht daraus eine .html-Datei, die gelesen wird)")
    assert rows["lamp.html"].endswith("sie verschachtelt Elemente tiefer als 500-fach")
    assert "„english“ ist kein Kürzel von ISO 639-1" in rows["front.md"]
    assert rows["robots.txt"] == "ignoriert: von vornherein"
    problems = "docs: pages muss eine ganze Zahl sein; lamps: link ist kein Schlüssel (bekannt: url,"
    assert problems in rows["sources.yaml"]
    assert cli.run(["documents", "--json"]) == 0
    told = {one["document"]: one["reason"] for one in json.loads(capsys.readouterr().out)["documents"]}
    assert (told["odd.txt"], told["robots.txt"]) == ("it is a binary file, not text", "by default")


@pytest.mark.parametrize(
    ("spoken", "arguments", "said"),
    [
        ("es", ["docs", "file://elsewhere/x"], "debe llevar a una carpeta de esta máquina: file:///…"),
        ("fr", ["../docs", "https://x.org/sitemap.xml"], "ce n’est pas un dossier du dossier de documents"),
        ("pt", ["docs", "https://127.0.0.1/sitemap.xml"], "127.0.0.1 está em 127.0.0.1, que é de uma rede"),
        ("de", ["docs", "nothing"], "„nothing“ ist keine Adresse eines Repositorys"),
    ],
)
def test_what_is_wrong_with_an_import_is_said_in_the_terminal_s_language(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    spoken: str,
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.setenv("LANGUAGE", spoken)
    assert cli.run(["import", *arguments]) == 1
    assert said in capsys.readouterr().err
