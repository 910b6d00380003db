"""The encoder with the adapters of its vectors, and which sets each has learned from."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from chipbot.retrieval.encoder_model import FITTED, find_model
from chipbot.retrieval.meaning import QuestionEncoder
from chipbot.retrieval.vectors import VectorStore

HALVES = tuple(Path(__file__).with_name(f"bi_encoder_{half}.safetensors") for half in range(2))
"""Adapters of the encoder that were fitted to half of the project's communities each: for the other half."""
OTHERS = HALVES[1]
"""The one that was fitted to nothing that others wrote."""
LEARNED = Path(__file__).with_name("learned.json")
"""The names of the sets that each adapter was fitted to."""


class Comparing(NamedTuple):
    """What compares meanings: an encoder, and the vectors that it has made of all sets' sentences."""

    encoder: QuestionEncoder
    store: VectorStore
    learned: frozenset[str] = frozenset()
    """The sets that the encoder was fitted to."""


def unlearned(name: str, comparing: Sequence[Comparing]) -> Comparing | None:
    """Return the first encoder that was not fitted to a set; None if there are no encoders at all."""
    return next(one for one in comparing if name not in one.learned) if comparing else None


def learned() -> dict[str, frozenset[str]]:
    """Return the names of the sets that each adapter of the bi-encoder was fitted to, by its file's name."""
    return {name: frozenset(sets) for name, sets in json.loads(LEARNED.read_text(encoding="utf-8")).items()}


def record_learned(sets: Mapping[str, frozenset[str]]) -> None:
    """Write down what `learned` returns."""
    rows = json.dumps({name: sorted(each) for name, each in sets.items()}, indent=1)
    LEARNED.write_text(f"{rows}\n", encoding="utf-8")


def every_comparing(folder: Path) -> list[Comparing]:
    """Return the installed encoder with each of its adapters, the one that runs first; empty where there is no encoder."""
    stores = {FITTED.bi_encoder: folder, **{half: folder / half.stem for half in HALVES}}
    return [one for file, store in stores.items() if (one := comparing_with(store, file))]


def comparing_with(folder: Path, adapter: Path | None = FITTED.bi_encoder) -> Comparing | None:
    """Return the installed encoder with an adapter, or as it was published, and the vectors that are kept in a folder; None
    where there is no encoder.
    """
    model = find_model(None, folder)
    if model is None:
        return None
    model = replace(model, adapters=FITTED._replace(bi_encoder=adapter) if adapter else None)
    sets = learned()[adapter.stem] if adapter else frozenset()
    return Comparing(QuestionEncoder(model), VectorStore(folder, model.vectors_digest), sets)


def add_vectors(parser: argparse.ArgumentParser) -> None:
    """Give a command the option --vectors."""
    parser.add_argument(
        "--vectors",
        type=Path,
        metavar="DIR",
        default=Path(tempfile.gettempdir()) / "chipbot-vectors",
        help="where the sentences' vectors are kept from one run to the next",
    )
