"""A LoRA adapter in a folder, in the form that peft writes and vLLM reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import DamagedAdapter, UnfitAdapter
from .safetensors import Tensor, read_tensors

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"

# initialisations that leave the base model's weights as they are; the others need a base that was changed with them
_PLAIN_INITIALISATIONS = (None, True, False, "gaussian", "eva", "orthogonal")


@dataclass(frozen=True)
class LoraAdapter:
    """A sound adapter.

    Attributes:
        folder: where its two files lie.
        base_model: the model that it was trained on, by the name that training used.
        rank: the highest rank of its matrices.
        lacking: what of it vLLM can't serve; empty for a plain LoRA.
    """

    folder: Path
    base_model: str
    rank: int
    lacking: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path) -> LoraAdapter:
        """The adapter in ``folder``, of which the configuration and the weights' header were read and agree.

        Raises:
            DamagedAdapter: a file is missing, cut short, or contradicts the other.
        """
        for name in (CONFIG, WEIGHTS):
            if not (folder / name).is_file():
                raise DamagedAdapter(f"there is no {name} in {folder}")
        config = _read_config(folder / CONFIG)
        rank = _configured_rank(config)
        found = _rank_of(read_tensors(folder / WEIGHTS))
        if found > rank or (found < rank and not config.get("rank_pattern")):
            raise DamagedAdapter(f"{CONFIG} says rank {rank}, {WEIGHTS} has matrices of rank {found}")
        base_model = config.get("base_model_name_or_path")
        if not isinstance(base_model, str) or not base_model:
            raise DamagedAdapter(f"{CONFIG} names no base_model_name_or_path")
        return cls(folder, base_model, rank, tuple(_lacking(config)))

    def require_fit(self, base_model: str, max_rank: int) -> None:
        """Returns if a vLLM that serves ``base_model`` with ``--max-lora-rank max_rank`` can serve this adapter.

        Raises:
            UnfitAdapter: it can't, or would answer nonsense.
        """
        if self.base_model.casefold() != base_model.casefold():
            raise UnfitAdapter(
                f"the adapter was trained on {self.base_model}, and BASE_MODEL is {base_model}: on other weights than"
                " its own an adapter answers nonsense"
            )
        if self.rank > max_rank:
            raise UnfitAdapter(f"the adapter has rank {self.rank}, above MAX_LORA_RANK={max_rank}")
        if self.lacking:
            raise UnfitAdapter("vLLM can't serve " + ", ".join(self.lacking) + "; merge the adapter instead")


def _read_config(file: Path) -> dict[str, Any]:
    try:
        config = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as e:
        raise DamagedAdapter(f"{file.name} is no JSON") from e
    if not isinstance(config, dict) or config.get("peft_type") != "LORA":
        raise DamagedAdapter(f"{file.name} does not describe a LoRA adapter")
    return config


def _configured_rank(config: dict[str, Any]) -> int:
    ranks = [config.get("r"), *(config.get("rank_pattern") or {}).values()]
    positive = [rank for rank in ranks if type(rank) is int and rank > 0]
    if len(positive) < len(ranks):
        raise DamagedAdapter(f"{CONFIG} has a rank that is no positive number")
    return max(positive)


def _rank_of(tensors: dict[str, Tensor]) -> int:
    """A LoRA layer is two matrices, A of rank by inputs and B of outputs by rank."""
    ranks: dict[str, int] = {}
    for name, tensor in tensors.items():
        layer, matrix, _ = name.partition(".lora_A.") if ".lora_A." in name else name.partition(".lora_B.")
        if not matrix or len(tensor.shape) != 2:
            continue
        rank = tensor.shape[0] if matrix == ".lora_A." else tensor.shape[1]
        if ranks.setdefault(layer, rank) != rank:
            raise DamagedAdapter(f"{WEIGHTS} has matrices of different rank in {layer}")
    if not ranks:
        raise DamagedAdapter(f"{WEIGHTS} has no LoRA matrices")
    return max(ranks.values())


def _lacking(config: dict[str, Any]) -> list[str]:
    lacking = []
    if config.get("use_dora"):
        lacking.append("DoRA")
    if config.get("modules_to_save"):
        lacking.append("modules_to_save")
    if config.get("lora_bias") or config.get("bias", "none") != "none":
        lacking.append("a LoRA with bias")
    if config.get("layer_replication"):
        lacking.append("layer_replication")
    if config.get("init_lora_weights") not in _PLAIN_INITIALISATIONS:
        lacking.append(f"init_lora_weights={config['init_lora_weights']!r}")
    return lacking
