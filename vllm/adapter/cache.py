"""Adapters on disk, one folder for each version, complete or absent."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from .errors import DamagedAdapter
from .lora import LoraAdapter

_LOG = logging.getLogger(__name__)


class AdapterCache:
    """A folder of adapters that any number of processes share.

    A version is fetched beside its place and renamed into it, so a reader sees all of it or nothing. One process
    fetches it at a time, under a file lock that the kernel releases with the process; the others wait and find it
    done. What a killed process left is thrown away by the next one that holds the lock.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def get(self, version: PurePosixPath, fetch: Callable[[Path], None]) -> LoraAdapter:
        """The adapter at ``version``, a path below the cache that always means the same bytes.

        ``fetch`` is called only when it isn't there yet, with an empty folder to put the two files into.

        Raises:
            DamagedAdapter: what ``fetch`` brought is no sound adapter. Nothing is kept of it.
        """
        place = self._root / version
        place.parent.mkdir(parents=True, exist_ok=True)
        with self._locked(place):
            if place.exists():
                try:
                    return LoraAdapter.read(place)
                except DamagedAdapter as e:
                    _LOG.warning("the cached %s is damaged (%s) and is fetched again", version, e)
                    shutil.rmtree(place)
            self._fetch(place, fetch)
        return LoraAdapter.read(place)

    def _fetch(self, place: Path, fetch: Callable[[Path], None]) -> None:
        partial = place.with_name(f".{place.name}.partial")
        if partial.exists():
            shutil.rmtree(partial)
        partial.mkdir()
        try:
            fetch(partial)
            LoraAdapter.read(partial)
            _sync(partial)
            partial.rename(place)
            _sync(place.parent)
        finally:
            if partial.exists():
                shutil.rmtree(partial)

    @contextmanager
    def _locked(self, place: Path) -> Iterator[None]:
        with place.with_name(f".{place.name}.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _LOG.info("another process is fetching %s; waiting for it", place.relative_to(self._root))
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _sync(folder: Path) -> None:
    """Names in a folder survive a power cut only once the folder itself is on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
