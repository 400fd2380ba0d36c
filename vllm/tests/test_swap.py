"""The command ``swap`` against a stand-in of vLLM that answers as a real one was seen to."""

import json
import socket
import urllib.parse
from pathlib import Path

from .support import Request, StandIn, TemporaryFolder, adapter, adapter_files, written


class SwapTest(TemporaryFolder):
    def setUp(self) -> None:
        super().setUp()
        self.served = {"llm-twin": "/old"}
        self.source = written(self.folder / "mine", adapter_files())

    def vllm(self, status: int = 200, body: bytes = b"") -> StandIn:
        def respond(request: Request) -> None:
            if request.path == "/v1/models":
                cards = [{"id": name, "root": root, "parent": "base"} for name, root in self.served.items()]
                request.answer(200, json.dumps({"object": "list", "data": cards}).encode())
            elif status == 200:
                asked = json.loads(request.body)
                self.served[asked["lora_name"]] = asked["lora_path"]
                request.answer(200, b"Success: LoRA adapter 'llm-twin' added successfully.")
            else:
                request.answer(status, body)

        return StandIn(self, respond)

    def swap(self, server: StandIn) -> tuple[int, str, str]:
        ended = adapter(
            "swap",
            str(self.source),
            ADAPTER_CACHE=str(self.folder / "cache"),
            LLM_SERVER_PORT=str(urllib.parse.urlsplit(server.url).port),
            VLLM_API_KEY="vllm-k3y",
        )
        return ended.returncode, ended.stdout, ended.stderr

    def test_adapter_is_loaded_in_place_from_its_place_in_the_cache(self) -> None:
        server = self.vllm()

        code, out, err = self.swap(server)

        self.assertEqual(code, 0, err)
        load = server.requests[0]
        self.assertEqual(load.path, "/v1/load_lora_adapter")
        self.assertEqual(load.headers["Authorization"], "Bearer vllm-k3y")
        self.assertEqual(
            json.loads(load.body), {"lora_name": "llm-twin", "lora_path": out.strip(), "load_inplace": True}
        )
        self.assertTrue(Path(out.strip()).is_dir())

    def test_refusals_in_each_of_vllms_forms_are_told(self) -> None:
        for status, body, said in (
            (
                400,
                b'{"error":{"message":"rank too high","type":"BadRequest","param":null,"code":400}}',
                "rank too high",
            ),
            (401, b'{"error":"Unauthorized"}', "Unauthorized"),
            (404, b'{"detail":"Not Found"}', "Not Found"),
            (500, b"Internal Server Error", "Internal Server Error"),
        ):
            with self.subTest(status):
                code, out, err = self.swap(self.vllm(status, body))
                self.assertEqual((code, out), (1, ""))
                self.assertIn(f"HTTP {status}: ", err)
                self.assertIn(said, err)
                self.assertNotIn("k3y", err)

    def test_server_that_is_not_there_is_told(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        ended = adapter("swap", str(self.source), ADAPTER_CACHE=str(self.folder / "cache"), LLM_SERVER_PORT=str(port))

        self.assertEqual(ended.returncode, 1)
        self.assertIn(f"no vLLM server at http://127.0.0.1:{port}", ended.stderr)
