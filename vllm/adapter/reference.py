"""What names an adapter: ``FINE_TUNED_LLM_TWIN_MODEL_TYPE``, in one of three forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .errors import AdapterError

# a name becomes a folder of the cache, so it can be neither hidden nor a way out of it
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_COMET = re.compile(rf"(?P<workspace>{_NAME})/(?P<model>{_NAME}):(?P<version>{_NAME})")
_HUGGING_FACE = re.compile(rf"hf:(?P<repository>{_NAME}/{_NAME})@(?P<revision>{_NAME}(?:/{_NAME})*)")


@dataclass(frozen=True)
class CometModel:
    """A version of a model in Comet's model registry: ``workspace/model:version``."""

    workspace: str
    model: str
    version: str


@dataclass(frozen=True)
class HuggingFaceRepository:
    """A Hugging Face repository at a commit, branch or tag: ``hf:owner/repository@revision``."""

    repository: str
    revision: str


@dataclass(frozen=True)
class LocalFolder:
    """A folder on this machine, given by its absolute path."""

    path: Path


Reference = CometModel | HuggingFaceRepository | LocalFolder


def parse_reference(text: str) -> Reference:
    """The reference that ``text`` writes down.

    Raises:
        AdapterError: it is none of the three forms, or names no version.
    """
    if text.startswith("/"):
        return LocalFolder(Path(text))
    if match := _HUGGING_FACE.fullmatch(text):
        return HuggingFaceRepository(**match.groupdict())
    if match := _COMET.fullmatch(text):
        return CometModel(**match.groupdict())
    raise AdapterError(
        f"{text!r} names no adapter: write workspace/model:version (Comet), hf:owner/repository@revision"
        " (Hugging Face), or the absolute path of a folder"
    )
