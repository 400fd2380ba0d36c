import unittest
from pathlib import Path

from adapter.errors import AdapterError
from adapter.reference import CometModel, HuggingFaceRepository, LocalFolder, parse_reference


class ReferenceTest(unittest.TestCase):
    def test_reference_of_the_course_is_a_version_in_comet(self) -> None:
        self.assertEqual(parse_reference("decodingml/llm-twin:1.0.0"), CometModel("decodingml", "llm-twin", "1.0.0"))

    def test_reference_with_hf_is_a_repository_at_a_revision(self) -> None:
        self.assertEqual(parse_reference("hf:me/twin@refs/pr/1"), HuggingFaceRepository("me/twin", "refs/pr/1"))

    def test_absolute_path_is_a_folder(self) -> None:
        self.assertEqual(parse_reference("/adapters/mine"), LocalFolder(Path("/adapters/mine")))

    def test_reference_without_version_or_out_of_the_cache_is_refused(self) -> None:
        for text in (
            "",
            "llm-twin",
            "decodingml/llm-twin",
            "decodingml/llm-twin:",
            "decodingml/../..:1",
            "decodingml/llm-twin:../../x",
            "decodingml/.hidden:1",
            "hf:me/twin",
            "hf:me/twin@../x",
            "a/b:1\n",
            "relative/folder",
        ):
            with self.subTest(text), self.assertRaises(AdapterError):
                parse_reference(text)
