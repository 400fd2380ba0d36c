"""Tiny adapters, and a loopback HTTP server that stands in for the places where adapters are kept."""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import subprocess
import sys
import tempfile
import threading
import unittest
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BASE_MODEL = "mistralai/Mistral-7B-Instruct-v0.1"


def safetensors(tensors: dict[str, tuple[int, ...]], dtype: str = "F32", width: int = 4) -> bytes:
    """A safetensors file of zeros."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape in tensors.items():
        size = width
        for extent in shape:
            size *= extent
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(end)


def adapter_files(rank: int = 8, base_model: str = BASE_MODEL, **config: Any) -> dict[str, bytes]:
    """An adapter for one projection of a tiny model, by file name."""
    layer = "base_model.model.model.layers.0.self_attn.q_proj"
    return {
        "adapter_config.json": json.dumps(
            {
                "peft_type": "LORA",
                "base_model_name_or_path": base_model,
                "r": rank,
                "lora_alpha": 16,
                "target_modules": ["q_proj"],
                **config,
            }
        ).encode(),
        "adapter_model.safetensors": safetensors(
            {f"{layer}.lora_A.weight": (rank, 16), f"{layer}.lora_B.weight": (16, rank)}
        ),
    }


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def written(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


class TemporaryFolder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()


class Request:
    """A request as the stand-in got it, and the ways to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self.path = handler.path
        self.headers = handler.headers
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        self._handler = handler

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.begin(status, len(body), **headers)
        self.write(body)

    def begin(self, status: int, length: int, **headers: str) -> None:
        self._handler.send_response(status)
        self._handler.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()

    def write(self, body: bytes) -> None:
        self._handler.wfile.write(body)
        self._handler.wfile.flush()


class StandIn:
    """An HTTP server on a free loopback port. ``respond`` answers; ``requests`` has what came."""

    def __init__(self, test: unittest.TestCase, respond: Callable[[Request], None]) -> None:
        self.requests: list[Request] = []
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                request = Request(self)
                stand_in.requests.append(request)
                try:
                    respond(request)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            do_POST = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        test.addCleanup(thread.join)
        test.addCleanup(self._server.server_close)
        test.addCleanup(self._server.shutdown)


def environment(**settings: str) -> dict[str, str]:
    """A process's environment with these settings and none of the machine's own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **settings}


def adapter(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line to its end."""
    return subprocess.run(
        [sys.executable, "-m", "adapter", *arguments],
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
    )


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
