"""An adapter merged into its base model, for serving without LoRA."""

from __future__ import annotations

import shutil
from pathlib import Path

from .errors import AdapterError, UnfitAdapter
from .lora import LoraAdapter


def merge(adapter: LoraAdapter, base_model: str, weights: str, into: Path) -> None:
    """Writes ``base_model`` with ``adapter`` added to its weights, and its tokenizer, to the new folder ``into``.

    The sum is formed in bfloat16 on the CPU and takes the base model's size in memory and again on disk. ``weights`` is
    the base model's folder or its name on the Hugging Face hub, in 16 bits: adding to weights that were quantised and
    back keeps the error of the quantisation.

    Raises:
        AdapterError: ``into`` exists, the adapter belongs to another base model, or peft is not installed.
    """
    if adapter.base_model.casefold() != base_model.casefold():
        raise UnfitAdapter(f"the adapter was trained on {adapter.base_model}, and BASE_MODEL is {base_model}")
    if into.exists():
        raise AdapterError(f"{into} exists already")
    try:
        import torch
        from peft import PeftModel
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError as e:
        raise AdapterError(f"merging needs peft, transformers and torch: {e}") from e

    partial = into.with_name(f".{into.name}.partial")
    if partial.exists():
        shutil.rmtree(partial)
    base = AutoModelForCausalLM.from_pretrained(weights, dtype=torch.bfloat16)
    merged = PeftModel.from_pretrained(base, str(adapter.folder)).merge_and_unload(safe_merge=True)
    merged.save_pretrained(partial)
    AutoTokenizer.from_pretrained(weights).save_pretrained(partial)
    partial.rename(into)
