"""A running vLLM server, and the adapters it has loaded."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import AdapterError

# a load reads some hundred megabytes and moves them to the GPU between two steps of the running requests
_TIMEOUT = 300.0


@dataclass(frozen=True)
class VllmServer:
    """The HTTP API of one vLLM, at ``url``, started with ``VLLM_ALLOW_RUNTIME_LORA_UPDATING=true``."""

    url: str
    api_key: str | None = field(repr=False)

    def load(self, name: str, folder: Path) -> None:
        """Serves the adapter in ``folder`` as the model ``name``, in the place of the one that had that name.

        Requests that are running go on. ``folder`` must be another one than before: vLLM names the blocks of its prefix
        cache after the path, and would go on using those that the old weights made.

        Raises:
            AdapterError: the server refuses it, and goes on serving what it served before; or is not there.
        """
        self._call("/v1/load_lora_adapter", {"lora_name": name, "lora_path": str(folder), "load_inplace": True})
        if self.folder_of(name) != folder:
            raise AdapterError(f"vLLM accepted {folder}, but does not serve it as {name}")

    def folder_of(self, name: str) -> Path | None:
        """The folder of the adapter that is served as ``name``, or none."""
        models = json.loads(self._call("/v1/models", None))
        roots = [model["root"] for model in models["data"] if model["id"] == name and model.get("parent")]
        return Path(roots[0]) if roots else None

    def _call(self, path: str, body: dict[str, Any] | None) -> bytes:
        request = urllib.request.Request(
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        if self.api_key:
            request.add_unredirected_header("Authorization", f"Bearer {self.api_key}")
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:
                return bytes(response.read())
        except urllib.error.HTTPError as e:
            with e:
                raise AdapterError(f"vLLM answered {path} with HTTP {e.code}: {_message(e.read(10_000))}") from e
        except OSError as e:
            raise AdapterError(f"no vLLM server at {self.url}: {e}") from e


def _message(body: bytes) -> str:
    try:
        error = json.loads(body)["error"]
        return str(error["message"] if isinstance(error, dict) else error)
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace").strip()
