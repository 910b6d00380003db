"""The arrays of a `model.safetensors` file, mapped into memory: only what is used is read, and the system may evict it."""

from __future__ import annotations

import math
import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open

from chipbot.errors import EncoderError

Tensor = npt.NDArray[np.float32]
_KINDS = {"F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "F64": "<f8", "BF16": "<u2", "U8": "|u1"}
"""The format's names of kinds of numbers; bfloat16, which NumPy lacks, only for its size."""


class Tensors:
    """A file's arrays by their names.

    The library checks the file's header and knows names and shapes; its NumPy interface copies an array whole, so
    the arrays themselves are mapped here. They lie one behind the other at the end of the file.
    """

    def __init__(self, path: Path) -> None:
        """Open a file; raises EncoderError where it cannot be read or is none of this format."""
        self.path = path
        try:
            with safe_open(path, "numpy") as file:
                slices = [(name, file.get_slice(name)) for name in file.offset_keys()]
                layout = [(name, _KINDS[part.get_dtype()], tuple(part.get_shape())) for name, part in slices]
            with path.open("rb") as opened:
                self._mapping = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, SafetensorError) as error:
            raise EncoderError(f"the encoder's weights {path} cannot be read: {error}") from error
        except KeyError as error:
            raise EncoderError(f"the encoder's weights {path} have numbers of the kind {error}") from error
        sizes = [np.dtype(kind).itemsize * math.prod(shape) for _, kind, shape in layout]
        offsets = np.cumsum([len(self._mapping) - sum(sizes), *sizes]).tolist()
        self._places = {
            name.removeprefix("bert."): (offset, kind, shape)
            for (name, kind, shape), offset in zip(layout, offsets[:-1], strict=True)
        }

    def get(self, name: str, *shape: int) -> Tensor:
        """Return an array as float32 numbers, a view of the file where it holds such.

        Raises EncoderError where there is none of this name, or where it has another shape; −1 is any length.
        """
        if name not in self._places:
            raise EncoderError(
                f"the encoder's weights {self.path} have no {name}: they are not one of BERT's"
            )
        offset, kind, found = self._places[name]
        if len(found) != len(shape) or any(
            want not in (-1, have) for want, have in zip(shape, found, strict=True)
        ):
            raise EncoderError(
                f"the encoder's weights {self.path}: {name} has the shape {found}, not {shape}"
            )
        if kind not in ("<f4", "<f2"):
            raise EncoderError(f"the encoder's weights {self.path}: {name} is not of 32 or 16 bits a number")
        array: npt.NDArray[Any] = np.frombuffer(self._mapping, kind, math.prod(found), offset).reshape(found)
        return array.astype(np.float32, copy=False)

    def release(self, name: str | None = None) -> None:
        """Give back the memory that the file's pages take, or those of one array; they are read again when needed."""
        if not hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
            return
        start, end = 0, len(self._mapping)
        if name is not None:
            offset, kind, shape = self._places[name]
            start = offset - offset % mmap.PAGESIZE
            end = offset + np.dtype(kind).itemsize * math.prod(shape)
        self._mapping.madvise(mmap.MADV_DONTNEED, start, end - start)
