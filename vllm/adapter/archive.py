"""An adapter out of a zip archive that is not trusted."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path, PurePosixPath

from .errors import AdapterError, DamagedAdapter
from .lora import CONFIG, WEIGHTS

_MAX_ENTRIES = 10_000
_BLOCK = 1 << 20


def unpack_adapter(archive: Path, into: Path, limit: int) -> None:
    """Writes the adapter's two files from ``archive`` into the folder ``into``, on disk when this returns.

    The adapter is the one that lies highest in the archive: what a training run logs may hold its checkpoints below.
    Nothing else is unpacked. An archive with a path that leads out of it is refused whole, since no honest tool
    writes one.

    Raises:
        DamagedAdapter: no zip archive, or none or several adapters in it.
        AdapterError: the archive is hostile, or unpacks to more than ``limit`` bytes.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = _files(opened)
            folder = _adapter_folder(entries)
            room = limit
            for name in (CONFIG, WEIGHTS):
                room -= _extract(opened, entries[folder / name], into / name, room)
    except (zipfile.BadZipFile, EOFError) as e:
        raise DamagedAdapter(f"the download is no sound zip archive: {e}") from e


def _files(archive: zipfile.ZipFile) -> dict[PurePosixPath, zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > _MAX_ENTRIES:
        raise AdapterError(f"the archive has more than {_MAX_ENTRIES} entries")
    files: dict[PurePosixPath, zipfile.ZipInfo] = {}
    for entry in entries:
        # orig_filename: zipfile cuts a name at a NUL and turns other separators round
        path = PurePosixPath(entry.orig_filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.orig_filename or "\0" in entry.orig_filename:
            raise AdapterError(f"the archive has a path that leads out of it: {entry.orig_filename!r}")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise AdapterError(f"the archive has a link: {entry.orig_filename!r}")
        if entry.flag_bits & 0x1:
            raise AdapterError("the archive is encrypted")
        if path in files:
            raise AdapterError(f"the archive has {entry.orig_filename!r} twice")
        if not entry.is_dir():
            files[path] = entry
    return files


def _adapter_folder(entries: dict[PurePosixPath, zipfile.ZipInfo]) -> PurePosixPath:
    folders = sorted(
        (path.parent for path in entries if path.name == CONFIG and path.parent / WEIGHTS in entries),
        key=lambda folder: len(folder.parts),
    )
    if not folders:
        raise DamagedAdapter(
            f"the archive has no {CONFIG} beside an {WEIGHTS}. Files that the registry only links to are not in its"
            " archive, and pickled weights (adapter_model.bin) are not accepted: they can run code"
        )
    if len(folders) > 1 and len(folders[0].parts) == len(folders[1].parts):
        raise DamagedAdapter(f"the archive has several adapters: {folders[0]} and {folders[1]}")
    return folders[0]


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, into: Path, room: int) -> int:
    size = 0
    with archive.open(entry) as source, into.open("wb") as out:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > room:
                raise AdapterError("the archive unpacks to more than ADAPTER_MAX_BYTES")
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return size
