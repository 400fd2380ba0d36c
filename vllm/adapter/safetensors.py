"""The header of a safetensors file.

The format: eight bytes, little-endian, the header's length; the header, a JSON object from a tensor's name to its
dtype, shape and place in the rest; then the rest. https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import DamagedAdapter

# the format's own bound
_MAX_HEADER = 100_000_000
_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1}


@dataclass(frozen=True)
class Tensor:
    """A tensor's form: its dtype, its shape, and where its bytes begin and end after the header."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


def read_tensors(file: Path) -> dict[str, Tensor]:
    """The tensors that ``file`` holds, by name. Reads the header only, but holds it against the file's length.

    Raises:
        DamagedAdapter: the file is cut short, or its header contradicts itself.
    """
    size = file.stat().st_size
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        if size < 8 or length > min(_MAX_HEADER, size - 8):
            raise DamagedAdapter(f"{file.name} is no safetensors file, or is cut short")
        text = opened.read(length)
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as e:
        raise DamagedAdapter(f"{file.name} has a header that is no JSON") from e
    if not isinstance(header, dict):
        raise DamagedAdapter(f"{file.name} has a header that is no JSON object")
    tensors = {name: _tensor(file, name, form) for name, form in header.items() if name != "__metadata__"}
    _require_gapless(file, tensors, size - 8 - length)
    return tensors


def _tensor(file: Path, name: str, form: Any) -> Tensor:
    match form:
        case {"dtype": str(dtype), "shape": [*shape], "data_offsets": [int(begin), int(end)]} if all(
            type(extent) is int and extent >= 0 for extent in shape
        ):
            tensor = Tensor(dtype, tuple(shape), begin, end)
        case _:
            raise DamagedAdapter(f"{file.name} has a tensor without dtype, shape and offsets: {name}")
    if dtype not in _BYTES:
        raise DamagedAdapter(f"{file.name} has a tensor of dtype {dtype}, which is none of an adapter's: {name}")
    if end - begin != math.prod(shape) * _BYTES[dtype]:
        raise DamagedAdapter(f"{file.name} has a tensor whose bytes don't fit its shape: {name}")
    return tensor


def _require_gapless(file: Path, tensors: dict[str, Tensor], rest: int) -> None:
    end = 0
    for tensor in sorted(tensors.values(), key=lambda tensor: (tensor.begin, tensor.end)):
        if tensor.begin != end:
            raise DamagedAdapter(f"{file.name} has tensors that overlap or leave gaps")
        end = tensor.end
    if end != rest:
        raise DamagedAdapter(f"{file.name} has {rest} bytes of tensors where its header says {end}")
