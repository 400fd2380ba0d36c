from adapter.errors import AdapterError
from adapter.reference import LocalFolder
from adapter.sources import FolderSource

from .support import TemporaryFolder, adapter_files, written


class FolderSourceTest(TemporaryFolder):
    def test_folder_that_changes_between_pin_and_fetch_is_refused(self) -> None:
        source = FolderSource(LocalFolder(written(self.folder / "mine", adapter_files())), 1 << 20)
        source.pin()
        written(self.folder / "mine", adapter_files(rank=16))
        into = self.folder / "into"
        into.mkdir()

        with self.assertRaisesRegex(AdapterError, "changed while it was copied"):
            source.fetch(into)

    def test_folder_over_the_limit_is_refused(self) -> None:
        source = FolderSource(LocalFolder(written(self.folder / "mine", adapter_files())), 100)

        with self.assertRaisesRegex(AdapterError, "ADAPTER_MAX_BYTES=100"):
            source.pin()
