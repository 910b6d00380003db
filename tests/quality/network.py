"""The encoder's model in torch, with an adapter of low rank that learns; the model itself stays as it is.

What it computes is what chipbot.retrieval.bert computes with NumPy. Needs the package torch, which nothing else takes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from chipbot.retrieval.encoder import WEIGHTS

RANK = 16
"""The narrow side of the matrices that change a layer (Hu et al., 2021, "LoRA", https://arxiv.org/abs/2106.09685)."""
DROPOUT, DECAY, WARM_UP = 0.1, 0.01, 0.06
LAYERS, HEADS = 6, 12
LINEAR = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
_KINDS = "embeddings.token_type_embeddings.weight"


class Network:
    """A transformer whose linear layers an adapter changes."""

    def __init__(self, model: Path) -> None:
        """Read a model from its folder; the adapter changes nothing before it has learned."""
        self.torch: Any = import_module("torch")
        self.functional: Any = import_module("torch.nn.functional")
        self.torch.manual_seed(1)
        tensors = import_module("safetensors.torch").load_file(model / WEIGHTS)
        self._model = {name.removeprefix("bert."): value.float() for name, value in tensors.items()}
        self._rounded = {name: value.bfloat16() for name, value in self._model.items()}
        self.adapter = {_KINDS: self._model[_KINDS].clone()}
        for layer in range(LAYERS):
            for name in (f"encoder.layer.{layer}.{name}" for name in LINEAR):
                out, inside = self._model[f"{name}.weight"].shape
                self.adapter[f"{name}.down"] = self.torch.randn(RANK, inside) / math.sqrt(inside)
                self.adapter[f"{name}.up"] = self.torch.zeros(out, RANK)
        for parameter in self.adapter.values():
            parameter.requires_grad_()

    @property
    def size(self) -> int:
        """How many numbers a token's vector has."""
        return int(self._model["embeddings.LayerNorm.bias"].shape[0])

    def load(self, file: Path) -> None:
        """Take what an adapter's file has learned before."""
        learned = import_module("safetensors.torch").load_file(file)
        self.adapter.update({name: learned[name].float().requires_grad_() for name in self.adapter})

    def save(self, file: Path, others: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Write the adapter, and other arrays by their names, in 16 bits a number."""
        arrays = {name: value.detach().numpy() for name, value in {**self.adapter, **others}.items()}
        save_file({name: array.astype(np.float16) for name, array in arrays.items()}, file)

    def optimizer(self, groups: Sequence[Mapping[str, Any]], steps: int) -> tuple[Any, Any]:
        """Return what changes the parameters of `groups`, and what warms its rate up and lets it fall over some steps."""
        optimizer = self.torch.optim.AdamW(list(groups), weight_decay=DECAY)
        warm = WARM_UP * steps
        schedule = self.torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
        )
        return optimizer, schedule

    def step(self, optimizer: Any, schedule: Any, loss: Any) -> None:
        """Learn from one loss."""
        optimizer.zero_grad()
        loss.backward()
        self.torch.nn.utils.clip_grad_norm_(list(self.adapter.values()), 1.0)
        optimizer.step()
        schedule.step()

    def vectors(
        self, texts: Sequence[Sequence[int]], seconds: Sequence[int] | None = None, *, learning: bool = False
    ) -> tuple[Any, Any]:
        """Return a vector for each token of some texts, shape (B, T, D), and where there is one, shape (B, T).

        Args:
            texts: The numbers of each text's tokens.
            seconds: Where the second of two texts that are read together begins, in each.
            learning: Whether it learns from this: with rounded weights, and dropout.
        """
        longest = max(map(len, texts))
        ids = self.torch.zeros(len(texts), longest, dtype=self.torch.long)
        kind, is_token = self.torch.zeros_like(ids), self.torch.zeros_like(ids, dtype=self.torch.bool)
        for row, tokens in enumerate(texts):
            ids[row, : len(tokens)] = self.torch.tensor(tokens)
            kind[row, seconds[row] if seconds else longest : len(tokens)] = 1
            is_token[row, : len(tokens)] = True
        return self._forward(ids, kind, is_token, learning=learning), is_token

    def _forward(self, ids: Any, kind: Any, is_token: Any, *, learning: bool) -> Any:
        f: Any = self.functional
        model, dropout = (self._rounded, DROPOUT) if learning else (self._model, 0.0)
        batch, length = ids.shape
        embeddings = model["embeddings.word_embeddings.weight"]
        adapter = {name: value.to(embeddings.dtype) for name, value in self.adapter.items()}

        def norm(x: Any, name: str) -> Any:
            return f.layer_norm(x, x.shape[-1:], model[f"{name}.weight"], model[f"{name}.bias"], 1e-12)

        def linear(x: Any, name: str) -> Any:
            y = f.linear(x, model[f"{name}.weight"], model[f"{name}.bias"])
            return y + x @ adapter[f"{name}.down"].T @ adapter[f"{name}.up"].T

        x = f.embedding(ids, embeddings)
        x = x + model["embeddings.position_embeddings.weight"][:length]
        x = norm(x + f.embedding(kind, adapter[_KINDS]), "embeddings.LayerNorm")
        for layer in (f"encoder.layer.{number}." for number in range(LAYERS)):
            heads = [
                linear(x, f"{layer}attention.self.{part}").view(batch, length, HEADS, -1).transpose(1, 2)
                for part in ("query", "key", "value")
            ]
            query, key, value = heads  # written out: torch's own function takes half of a step to learn from
            near = query @ key.transpose(2, 3) / math.sqrt(query.shape[-1])
            near = near.masked_fill(~is_token[:, None, None, :], -math.inf).softmax(-1)
            attended = linear(
                (near @ value).transpose(1, 2).reshape(x.shape), f"{layer}attention.output.dense"
            )
            x = norm(x + f.dropout(attended, dropout), f"{layer}attention.output.LayerNorm")
            inner = linear(f.gelu(linear(x, f"{layer}intermediate.dense")), f"{layer}output.dense")
            x = norm(x + f.dropout(inner, dropout), f"{layer}output.LayerNorm")
        return x
