"""Makes what people type of well-formed questions: search-engine terseness, and one typing error each.

    python -m tests.quality.terse QUESTIONS.jsonl… --out FOLDER

writes FOLDER/SET-NAME.terse.jsonl and FOLDER/SET-NAME.typo.jsonl, where SET is the file's own folder, with
everything but the question as it was. The same question always gives the same variants.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import regex

from chipbot.text.languages import language as language_of
from chipbot.text.tokenizer import fold
from chipbot.text.words import UNSEGMENTED

SEED = 1
DROPPED = 0.8  # the share of function words and of punctuation marks that a terse question goes without
LONG_WORD = 5  # letters from which a word is given a typing error
ALPHABET = "abcdefghijklmnopqrstuvwxyz"

_WORD = regex.compile(rf"(?:(?!{UNSEGMENTED})\p{{L}}\p{{M}}*){{{LONG_WORD},}}", regex.VERSION1)
_CLUSTER = regex.compile(r"\X")

Variant = Callable[[str, str, random.Random], str]


def terse(question: str, language: str, dice: random.Random) -> str:
    """Lower-case a question and drop most of its function words, question words among them, and of its
    punctuation.
    """
    grammar = language_of(language).function_words
    kept = []
    for word in question.lower().split():
        bare = regex.sub(r"^\P{L}+|\P{L}+$", "", word)
        if (bare in grammar or fold(bare) in grammar) and dice.random() < DROPPED:
            continue
        stripped = regex.sub(r"\p{P}", lambda mark: "" if dice.random() < DROPPED else mark.group(), word)
        if stripped:
            kept.append(stripped)
    return " ".join(kept) or question.lower()


def typo(question: str, _: str, dice: random.Random) -> str:
    """Make one typing error in one longer word: a letter too many, too few, wrong, or two the wrong way
    round.
    """
    words = list(_WORD.finditer(question))
    if not words:
        return question
    word = dice.choice(words)
    letters = _CLUSTER.findall(word.group())
    changed = letters
    while changed == letters:
        changed = _edited(letters, _letters(question), dice)
    return question[: word.start()] + "".join(changed) + question[word.end() :]


def _edited(letters: list[str], alphabet: list[str], dice: random.Random) -> list[str]:
    at, other = dice.randrange(len(letters)), dice.choice(alphabet)
    edits: list[Callable[[], list[str]]] = [
        lambda: [*letters[:at], *letters[at + 1 :]],
        lambda: [*letters[:at], other, *letters[at:]],
        lambda: [*letters[:at], other, *letters[at + 1 :]],
        lambda: [*letters[:at], *letters[at : at + 2][::-1], *letters[at + 2 :]],
    ]
    return dice.choice(edits)()


def _letters(question: str) -> list[str]:
    """Return the letters of the keyboard that the question was typed on, as far as it shows."""
    if regex.search(r"\p{Latin}", question):
        return list(ALPHABET)
    return sorted(set(regex.findall(rf"(?!{UNSEGMENTED})\p{{L}}", question.lower(), regex.VERSION1))) or list(
        ALPHABET
    )


VARIANTS: dict[str, Variant] = {"terse": terse, "typo": typo}


def variants(lines: Iterable[dict[str, Any]], variant: Variant, seed: int = SEED) -> list[dict[str, Any]]:
    """Return the lines of a questions file with each question varied; the dice hang on the question alone."""
    varied = []
    for line in lines:
        question = line["question"]
        dice = random.Random(f"{seed} {question}")
        varied.append(line | {"question": variant(question, line.get("lang") or "en", dice)})
    return varied


def read_lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]


def write_variants(file: Path, folder: Path, *, answerable_only: bool = False) -> dict[str, Path]:
    """Write the variants of a questions file into a folder; return where, by variant."""
    lines = [
        line
        for line in read_lines(file)
        if not answerable_only or (line.get("answerable", True) and line.get("answers"))
    ]
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, variant in VARIANTS.items():
        written[name] = folder / f"{file.resolve().parent.name}-{file.stem}.{name}.jsonl"
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in variants(lines, variant))
        written[name].write_text(text, encoding="utf-8")
    return written


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Writes terse variants of labelled questions, and ones with a typing error."
    )
    parser.add_argument("questions", type=Path, nargs="+", metavar="QUESTIONS.jsonl")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the variants go")
    options = parser.parse_args()
    for file in options.questions:
        for path in write_variants(file, options.out).values():
            print(path)


if __name__ == "__main__":
    main()
