import io
import stat
import zipfile

from adapter.archive import unpack_adapter
from adapter.errors import AdapterError, DamagedAdapter

from .support import TemporaryFolder, adapter_files, zipped

_LIMIT = 1 << 20


class ArchiveTest(TemporaryFolder):
    def unpack(self, archive: bytes, limit: int = _LIMIT) -> dict[str, bytes]:
        file = self.folder / "download.zip"
        file.write_bytes(archive)
        into = self.folder / "into"
        into.mkdir(exist_ok=True)
        unpack_adapter(file, into, limit)
        return {path.name: path.read_bytes() for path in into.iterdir()}

    def outside(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()} - {"download.zip", "into"}

    def test_adapter_in_a_folder_of_the_archive_is_found_and_nothing_else_unpacked(self) -> None:
        files = {f"model/{name}": content for name, content in adapter_files().items()}

        self.assertEqual(self.unpack(zipped({**files, "model/optimizer.pt": b"x", "README.md": b"x"})), adapter_files())

    def test_checkpoints_below_the_adapter_are_left(self) -> None:
        files = dict(adapter_files())
        files.update({f"checkpoint-500/{name}": content for name, content in adapter_files(rank=4).items()})

        self.assertEqual(self.unpack(zipped(files)), adapter_files())

    def test_paths_that_lead_out_of_the_archive_are_refused(self) -> None:
        for path in ("../evil", "/etc/evil", "a/../../evil", "..\\evil"):
            with self.subTest(path), self.assertRaisesRegex(AdapterError, "leads out"):
                self.unpack(zipped({**adapter_files(), path: b"x"}))
            self.assertEqual(self.outside(), set())

    def test_links_are_refused(self) -> None:
        link = zipfile.ZipInfo("adapter_config.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(link, "/etc/passwd")

        with self.assertRaisesRegex(AdapterError, "link"):
            self.unpack(buffer.getvalue())

    def test_archive_that_unpacks_to_more_than_the_limit_is_refused(self) -> None:
        bomb = zipped({**adapter_files(), "adapter_model.safetensors": bytes(8 << 20)})
        self.assertLess(len(bomb), _LIMIT)

        with self.assertRaisesRegex(AdapterError, "ADAPTER_MAX_BYTES"):
            self.unpack(bomb)

    def test_archive_without_or_with_two_adapters_is_damaged(self) -> None:
        pickled = {"adapter_config.json": b"{}", "adapter_model.bin": b"x"}
        twice = {f"{folder}/{name}": content for folder in "ab" for name, content in adapter_files().items()}
        for files in ({}, pickled, twice):
            with self.subTest(sorted(files)), self.assertRaises(DamagedAdapter):
                self.unpack(zipped(files))

    def test_bytes_that_are_no_archive_are_damaged(self) -> None:
        whole = zipped(adapter_files())
        for archive in (b"", b"<html>", whole[: len(whole) // 2]):
            with self.subTest(archive[:10]), self.assertRaises(DamagedAdapter):
                self.unpack(archive)
