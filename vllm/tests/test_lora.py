import json
import struct

from adapter.errors import DamagedAdapter, UnfitAdapter
from adapter.lora import LoraAdapter

from .support import BASE_MODEL, TemporaryFolder, adapter_files, safetensors, written


class LoraTest(TemporaryFolder):
    def read(self, **files: bytes) -> LoraAdapter:
        names = {"config": "adapter_config.json", "weights": "adapter_model.safetensors"}
        changed = {names[name]: content for name, content in files.items()}
        return LoraAdapter.read(written(self.folder, {**adapter_files(), **changed}))

    def config(self, **changes: object) -> bytes:
        return json.dumps({**json.loads(adapter_files()["adapter_config.json"]), **changes}).encode()

    def test_adapter_that_is_sound_says_its_base_model_and_rank(self) -> None:
        adapter = self.read()

        self.assertEqual((adapter.base_model, adapter.rank, adapter.lacking), (BASE_MODEL, 8, ()))
        adapter.require_fit(BASE_MODEL, 8)

    def test_adapter_without_one_of_its_files_is_damaged(self) -> None:
        for name in adapter_files():
            files = adapter_files()
            del files[name]
            with self.subTest(name), self.assertRaisesRegex(DamagedAdapter, name):
                LoraAdapter.read(written(self.folder / name, files))

    def test_config_that_describes_no_lora_is_damaged(self) -> None:
        for config in (
            b"",
            b"{",
            b"[" * 100_000,
            b"[]",
            self.config(peft_type="PREFIX_TUNING"),
            self.config(r=0),
            self.config(r="8"),
            self.config(base_model_name_or_path=None),
        ):
            with self.subTest(config[:80]), self.assertRaises(DamagedAdapter):
                self.read(config=config)

    def test_rank_that_the_weights_contradict_is_damaged(self) -> None:
        with self.assertRaisesRegex(DamagedAdapter, "rank 16.*rank 8"):
            self.read(config=self.config(r=16))

    def test_rank_of_a_pattern_counts(self) -> None:
        self.assertEqual(self.read(config=self.config(r=4, rank_pattern={"q_proj": 8})).rank, 8)

    def test_weights_that_are_cut_short_or_inconsistent_are_damaged(self) -> None:
        whole = adapter_files()["adapter_model.safetensors"]
        for name, weights in {
            "empty": b"",
            "cut in the length": whole[:5],
            "cut in the header": whole[:40],
            "cut in a tensor": whole[:-1],
            "longer than its header says": whole + b"\0",
            "length beyond the file": struct.pack("<Q", 1 << 62) + whole[8:],
            "a pickle": b"\x80\x02}q\0." + bytes(100),
            "no lora matrices": safetensors({"model.norm.weight": (16,)}),
            "ranks of a layer differ": safetensors({"a.lora_A.weight": (8, 16), "a.lora_B.weight": (16, 4)}),
            "bytes that don't fit the shape": safetensors({"a.lora_A.weight": (8, 16)}, "F16", 4),
            "unknown dtype": safetensors({"a.lora_A.weight": (8, 16)}, "I64", 8),
        }.items():
            with self.subTest(name), self.assertRaises(DamagedAdapter):
                self.read(weights=weights)

    def test_adapter_of_another_base_model_is_unfit(self) -> None:
        with self.assertRaisesRegex(UnfitAdapter, "trained on mistralai/Mistral-7B-Instruct-v0.1"):
            self.read().require_fit("mistralai/Mistral-7B-Instruct-v0.2", 64)

    def test_rank_above_the_servers_is_unfit(self) -> None:
        with self.assertRaisesRegex(UnfitAdapter, "rank 8, above MAX_LORA_RANK=4"):
            self.read().require_fit(BASE_MODEL, 4)

    def test_what_vllm_cannot_serve_is_unfit(self) -> None:
        for change in (
            {"use_dora": True},
            {"modules_to_save": ["lm_head"]},
            {"bias": "all"},
            {"layer_replication": [[0, 4]]},
            {"init_lora_weights": "pissa"},
        ):
            with self.subTest(change), self.assertRaisesRegex(UnfitAdapter, "vLLM can't serve"):
                self.read(config=self.config(**change)).require_fit(BASE_MODEL, 64)
