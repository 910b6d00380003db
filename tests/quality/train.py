"""Fits the numbers of src/chipbot/answering/weights.json to labelled questions, and says how good they are on
questions held out.

    python -m tests.quality.train DATA_DIR --repositories FOLDER [--write] [--ablate]

DATA_DIR is as for tests.quality.measure, FOLDER what tests.quality.repositories writes; the project's own communities
(tests/communities) are fitted to as well. Prints figures of a cross-validation in which no document is in two parts, then
weights fitted to everything; --write puts those into the file. --ablate prints what each group of features is worth as well.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from tests.quality.communities import OWN, communities
from tests.quality.comparing import Comparing, add_vectors, every_comparing, unlearned
from tests.quality.examples import (
    CASES,
    COMMUNITY,
    FOLDS,
    PLAINLY,
    REPOSITORY,
    SINGLE,
    SITE,
    TOGETHER,
    Example,
    answerable_examples,
    case_examples,
    community_examples,
    dealt,
    foreign_examples,
    halves,
    is_site,
    lone_examples,
    repository_examples,
    searched,
    single_examples,
    some,
    together_examples,
    understood,
    without_learned_words,
)
from tests.quality.fitting import boosted, listwise

from chipbot.answering.confidence import confidence_features, confidence_names
from chipbot.answering.features import ANSWER_TYPE_FEATURES, FEATURES, MEANING_FEATURES
from chipbot.answering.reranking import Ranking, rerank
from chipbot.answering.snippets import highlighted_sentences
from chipbot.answering.trees import Trees
from chipbot.answering.weights import FILE
from chipbot.cli.progress import progress
from chipbot.model import AnswerOptions, Progress
from chipbot.ops.evaluation import read
from chipbot.ops.evaluation.statistics import auroc, calibration_error, mean, share_at

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ROOT = Path(__file__).parents[2]
ANSWERS = ROOT / "tests" / "answers"
VARIANTS = ("terse",)  # besides the questions as they are
PULL = 10.0  # the L2 penalty of the ranking's weights
RANKING_IMPORTANCE = {
    "WORDS": {COMMUNITY: 0.7, SITE: 0.7, REPOSITORY: 1.4, TOGETHER: 0.25, SINGLE: 0.35, CASES: 36.0},
    "MEANING": {COMMUNITY: 2.0, SITE: 2.0, REPOSITORY: 4.0, TOGETHER: 0.7, SINGLE: 1.0, CASES: 36.0},
}
CONFIDENCE_IMPORTANCE = {
    "WORDS": {
        COMMUNITY: 10.0,
        f"{COMMUNITY} near": 28.0,
        f"{COMMUNITY} far": 60.0,
        PLAINLY: 5.0,
        f"{PLAINLY} near": 14.0,
        SITE: 10.0,
        f"{SITE} near": 14.0,
        f"{SITE} far": 30.0,
        TOGETHER: 5.0,
        f"{TOGETHER} near": 2.5,
        f"{TOGETHER} far": 30.0,
        REPOSITORY: 20.0,
        f"{REPOSITORY} near": 46.0,
        f"{REPOSITORY} far": 20.0,
        SINGLE: 1.0,
        f"{SINGLE} foreign": 4.0,
        CASES: 120.0,
        f"{CASES} foreign": 120.0,
    },
    "MEANING": {
        COMMUNITY: 9.0,
        f"{COMMUNITY} near": 50.0,
        f"{COMMUNITY} far": 96.0,
        PLAINLY: 4.5,
        f"{PLAINLY} near": 25.0,
        SITE: 9.0,
        f"{SITE} near": 30.0,
        f"{SITE} far": 48.0,
        TOGETHER: 4.5,
        f"{TOGETHER} near": 20.0,
        f"{TOGETHER} far": 20.8,
        REPOSITORY: 20.0,
        f"{REPOSITORY} near": 110.0,
        f"{REPOSITORY} far": 25.0,
        SINGLE: 0.9,
        f"{SINGLE} foreign": 3.6,
        CASES: 120.0,
        f"{CASES} foreign": 120.0,
    },
}
"""What a question of communities counts, by its set: they are what chipbot is for, and few; those that are near their
subjects and have no answer are the fewest, and the hardest to refuse. The project's tests ask fewer still.
"""
FOREIGN = {"WORDS": 5.5, "MEANING": 3.0}
"""What a question counts that is foreign to a set, beside the set's own."""
ANSWERABLE = {"WORDS": 1.68, "MEANING": 0.97}
"""What all questions that the documents answer weigh beside all others."""
TOGETHER_MOST = 25  # communities whose documents are one index
ALONE = 3.0  # what a question counts about one document alone, beside the same where it is one of many
HARDEST = 60  # wrong sentences of a question that the ranking is fitted to
LIKENESS = {
    "window_coverage": 1.0,
    "sentence_or_heading_coverage": 1.0,
    "context_coverage": 1.0,
    "similarity": 3.0,
}
"""How the hardest sentences are found, roughly."""
NEXT_TO_NOTHING = 0.0005  # a weight that is left out
SET_IMPORTANCE = 600.0  # what any other set weighs as a whole, unless it has fewer questions
FOREIGN_KINDS = ("foreign", "other half", "near", "far")

SUPPORTING = frozenset(
    """window_coverage passage_coverage sentence_or_heading_coverage antecedent_coverage context_coverage leads counted
    related_coverage related_context_coverage related_passage_coverage
    pairs ordered_pairs bm25 bm25_lead entities_in_passage similarity similarity_lead similarity_in_passage""".split()
).union(ANSWER_TYPE_FEATURES)
"""Features of the ranking that can only speak for a sentence."""
OPPOSING = frozenset(["introduces", "asks"])
"""Features of the ranking that can only speak against one."""

GROUPS: dict[str, tuple[str, ...]] = {
    "neighbouring sentences": ("window_coverage", "before", "after", "antecedent_coverage"),
    "title and headings": ("breadcrumb_coverage", "sentence_or_heading_coverage", "breadcrumb_precision"),
    "passage coverage": ("passage_coverage",),
    "related words": ("related_coverage", "related_context_coverage", "related_passage_coverage"),
    "proximity": ("pairs", "ordered_pairs"),
    "entities": ("entities_in_passage",),
    "first and last term": ("first_term", "last_term"),
    "kind of answer": ("leads", "counted", *ANSWER_TYPE_FEATURES),
    "length and position": ("length", "short", "early", "novelty"),
    "blocks": ("list_item", "table_row", "code", "heading", "name_only"),
    "introductions and questions": ("introduces", "asks", "context_coverage"),
    "BM25 of the passage": ("bm25", "bm25_lead"),
}
"""The parts of the ranking that an ablation leaves out one at a time."""


class Model(NamedTuple):
    """A set of weights."""

    rank: Floats
    """What each feature counts in the rank score; shape (F,)."""
    right: Trees
    """The logarithm of the odds that the best sentence is an answer."""

    def confidence(self, features: Mapping[str, float]) -> float:
        """Return the probability that goes with the features of confidence, by their names."""
        return float(1 / (1 + np.exp(-self.right(features))))


class Judged(NamedTuple):
    """What a model made of one example."""

    example: Example
    hit: bool
    right: bool
    confidence: float


@without_learned_words()
def examples(
    data: Path,
    work: Path,
    comparing: Sequence[Comparing] = (),
    own: Path = OWN,
    repositories: Path | None = None,
) -> list[Example]:
    """Return the examples of every set in a folder, with questions foreign to it: those of *.jsonl and of other articles;
    those of the communities in it and in the folder `own`; and those of the repositories in another, if there is one.

    Where meanings are compared, each set is asked with the first of `comparing` that has not learned from it.
    """
    strangers = [question.text for question in read([], sorted(data.glob("*.jsonl")))]
    found: list[Example] = []
    with progress() as report:
        folders = sorted(file.parent for file in data.glob("*/questions.jsonl"))
        for done, folder in enumerate(folders):
            report(Progress(step="reading", done=done, total=len(folders)))
            found += _set_examples(folder, strangers, work, unlearned(folder.name, comparing))
        for number, collection in enumerate((own, data / COMMUNITY)):
            every = communities(collection)
            for place, one in enumerate(comparing or (None,)):
                folders = [folder for folder in every if unlearned(folder.name, comparing) is one]
                for done, folder in enumerate(folders):
                    report(Progress(step="reading", done=done, total=len(folders)))
                    found += community_examples(folder, work / COMMUNITY, one)
                small = [folder for folder in folders if not is_site(folder)]
                for folder in small:
                    found += single_examples(folder, work / SINGLE, one)
                for start in range(0, len(small), TOGETHER_MOST):
                    several = small[start : start + TOGETHER_MOST]
                    found += together_examples(several, work / f"together {number} {place} {start}", one)
        fetched = communities(repositories) if repositories else []
        for done, folder in enumerate(fetched):
            report(Progress(step="reading", done=done, total=len(fetched)))
            found += repository_examples(folder, work / REPOSITORY, unlearned(folder.name, comparing))
    for name, documents in (
        ("seed", ROOT / "seeds"),
        ("cases", ANSWERS / "documents"),
        ("small", ANSWERS / "small"),
    ):
        file = ANSWERS / f"{name}.jsonl"
        found += case_examples(documents, file, work / f"{name} index", unlearned(name, comparing))
    return found


def _set_examples(
    folder: Path, strangers: Sequence[str], work: Path, comparing: Comparing | None
) -> Iterator[Example]:
    """Yield the examples of one set: of all its documents, of half of them, and of single ones."""
    asked = searched(folder / "docs", work / folder.name, comparing)
    for variant in (None, *VARIANTS):
        yield from answerable_examples(folder, asked, variant, comparing)
    yield from foreign_examples(f"{folder.name} foreign", asked.answerer, some(strangers))
    if len(list((folder / "docs").iterdir())) < 2 * FOLDS:
        return
    half, left_out = halves(folder / "docs", work / folder.name)
    others = [
        question.text
        for question in understood(read([folder / "questions.jsonl"]), comparing)
        if f"{question.document}.txt" in left_out
    ]
    part = searched(half, work / folder.name / "half index", comparing)
    yield from lone_examples(folder, strangers, work / folder.name, comparing)
    yield from foreign_examples(f"{folder.name} other half", part.answerer, some(others))


def fit(training: Sequence[Example]) -> Model:
    """Fit every weight."""
    rank = _fit_rank(training, range(len(feature_names(training))))
    found = [example for example in training if example.ranking is not None]
    weights = _weights_name(found)
    names = confidence_names(meaning=weights == "MEANING")
    features = np.array([list(map(_features(example, rank).__getitem__, names)) for example in found])
    right = np.array([_first(example, rank)[1] for example in found])
    answerable = np.array([example.answerable for example in found])
    importance = _importance(found, CONFIDENCE_IMPORTANCE[weights], FOREIGN[weights])
    importance[answerable] *= (
        ANSWERABLE[weights] * importance[~answerable].sum() / importance[answerable].sum()
    )
    importance /= importance.mean()
    return Model(rank, boosted(names, features, right, importance))


def _fit_rank(training: Sequence[Example], columns: Sequence[int]) -> Floats:
    """Fit the ranking's weights to all but plain questions, which change none of its figures."""
    lists = [
        (example, _hardest(example))
        for example in training
        if example.ranking is not None and _target(example).any() and example.set_name != PLAINLY
    ]
    features = np.concatenate([_ranking(example).features.values[rows] for example, rows in lists])[
        :, columns
    ]
    lengths = np.array([len(rows) for _, rows in lists])
    targets = np.concatenate([_target(example)[rows] for example, rows in lists])
    starts = np.cumsum(lengths) - lengths
    rank = np.zeros(len(feature_names(training)))
    importance = _importance([example for example, _ in lists], RANKING_IMPORTANCE[_weights_name(training)])
    names = np.take(feature_names(training), columns).tolist()
    signs = [(name in SUPPORTING) - (name in OPPOSING) for name in names]
    rank[list(columns)] = listwise(features, starts, targets, importance, PULL, signs)
    return rank


def _hardest(example: Example) -> npt.NDArray[np.int64]:
    """Return the rows of the sentences that the right ones have to be told from, and theirs: the others teach nothing."""
    features = _ranking(example).features
    columns = [features.names.index(name) for name in LIKENESS if name in features.names]
    likeness = features.values[:, columns] @ [LIKENESS[features.names[column]] for column in columns]
    kept = _target(example)
    kept[np.argsort(-likeness, kind="stable")[:HARDEST]] = True
    return np.flatnonzero(kept)


def feature_names(examples: Sequence[Example]) -> tuple[str, ...]:
    """Return the names of the features that examples have."""
    return next(example.ranking.features.names for example in examples if example.ranking is not None)


def _weights_name(examples: Sequence[Example]) -> str:
    return "MEANING" if len(feature_names(examples)) > len(FEATURES) else "WORDS"


def compared(examples: Sequence[Example]) -> list[Example]:
    """Return the examples in which meanings were compared, or nothing was found."""
    return [
        example
        for example in examples
        if example.ranking is None or example.ranking.matches.candidates.similarities is not None
    ]


def _target(example: Example) -> Bools:
    """Return the sentences that should come first: those that hold the answer in its own passage."""
    return example.hit & example.right


def _importance(found: Sequence[Example], of: Mapping[str, float], foreign: float = 1.0) -> Floats:
    """Weigh every set alike, but for those with few questions and those that have an importance of their own; a
    variant counts half, a foreign question `foreign`.
    """
    sizes: dict[str, int] = {}
    for example in found:
        sizes[example.set_name] = sizes.get(example.set_name, 0) + 1
    share = {name: of.get(name, _own_importance(name, size, foreign)) for name, size in sizes.items()}
    return np.array([share[example.set_name] for example in found])


def _own_importance(name: str, size: int, foreign: float) -> float:
    importance = min(1.0, SET_IMPORTANCE / size)
    importance *= foreign if name.endswith(" foreign") else 1
    importance *= ALONE if " alone" in name else 1
    return importance / 2 if name.endswith(VARIANTS) else importance


def _first(example: Example, rank: Floats) -> tuple[bool, bool]:
    """Return whether the passage ranked first is right, and what is highlighted in it, too."""
    if example.ranking is None:
        return False, False
    ranking = rerank(example.ranking.matches, example.ranking.features, rank)
    best = ranking.best.sentence
    return bool(example.hit[best]), bool(_target(example)[highlighted_sentences(ranking, best)].any())


def _features(example: Example, rank: Floats) -> dict[str, float]:
    ranking = _ranking(example)
    return confidence_features(rerank(ranking.matches, ranking.features, rank))


def _ranking(example: Example) -> Ranking:
    if example.ranking is None:
        raise AssertionError("examples for which nothing was found are left out")
    return example.ranking


def judge(model: Model, held_out: Iterable[Example]) -> Iterator[Judged]:
    """Say what a model makes of examples that it was not fitted to."""
    for example in held_out:
        found = example.ranking is not None
        confidence = model.confidence(_features(example, model.rank)) if found else 0.0
        yield Judged(example, *_first(example, model.rank), confidence)


def cross_validated(found: Sequence[Example]) -> list[Judged]:
    """Judge every example by a model fitted to the documents of the other folds."""
    judged: list[Judged] = []
    for training, held_out in _parts(found):
        judged += judge(fit(training), held_out)
    return judged


def _parts(found: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """Yield what to fit to and what is held out, part by part."""
    parts = dealt(found)
    for held_out in range(FOLDS):
        yield (
            [example for example, part in zip(found, parts, strict=True) if part != held_out],
            [example for example, part in zip(found, parts, strict=True) if part == held_out],
        )


def figures(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Return, for each set, hit@1 and sentence@1, and how well foreign questions are told from its answerable
    ones.
    """
    sets: dict[str, dict[str, float]] = {}
    for name in dict.fromkeys(one.example.set_name for one in judged if one.example.answerable):
        own = [one for one in judged if one.example.set_name == name]
        row = {
            "hit@1": float(np.mean([one.hit for one in own])),
            "sentence@1": float(np.mean([one.right for one in own])),
            "answered right": float(np.mean([one.right and _is_answered(one) for one in own])),
            "answered wrong": float(np.mean([not one.right and _is_answered(one) for one in own])),
        }
        for kind in FOREIGN_KINDS:
            others = [one for one in judged if one.example.set_name == f"{name} {kind}"]
            if others:
                row |= _refusal([*own, *others], kind)
        sets[name] = row
    return sets


def _is_answered(judged: Judged) -> bool:
    return judged.confidence >= AnswerOptions().min_confidence


def _refusal(judged: Sequence[Judged], kind: str) -> dict[str, float]:
    confidence = [one.confidence for one in judged]
    answerable = np.array([one.example.answerable for one in judged])
    statistics = {
        f"AUROC, {kind}": auroc(confidence, answerable, ~answerable),
        f"answered at 5 %, {kind}": share_at(confidence, answerable, ~answerable, 0.05),
        f"calibration error, {kind}": calibration_error(confidence, [one.right for one in judged]),
        f"wrongly answered, {kind}": mean(
            [value >= AnswerOptions().min_confidence for value in confidence], ~answerable
        ),
        f"answered, {kind}": mean(
            [value >= AnswerOptions().min_confidence for value in confidence], answerable
        ),
    }
    return {name: float(statistic(np.ones((1, len(judged))))[0]) for name, statistic in statistics.items()}


def ablation(found: Sequence[Example]) -> dict[str, dict[str, tuple[float, float]]]:
    """Return hit@1 and sentence@1 of every set, held out: with all features, without each group, and with
    BM25 alone.
    """
    answerable = [example for example in found if example.answerable]
    alone = {
        "BM25 alone": tuple(
            name for group in GROUPS for name in GROUPS[group] if group != "BM25 of the passage"
        )
    }
    without = {"everything": (), **{f"− {group}": names for group, names in GROUPS.items()}, **alone}
    rows: dict[str, dict[str, tuple[float, float]]] = {}
    with progress() as report:
        for done, (title, dropped) in enumerate(without.items()):
            report(Progress(step="asking", done=done, total=len(without)))
            columns = [n for n, name in enumerate(feature_names(answerable)) if name not in dropped]
            firsts: dict[str, list[tuple[bool, bool]]] = {}
            for training, held_out in _parts(answerable):
                rank = _fit_rank(training, columns)
                for example in held_out:
                    firsts.setdefault(example.set_name, []).append(_first(example, rank))
            rows[title] = {name: tuple(np.mean(values, axis=0)) for name, values in sorted(firsts.items())}
    return rows


def ablation_table(rows: Mapping[str, Mapping[str, tuple[float, float]]]) -> str:
    """Return an ablation as a Markdown table: hit@1 / sentence@1, and what leaving out a group changes, in
    points.
    """
    titles = list(rows)
    whole = rows[titles[0]]
    lines = ["| | " + " | ".join(whole) + " |", "|---|" + "--:|" * len(whole)]
    for title in titles:
        cells = []
        for name, pair in whole.items():
            shown = (
                pair
                if title == titles[0]
                else tuple(100 * (a - b) for a, b in zip(rows[title][name], pair, strict=True))
            )
            cells.append(
                " / ".join(f"{value:.3f}" if title == titles[0] else f"{value:+.1f}" for value in shown)
            )
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def written(models: Mapping[str, Model], text: str) -> str:
    """Return the text of weights.json with the models' numbers in place of its own."""
    fitted = json.loads(text)
    for name, model in models.items():
        ranking = zip([*FEATURES, *MEANING_FEATURES], model.rank.tolist(), strict=False)
        fitted[name] = {
            "ranking": {
                feature: round(weight, 3) for feature, weight in ranking if abs(weight) >= NEXT_TO_NOTHING
            },
            "confidence": {
                "names": list(model.right.names),
                **{
                    field: getattr(model.right, field).tolist()
                    for field in ("features", "thresholds", "leaves")
                },
            },
        }
    rows = json.dumps(fitted, indent=1)
    return re.sub(r"\[[^\[\]]*\]", lambda row: re.sub(r"\s+", " ", row.group()), rows) + "\n"  # a row, a line


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Fits the weights of ranking and confidence to labelled questions."
    )
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument(
        "--write", action="store_true", help="put the weights into src/chipbot/answering/weights.json"
    )
    parser.add_argument(
        "--ablate", action="store_true", help="show what each group of features is worth as well"
    )
    parser.add_argument(
        "--repositories",
        type=Path,
        metavar="FOLDER",
        help="fit to questions about public repositories as well, as the weights in the project are",
    )
    add_vectors(parser)
    parser.add_argument(
        "--only", choices=["WORDS", "MEANING"], action="append", help="fit these weights only"
    )
    options = parser.parse_args()
    models: dict[str, Model] = {}
    for name in options.only or ("WORDS", "MEANING"):
        comparing = every_comparing(options.vectors) if name == "MEANING" else []
        if name == "MEANING" and not comparing:
            print("no encoder is installed: the weights with meaning stay as they are")
            continue
        with tempfile.TemporaryDirectory() as work:
            found = examples(options.data, Path(work), comparing, repositories=options.repositories)
        found = compared(found) if comparing else found
        if options.ablate:
            print(ablation_table(ablation(found)), flush=True)
        for set_name, row in figures(cross_validated(found)).items():
            shown = ", ".join(f"{key} {value:.3f}" for key, value in row.items())
            print(f"{name} {set_name}: {shown}", flush=True)
        models[name] = fit(found)
    text = written(models, FILE.read_text(encoding="utf-8"))
    if options.write:
        FILE.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
