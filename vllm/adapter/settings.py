"""The environment's say. README.md explains each name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .cache import AdapterCache
from .download import Downloads
from .errors import AdapterError
from .lora import LoraAdapter
from .reference import CometModel, HuggingFaceRepository, Reference, parse_reference
from .server import VllmServer
from .sources import CometSource, FolderSource, HuggingFaceSource, Source


@dataclass(frozen=True)
class Settings:
    """What to serve, where it comes from and what it may be.

    Attributes:
        reference: names the adapter.
        base_model: the base model's name, which the adapter must have been trained on.
        base_model_path: the base model's folder; none when it is to be had by name.
        max_bytes: bound on a download and on what it unpacks to.
        url: base address of the vLLM server, for a swap.
    """

    reference: str
    base_model: str
    base_model_path: Path | None
    adapter_name: str
    max_lora_rank: int
    cache: Path
    max_bytes: int
    url: str
    comet_url: str
    hugging_face_url: str
    comet_api_key: str | None = field(repr=False)
    hugging_face_token: str | None = field(repr=False)
    vllm_api_key: str | None = field(repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """The settings that ``environment`` makes. A variable that is set to nothing counts as not set."""
        given = {name: value for name, value in environment.items() if value.strip()}
        base_model_path = given.get("BASE_MODEL_PATH")
        return cls(
            reference=given.get("FINE_TUNED_LLM_TWIN_MODEL_TYPE", "decodingml/llm-twin:1.0.0"),
            base_model=given.get("BASE_MODEL", "mistralai/Mistral-7B-Instruct-v0.1"),
            base_model_path=Path(base_model_path) if base_model_path else None,
            adapter_name=given.get("ADAPTER_NAME", "llm-twin"),
            max_lora_rank=_positive(given, "MAX_LORA_RANK", 64),
            cache=Path(given.get("ADAPTER_CACHE", "~/.cache/llm-twin/adapters")).expanduser(),
            max_bytes=_positive(given, "ADAPTER_MAX_BYTES", 2 << 30),
            url=f"http://127.0.0.1:{_positive(given, 'LLM_SERVER_PORT', 8000)}",
            comet_url=given.get("COMET_URL_OVERRIDE", "https://www.comet.com"),
            hugging_face_url=given.get("HF_ENDPOINT", "https://huggingface.co"),
            comet_api_key=given.get("COMET_API_KEY"),
            hugging_face_token=given.get("HUGGINGFACE_ACCESS_TOKEN") or given.get("HF_TOKEN"),
            vllm_api_key=given.get("VLLM_API_KEY"),
        )

    def pull(self, reference: str | None = None) -> LoraAdapter:
        """The adapter that ``reference`` names, else the configured one: on disk, sound, and fit for the base model.

        Raises:
            AdapterError: it can't be had or can't be served.
        """
        adapter = self.fetch(reference)
        adapter.require_fit(self.base_model, self.max_lora_rank)
        return adapter

    def fetch(self, reference: str | None = None) -> LoraAdapter:
        """As ``pull``, without asking whether vLLM could serve it beside the base model."""
        source = self._source(parse_reference(reference or self.reference))
        return AdapterCache(self.cache).get(source.pin(), source.fetch)

    def server(self) -> VllmServer:
        """The vLLM server beside this process."""
        return VllmServer(self.url, self.vllm_api_key)

    def _source(self, reference: Reference) -> Source:
        if isinstance(reference, CometModel):
            if self.comet_api_key is None:
                raise AdapterError("Comet's model registry needs COMET_API_KEY")
            return CometSource(reference, self.comet_api_key, self.comet_url, self.max_bytes, Downloads())
        if isinstance(reference, HuggingFaceRepository):
            return HuggingFaceSource(
                reference, self.hugging_face_token, self.hugging_face_url, self.max_bytes, Downloads()
            )
        return FolderSource(reference, self.max_bytes)


def _positive(given: Mapping[str, str], name: str, default: int) -> int:
    value = given.get(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) == 0:
        raise AdapterError(f"{name} must be a positive whole number, not {value!r}")
    return int(value)
