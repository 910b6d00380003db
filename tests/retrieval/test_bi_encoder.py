"""The adapter that fits vectors to questions: its arithmetic against merged weights, and whose vectors are whose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tests.retrieval.test_cross_encoder import adapter_of, merged
from tests.retrieval.test_encoder import write_model

from chipbot.errors import EncoderError
from chipbot.retrieval.encoder import Encoder, file_digest
from chipbot.retrieval.encoder_model import (
    DIGEST,
    FITTED,
    Adapters,
    EncoderModel,
    find_model,
    installed_folder,
)
from chipbot.retrieval.vector_records import digests_of
from chipbot.retrieval.vectors import VectorStore

TEXTS = ["how do i appeal", "the ban rule", "ban"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    model = tmp_path / "model"
    model.mkdir()
    arrays = write_model(model)
    adapter = adapter_of(arrays)
    save_file(adapter, tmp_path / "adapter.safetensors")
    by_itself = tmp_path / "merged"
    by_itself.mkdir()
    write_model(by_itself)
    save_file(merged(arrays, adapter), by_itself / "model.safetensors")
    return tmp_path


def test_an_adapted_encoder_is_one_with_merged_weights(folder: Path) -> None:
    adapted = Encoder.load(folder / "model", adapter=folder / "adapter.safetensors").encode(TEXTS)
    assert adapted == pytest.approx(Encoder.load(folder / "merged").encode(TEXTS), abs=1e-3)
    assert adapted != pytest.approx(Encoder.load(folder / "model").encode(TEXTS), abs=1e-2)


def test_an_adapter_that_does_not_fit_is_named(folder: Path) -> None:
    with pytest.raises(EncoderError, match=r"vectors\.safetensors"):
        Encoder.load(folder / "model", adapter=folder / "vectors.safetensors")
    save_file({"head.bias": np.zeros(1, np.float32)}, folder / "vectors.safetensors")
    with pytest.raises(EncoderError, match=r"vectors\.safetensors have no embeddings"):
        Encoder.load(folder / "model", adapter=folder / "vectors.safetensors")


def test_vectors_are_those_of_weights_and_adapter_together(folder: Path) -> None:
    digest = file_digest(folder / "model" / "model.safetensors")
    plain = EncoderModel(folder / "model", digest, None)
    adapter = folder / "adapter.safetensors"
    adapted = replace(plain, adapters=Adapters(adapter, adapter))
    assert plain.vectors_digest == digest
    assert adapted.vectors_digest != digest
    for model in (plain, adapted):
        store = VectorStore(folder, model.vectors_digest)
        assert len(store) == 0, "what others made is not its own"
        store.add(digests_of(["ban"]), model.load().encode(["ban"]))
        assert len(VectorStore(folder, model.vectors_digest)) == 1
    before = adapted.vectors_digest
    adapter.write_bytes(adapter.read_bytes()[:-1] + b"\7")
    assert adapted.vectors_digest != before, "another adapter makes others"


def test_what_was_fitted_is_the_published_models_alone(folder: Path) -> None:
    own = find_model(folder / "model", folder)
    assert own is not None
    assert own.adapters is None
    if installed_folder() is None:
        pytest.skip("the encoder is not installed: chipbot encoder install")
    installed = find_model(None, folder)
    assert installed is not None
    assert installed.digest == DIGEST
    assert installed.adapters == FITTED


def test_the_shipped_adapter_brings_an_answer_before_what_is_alike() -> None:
    model = installed_folder()
    if model is None:
        pytest.skip("the encoder is not installed: chipbot encoder install")
    texts = [
        "can i get my account back",
        "Moderators look at appeals within a week.",
        "You get a role with your account.",
    ]

    def lead(encoder: Encoder) -> float:
        question, answer, alike = encoder.encode(texts)
        return float(question @ answer - question @ alike)

    assert lead(Encoder.load(model, adapter=FITTED.bi_encoder)) > lead(Encoder.load(model))
