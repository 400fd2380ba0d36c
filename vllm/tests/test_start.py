"""The start script, with an executable in vLLM's place that records how it was called."""

import json
import os
import subprocess
import sys
from typing import Any

from .support import ROOT, TemporaryFolder, adapter_files, environment, written

_RECORDER = """#!{python}
import json, os, sys
with open({record!r}, "w") as out:
    json.dump({{"pid": os.getpid(), "arguments": sys.argv[1:], "environment": dict(os.environ)}}, out)
"""


class StartTest(TemporaryFolder):
    def setUp(self) -> None:
        super().setUp()
        self.source = written(self.folder / "mine", adapter_files())
        self.record = self.folder / "record.json"
        recorder = self.folder / "bin" / "vllm"
        recorder.parent.mkdir()
        recorder.write_text(_RECORDER.format(python=sys.executable, record=str(self.record)))
        recorder.chmod(0o755)

    def start(self, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        given = {
            "ADAPTER_CACHE": str(self.folder / "cache"),
            "FINE_TUNED_LLM_TWIN_MODEL_TYPE": str(self.source),
            **settings,
        }
        process_environment = environment(**given)
        python = os.path.dirname(sys.executable)
        process_environment["PATH"] = f"{self.folder / 'bin'}:{python}:{process_environment['PATH']}"
        process = subprocess.Popen(
            [str(ROOT / "start.sh"), *arguments],
            env=process_environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        out, err = process.communicate(timeout=60)
        self.pid = process.pid
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def called(self, *arguments: str, **settings: str) -> dict[str, Any]:
        ended = self.start(*arguments, **settings)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        called: dict[str, Any] = json.loads(self.record.read_text())
        return called

    def flags(self, *arguments: str, **settings: str) -> dict[str, str]:
        words = self.called(*arguments, **settings)["arguments"][2:]
        flags: dict[str, str] = {}
        for word in words:
            if word.startswith("--"):
                flag = word
                flags[flag] = ""
            else:
                flags[flag] = word
        return flags

    def test_start_serves_the_base_model_and_the_adapter_with_the_flags_for_an_a10(self) -> None:
        called = self.called()
        flags = self.flags()

        self.assertEqual(called["arguments"][:2], ["serve", "mistralai/Mistral-7B-Instruct-v0.1"])
        name, _, folder = flags.pop("--lora-modules").partition("=")
        self.assertEqual(name, "llm-twin")
        self.assertTrue(folder.startswith(str(self.folder / "cache" / "folder")))
        self.assertEqual(
            flags,
            {
                "--host": "127.0.0.1",
                "--port": "8000",
                "--dtype": "bfloat16",
                "--max-model-len": "4096",
                "--gpu-memory-utilization": "0.90",
                "--max-num-seqs": "32",
                "--shutdown-timeout": "30",
                "--disable-access-log-for-endpoints": "/health,/metrics",
                "--disable-fastapi-docs": "",
                "--middleware": "key_guard.KeyGuard",
                "--served-model-name": "mistralai/Mistral-7B-Instruct-v0.1",
                "--enable-lora": "",
                "--max-loras": "1",
                "--max-lora-rank": "64",
            },
        )
        self.assertEqual(called["environment"]["VLLM_ALLOW_RUNTIME_LORA_UPDATING"], "true")
        self.assertIn(str(ROOT), called["environment"]["PYTHONPATH"].split(":"))

    def test_start_becomes_vllm_so_that_signals_reach_it(self) -> None:
        self.assertEqual(self.called()["pid"], self.pid)

    def test_settings_reach_the_flags(self) -> None:
        flags = self.flags(
            LLM_SERVER_PORT="9000", MAX_MODEL_LEN="2048", MAX_NUM_SEQS="8", GPU_MEMORY_UTILIZATION="0.8",
            MAX_LORA_RANK="16", SHUTDOWN_TIMEOUT="5", DTYPE="float16", ADAPTER_NAME="me", BASE_MODEL_REVISION="abc",
        )  # fmt: skip

        self.assertEqual(flags["--port"], "9000")
        self.assertEqual(flags["--max-model-len"], "2048")
        self.assertEqual(flags["--max-num-seqs"], "8")
        self.assertEqual(flags["--gpu-memory-utilization"], "0.8")
        self.assertEqual(flags["--max-lora-rank"], "16")
        self.assertEqual(flags["--shutdown-timeout"], "5")
        self.assertEqual(flags["--dtype"], "float16")
        self.assertEqual(flags["--revision"], "abc")
        self.assertTrue(flags["--lora-modules"].startswith("me="))

    def test_argument_of_ones_own_comes_last_and_wins(self) -> None:
        self.assertEqual(self.called("--max-model-len", "1024")["arguments"][-2:], ["--max-model-len", "1024"])

    def test_merged_model_is_served_under_the_adapters_name_without_lora(self) -> None:
        called = self.called(MERGED_MODEL_PATH="/models/merged", FINE_TUNED_LLM_TWIN_MODEL_TYPE="/nowhere")

        self.assertEqual(called["arguments"][1], "/models/merged")
        self.assertIn("llm-twin", called["arguments"])
        self.assertNotIn("--enable-lora", called["arguments"])
        self.assertNotIn("VLLM_ALLOW_RUNTIME_LORA_UPDATING", called["environment"])

    def test_address_that_is_not_loopback_asks_for_a_key(self) -> None:
        ended = self.start(LLM_SERVER_ADDRESS="0.0.0.0", VLLM_API_KEY="")

        self.assertEqual(ended.returncode, 1)
        self.assertIn("VLLM_API_KEY must be set", ended.stderr)
        self.assertFalse(self.record.exists())

    def test_keys_are_in_no_argument_and_those_of_others_not_in_the_environment(self) -> None:
        called = self.called(
            LLM_SERVER_ADDRESS="0.0.0.0", VLLM_API_KEY="vllm-k3y", COMET_API_KEY="c0met-k3y",
            HUGGINGFACE_ACCESS_TOKEN="hf-k3y",
        )  # fmt: skip

        self.assertNotIn("k3y", " ".join(called["arguments"]))
        self.assertEqual(called["environment"]["VLLM_API_KEY"], "vllm-k3y")
        self.assertEqual(called["environment"]["HF_TOKEN"], "hf-k3y")
        self.assertNotIn("COMET_API_KEY", called["environment"])

    def test_key_that_is_set_to_nothing_is_no_key(self) -> None:
        self.assertNotIn("VLLM_API_KEY", self.called(VLLM_API_KEY="")["environment"])

    def test_adapter_that_is_refused_starts_nothing(self) -> None:
        ended = self.start(MAX_LORA_RANK="1")

        self.assertEqual(ended.returncode, 1)
        self.assertIn("MAX_LORA_RANK=1", ended.stderr)
        self.assertFalse(self.record.exists())
