"""Makes a Mistral with random weights and two adapters of it: ``tiny_mistral.py FOLDER``. Needs peft.

The base goes to ``FOLDER/base``, the adapters, which answer differently, to ``FOLDER/first`` and ``FOLDER/second``.
"""

import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import MistralConfig, MistralForCausalLM, PreTrainedTokenizerFast

TEMPLATE = "{% for message in messages %}[{{ message['role'] }}] {{ message['content'] }} {% endfor %}"


def main(folder: Path) -> None:
    torch.manual_seed(7)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: index for index, token in enumerate(["<s>", "</s>", *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", chat_template=TEMPLATE
    )
    base = MistralForCausalLM(
        MistralConfig(
            vocab_size=len(vocabulary),
            hidden_size=128,
            intermediate_size=256,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=32,
            max_position_embeddings=1024,
            bos_token_id=0,
            eos_token_id=1,
        )
    ).to(torch.bfloat16)
    base.save_pretrained(folder / "base")
    fast.save_pretrained(folder / "base")
    for name in ("first", "second"):
        model = MistralForCausalLM.from_pretrained(folder / "base", dtype=torch.bfloat16)
        config = LoraConfig(r=8, lora_alpha=64, target_modules=["q_proj", "v_proj", "o_proj", "down_proj"])
        adapted = get_peft_model(model, config)
        for parameter_name, parameter in adapted.named_parameters():
            if "lora_" in parameter_name:
                torch.nn.init.normal_(parameter, std=0.3)
        adapted.peft_config["default"].base_model_name_or_path = "tiny/mistral"
        adapted.save_pretrained(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
