"""Where adapters come from: Comet's model registry, Hugging Face, or a folder."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Protocol, TypeVar

from .archive import unpack_adapter
from .download import Downloads
from .errors import AdapterError, DamagedAdapter, Refused
from .lora import CONFIG, WEIGHTS
from .reference import CometModel, HuggingFaceRepository, LocalFolder

_T = TypeVar("_T")
_COMMIT = re.compile(r"[0-9a-f]{40}")


class Source(Protocol):
    """One adapter, where it is kept."""

    def pin(self) -> PurePosixPath:
        """A path below the cache that names these bytes and no others."""

    def fetch(self, into: Path) -> None:
        """Puts the adapter's two files into the empty folder ``into``.

        Raises:
            AdapterError: they can't be had.
        """


@dataclass(frozen=True)
class CometSource:
    """A version in Comet's model registry, downloaded as Comet's own clients do.

    ``GET /api/rest/v2/registry-model/item/download`` with ``workspaceName``, ``modelName`` and ``version``, and the
    bare key in ``Authorization``; the answer is a zip archive of the version's files. Seen from the Python client
    comet_ml 3.58.8 against a recorder.
    """

    model: CometModel
    api_key: str = field(repr=False)
    url: str
    limit: int
    downloads: Downloads

    def pin(self) -> PurePosixPath:
        return PurePosixPath("comet", self.model.workspace, self.model.model, self.model.version)

    def fetch(self, into: Path) -> None:
        query = urllib.parse.urlencode(
            {
                "workspaceName": self.model.workspace,
                "modelName": self.model.model,
                "version": self.model.version,
            }
        )
        archive = into / "download.zip"
        try:
            self.downloads.file(
                urllib.parse.urljoin(self.url, f"/api/rest/v2/registry-model/item/download?{query}"),
                archive,
                self.limit,
                {"Authorization": self.api_key},
            )
        except Refused as e:
            raise AdapterError(self._explain(e.status)) from e
        unpack_adapter(archive, into, self.limit)
        archive.unlink()

    def _explain(self, status: int) -> str:
        named = f"{self.model.workspace}/{self.model.model}:{self.model.version}"
        if status in (401, 403):
            return f"Comet refused COMET_API_KEY for {named} (HTTP {status})"
        return f"Comet has no {named}, or doesn't show it to this key (HTTP {status})"


@dataclass(frozen=True)
class HuggingFaceSource:
    """A repository on the Hugging Face hub, or on a server that ``HF_ENDPOINT`` names.

    ``GET /api/models/{repository}/revision/{revision}?blobs=true`` tells the commit and the files' hashes, and
    ``GET /{repository}/resolve/{commit}/{file}`` is a file.
    """

    repository: HuggingFaceRepository
    token: str | None = field(repr=False)
    url: str
    limit: int
    downloads: Downloads

    def pin(self) -> PurePosixPath:
        """By commit: a branch or tag is looked up, since it may have moved."""
        return PurePosixPath("hugging-face", self.repository.repository, self._commit)

    def fetch(self, into: Path) -> None:
        hashes = _hashes(self._info(self._commit))
        for name in (CONFIG, WEIGHTS):
            digest = self._file(self._commit, name, into / name)
            if hashes.get(name, digest) != digest:
                raise DamagedAdapter(f"{name} is not what the hub's SHA-256 says")

    @cached_property
    def _commit(self) -> str:
        """Looked up once: a branch that moves in between must not be kept under its old commit."""
        if _COMMIT.fullmatch(self.repository.revision):
            return self.repository.revision
        commit = self._info(self.repository.revision).get("sha")
        if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
            raise AdapterError("the hub did not say which commit the revision is")
        return commit

    def _info(self, revision: str) -> dict[str, Any]:
        path = f"/api/models/{self.repository.repository}/revision/{urllib.parse.quote(revision, safe='')}?blobs=true"
        info = self._call(lambda: self.downloads.json(self.url.rstrip("/") + path, self._headers()))
        if not isinstance(info, dict):
            raise AdapterError("the hub did not answer with a repository's description")
        return info

    def _file(self, commit: str, name: str, into: Path) -> str:
        url = f"{self.url.rstrip('/')}/{self.repository.repository}/resolve/{commit}/{name}"
        return self._call(lambda: self.downloads.file(url, into, self.limit, self._headers()))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _call(self, call: Callable[[], _T]) -> _T:
        try:
            return call()
        except Refused as e:
            named = f"{self.repository.repository}@{self.repository.revision}"
            if e.status in (401, 403):
                raise AdapterError(
                    f"Hugging Face refused {named} (HTTP {e.status}): private or gated, see HUGGINGFACE_ACCESS_TOKEN"
                ) from e
            raise AdapterError(f"Hugging Face has no {named} with {CONFIG} and {WEIGHTS} (HTTP {e.status})") from e


def _hashes(info: dict[str, Any]) -> dict[str, str]:
    """SHA-256 by file name, of the files that the hub keeps in LFS; the others have none."""
    return {
        file["rfilename"]: file["lfs"]["sha256"]
        for file in info.get("siblings") or []
        if isinstance(file, dict) and isinstance(file.get("lfs"), dict) and "sha256" in file["lfs"]
    }


@dataclass(frozen=True)
class FolderSource:
    """A folder on this machine. It is copied, so that what is served can't change under the server."""

    folder: LocalFolder
    limit: int

    def pin(self) -> PurePosixPath:
        return PurePosixPath("folder", self._digest)

    def fetch(self, into: Path) -> None:
        for name in (CONFIG, WEIGHTS):
            with self._file(name).open("rb") as source, (into / name).open("wb") as out:
                shutil.copyfileobj(source, out)
                out.flush()
                os.fsync(out.fileno())
        if _digest(into / CONFIG, into / WEIGHTS) != self._digest:
            raise AdapterError(f"{self.folder.path} changed while it was copied")

    @cached_property
    def _digest(self) -> str:
        return _digest(self._file(CONFIG), self._file(WEIGHTS))

    def _file(self, name: str) -> Path:
        file = self.folder.path / name
        if not file.is_file():
            raise DamagedAdapter(f"there is no {name} in {self.folder.path}")
        if file.stat().st_size > self.limit:
            raise AdapterError(f"{file} is larger than ADAPTER_MAX_BYTES={self.limit}")
        return file


def _digest(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as opened:
            digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()
