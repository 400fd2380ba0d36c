"""Prints by how much a merged model's next-token probabilities differ from its base's with the adapter on top."""

import sys
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

folder, merged = Path(sys.argv[1]), sys.argv[2]
tokens = torch.tensor([[0, 40, 41, 42, 43]])
base = AutoModelForCausalLM.from_pretrained(folder / "base", dtype=torch.bfloat16)
adapted = PeftModel.from_pretrained(base, str(folder / "second"))
alone = AutoModelForCausalLM.from_pretrained(merged, dtype=torch.bfloat16)
with torch.no_grad():
    expected, actual = (model(tokens).logits[0, -1].float().softmax(0) for model in (adapted, alone))
print((expected - actual).abs().max().item())
