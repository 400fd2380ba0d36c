"""The start script and the commands with a real vLLM and a real peft, on the CPU.

They run where ``VLLM_TEST_PREFIX`` names a Python installation that has both (``bin/vllm``, ``bin/python3``).
"""

import json
import os
import signal
import socket
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .support import ROOT, environment

PREFIX = os.environ.get("VLLM_TEST_PREFIX", "")


@unittest.skipUnless(PREFIX, "no real vLLM: VLLM_TEST_PREFIX is not set")
class VllmTest(unittest.TestCase):
    folder: Path
    port: str
    server: "subprocess.Popen[str]"
    log: list[str]
    reader: threading.Thread

    @classmethod
    def setUpClass(cls) -> None:
        temporary = TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name).resolve()
        cls.run_python(str(ROOT / "tests" / "tiny_mistral.py"), str(cls.folder))
        cls.server = subprocess.Popen(
            [str(ROOT / "start.sh"), "--enforce-eager"],
            env=cls.settings(FINE_TUNED_LLM_TWIN_MODEL_TYPE=str(cls.folder / "first")),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        cls.addClassCleanup(cls.stop)
        cls.log = []
        cls.reader = threading.Thread(target=cls.collect_log, daemon=True)
        cls.reader.start()
        cls.await_health()

    @classmethod
    def collect_log(cls) -> None:
        assert cls.server.stdout is not None
        cls.log.extend(cls.server.stdout)

    @classmethod
    def await_health(cls) -> None:
        """A model of this size is loaded within a minute on an idle machine, and within ten on a busy one."""
        deadline = time.monotonic() + 600
        while cls.server.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{cls.port}/health", timeout=60):
                    return
            except OSError:
                cls.reader.join(0.5)
        raise AssertionError("vLLM did not start:\n" + "".join(cls.log))

    @classmethod
    def stop(cls) -> None:
        cls.server.send_signal(signal.SIGTERM)
        cls.server.wait(120)

    @classmethod
    def settings(cls, **settings: str) -> dict[str, str]:
        settings = environment(
            ADAPTER_CACHE=str(cls.folder / "cache"),
            BASE_MODEL="tiny/mistral",
            BASE_MODEL_PATH=str(cls.folder / "base"),
            LLM_SERVER_PORT=cls.free_port(),
            MAX_MODEL_LEN="512",
            MAX_LORA_RANK="8",
            MAX_NUM_SEQS="4",
            GPU_MEMORY_UTILIZATION="0.05",
            VLLM_API_KEY="vllm-k3y",
            VLLM_CPU_KVCACHE_SPACE="1",
            VLLM_NO_USAGE_STATS="1",
            HF_HUB_OFFLINE="1",
            **settings,
        )
        settings["PATH"] = f"{PREFIX}/bin:{settings['PATH']}"
        return settings

    @classmethod
    def free_port(cls) -> str:
        """One port for the class: vLLM does not say which one it got when it is asked for any."""
        if not hasattr(cls, "port"):
            with socket.create_server(("127.0.0.1", 0)) as free:
                cls.port = str(free.getsockname()[1])
        return cls.port

    @classmethod
    def run_python(cls, *arguments: str, **settings: str) -> str:
        ended = subprocess.run(
            [f"{PREFIX}/bin/python3", *arguments], env=cls.settings(**settings), capture_output=True, text=True
        )
        if ended.returncode:
            raise AssertionError(ended.stderr)
        return ended.stdout.strip().splitlines()[-1] if ended.stdout.strip() else ""

    def call(self, path: str, body: Any = None, key: str | None = "vllm-k3y") -> tuple[int, bytes]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as e:
            with e:
                return e.code, e.read()

    def answer(self, model: str) -> str:
        status, body = self.call(
            "/v1/completions",
            {"model": model, "prompt": "Who wrote this?", "max_tokens": 16, "temperature": 0, "ignore_eos": True},
        )
        self.assertEqual(status, 200, body)
        return str(json.loads(body)["choices"][0]["text"])

    def test_adapter_is_listed_below_its_base_model(self) -> None:
        cards = {card["id"]: card for card in json.loads(self.call("/v1/models")[1])["data"]}

        self.assertEqual(cards["tiny/mistral"]["max_model_len"], 512)
        self.assertEqual(cards["llm-twin"]["parent"], "tiny/mistral")

    def test_key_guards_the_api_and_is_not_in_the_list_of_processes(self) -> None:
        self.assertEqual(self.call("/v1/models", key=None)[0], 401)
        self.assertEqual(self.call("/v1/load_lora_adapter", {"lora_name": "x", "lora_path": "/x"}, key=None)[0], 401)
        self.assertEqual(self.call("/adapters", {"name": "llm-twin", "src": "/x"}, key=None)[0], 401)
        self.assertEqual(self.call("/invocations", {"prompt": "x", "max_tokens": 1}, key=None)[0], 401)
        self.assertEqual(self.call("/tokenize", {"model": "llm-twin", "prompt": "x"}, key=None)[0], 200)
        self.assertEqual(self.call("/health", key=None)[0], 200)
        command = Path(f"/proc/{self.server.pid}/cmdline").read_bytes()
        self.assertIn(b"serve", command)
        self.assertNotIn(b"k3y", command)

    def test_new_version_is_swapped_in_while_it_serves(self) -> None:
        base = self.answer("tiny/mistral")
        first = self.answer("llm-twin")
        self.assertNotEqual(first, base)

        self.run_python("-m", "adapter", "swap", str(self.folder / "second"))
        second = self.answer("llm-twin")
        self.assertNotEqual(second, first)
        self.assertEqual(self.answer("tiny/mistral"), base)

        self.run_python("-m", "adapter", "swap", str(self.folder / "first"))
        self.assertEqual(self.answer("llm-twin"), first)

    def test_version_that_cannot_be_served_leaves_the_old_one(self) -> None:
        before = self.answer("llm-twin")
        foreign = self.folder / "foreign"
        foreign.mkdir()
        for file in ("adapter_config.json", "adapter_model.safetensors"):
            content = (self.folder / "first" / file).read_bytes()
            # a module that the base model has not: sound and of the right rank, but nothing that vLLM can place
            (foreign / file).write_bytes(content.replace(b"q_proj", b"x_proj"))

        with self.assertRaisesRegex(AssertionError, "HTTP [45]"):
            self.run_python("-m", "adapter", "swap", str(foreign))

        self.assertEqual(self.answer("llm-twin"), before)

    def test_merged_model_answers_as_base_and_adapter_do(self) -> None:
        merged = self.run_python(
            "-m", "adapter", "merge", str(self.folder / "second"), "--into", str(self.folder / "merged")
        )

        logits = self.run_python(str(ROOT / "tests" / "compare_logits.py"), str(self.folder), merged)
        self.assertLess(float(logits), 0.1)

    def test_metrics_that_scaling_and_dashboards_read_are_there(self) -> None:
        metrics = self.call("/metrics", key=None)[1].decode()

        for name in (
            "vllm:num_requests_running",
            "vllm:num_requests_waiting",
            "vllm:kv_cache_usage_perc",
            "vllm:time_to_first_token_seconds_bucket",
            "vllm:prefix_cache_hits_total",
            "vllm:prefix_cache_queries_total",
            "vllm:generation_tokens_total",
            "vllm:prompt_tokens_total",
        ):
            with self.subTest(name):
                self.assertIn("\n" + name, metrics)
