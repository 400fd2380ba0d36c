"""The command ``pull`` against stand-ins of the places where adapters are kept."""

import json
import subprocess
import sys
import threading
import urllib.parse
from pathlib import Path

from .support import Request, StandIn, TemporaryFolder, adapter, adapter_files, environment, sha256, written, zipped

_REFERENCE = "decodingml/llm-twin:1.0.0"
_COMMIT = "a" * 40


class PullTest(TemporaryFolder):
    def setUp(self) -> None:
        super().setUp()
        self.cache = self.folder / "cache"

    def settings(self, **settings: str) -> dict[str, str]:
        return {
            "ADAPTER_CACHE": str(self.cache),
            "FINE_TUNED_LLM_TWIN_MODEL_TYPE": _REFERENCE,
            "COMET_API_KEY": "c0met-k3y",
            **settings,
        }

    def pull(self, **settings: str) -> Path:
        ended = adapter("pull", **self.settings(**settings))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return Path(ended.stdout.strip())

    def refusal(self, **settings: str) -> str:
        ended = adapter("pull", **self.settings(**settings))
        self.assertEqual((ended.returncode, ended.stdout), (1, ""))
        self.assertNotIn("Traceback", ended.stderr)
        self.assertNotIn("k3y", ended.stderr)
        return ended.stderr

    def left_over(self) -> list[str]:
        return [path.name for path in self.cache.rglob("*") if path.name.endswith((".partial", ".zip"))]


class CometPullTest(PullTest):
    def registry(self, archive: bytes) -> StandIn:
        return StandIn(self, lambda request: request.answer(200, archive))

    def refusing(self, status: int) -> StandIn:
        return StandIn(self, lambda request: request.answer(status, b"c0met-k3y"))

    def test_version_is_downloaded_as_comets_client_does_and_then_cached(self) -> None:
        registry = self.registry(zipped(adapter_files()))

        folder = self.pull(COMET_URL_OVERRIDE=registry.url + "/clientlib/")
        again = self.pull(COMET_URL_OVERRIDE=registry.url + "/clientlib/")

        self.assertEqual(folder, self.cache / "comet/decodingml/llm-twin/1.0.0")
        self.assertEqual({file.name: file.read_bytes() for file in folder.iterdir()}, adapter_files())
        self.assertEqual(again, folder)
        [request] = registry.requests
        url = urllib.parse.urlsplit(request.path)
        self.assertEqual(url.path, "/api/rest/v2/registry-model/item/download")
        self.assertEqual(
            urllib.parse.parse_qs(url.query),
            {"workspaceName": ["decodingml"], "modelName": ["llm-twin"], "version": ["1.0.0"]},
        )
        self.assertEqual(request.headers["Authorization"], "c0met-k3y")

    def test_versions_lie_side_by_side(self) -> None:
        registry = self.registry(zipped(adapter_files()))

        first = self.pull(COMET_URL_OVERRIDE=registry.url)
        second = self.pull(COMET_URL_OVERRIDE=registry.url, FINE_TUNED_LLM_TWIN_MODEL_TYPE="decodingml/llm-twin:1.1.0")

        self.assertNotEqual(first, second)
        self.assertTrue(first.is_dir())

    def test_refusals_say_what_to_look_at_and_show_no_key(self) -> None:
        for status, said in ((401, "COMET_API_KEY"), (403, "COMET_API_KEY"), (404, "Comet has no " + _REFERENCE)):
            with self.subTest(status):
                self.assertIn(said, self.refusal(COMET_URL_OVERRIDE=self.refusing(status).url))

    def test_key_that_is_missing_or_set_to_nothing_is_asked_for(self) -> None:
        self.assertIn("COMET_API_KEY", self.refusal(COMET_API_KEY=" "))

    def test_adapter_that_cannot_be_served_is_refused(self) -> None:
        for said, files, settings in (
            ("trained on", adapter_files(base_model="someone/else"), {}),
            ("MAX_LORA_RANK=4", adapter_files(rank=8), {"MAX_LORA_RANK": "4"}),
            ("modules_to_save", adapter_files(modules_to_save=["lm_head"]), {}),
        ):
            with self.subTest(said):
                registry = self.registry(zipped(files))
                cache = str(self.folder / said.replace(" ", "-"))
                self.assertIn(said, self.refusal(COMET_URL_OVERRIDE=registry.url, ADAPTER_CACHE=cache, **settings))

    def test_nothing_is_kept_of_a_download_that_is_damaged_or_hostile(self) -> None:
        torn = {**adapter_files(), "adapter_model.safetensors": adapter_files()["adapter_model.safetensors"][:-1]}
        for archive in (b"<html>", zipped({}), zipped(torn), zipped({**adapter_files(), "../evil": b"x"})):
            with self.subTest(archive[:10]):
                self.refusal(COMET_URL_OVERRIDE=self.registry(archive).url)
                self.assertFalse((self.cache / "comet/decodingml/llm-twin/1.0.0").exists())
                self.assertEqual(self.left_over(), [])

    def test_download_over_the_limit_is_refused(self) -> None:
        registry = self.registry(zipped(adapter_files()))

        self.assertIn("larger than 100 bytes", self.refusal(COMET_URL_OVERRIDE=registry.url, ADAPTER_MAX_BYTES="100"))

    def test_cached_copy_that_was_damaged_is_fetched_again(self) -> None:
        registry = self.registry(zipped(adapter_files()))
        folder = self.pull(COMET_URL_OVERRIDE=registry.url)
        (folder / "adapter_model.safetensors").write_bytes(b"torn")

        self.pull(COMET_URL_OVERRIDE=registry.url)

        self.assertEqual({file.name: file.read_bytes() for file in folder.iterdir()}, adapter_files())


class HeldPullTest(PullTest):
    """Pulls that meet each other, and pulls that are killed: the registry holds the first download half-way."""

    def setUp(self) -> None:
        super().setUp()
        self.half_way = threading.Event()
        self.go_on = threading.Event()
        self.addCleanup(self.go_on.set)
        archive = zipped(adapter_files())

        def respond(request: Request) -> None:
            request.begin(200, len(archive))
            request.write(archive[: len(archive) // 2])
            if len(self.registry.requests) == 1:
                self.half_way.set()
                self.go_on.wait(60)
            request.write(archive[len(archive) // 2 :])

        self.registry = StandIn(self, respond)

    def start(self) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "adapter", "pull"],
            env=environment(**self.settings(COMET_URL_OVERRIDE=self.registry.url)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def test_pulls_side_by_side_download_once(self) -> None:
        first = self.start()
        self.assertTrue(self.half_way.wait(60))
        second = self.start()
        assert second.stderr is not None
        self.assertIn("another process is fetching", second.stderr.readline())
        self.assertFalse((self.cache / "comet/decodingml/llm-twin/1.0.0").exists())

        self.go_on.set()

        folders = {process.communicate(timeout=60)[0] for process in (first, second)}
        self.assertEqual((first.returncode, second.returncode), (0, 0))
        self.assertEqual(len(folders), 1)
        self.assertEqual(len(self.registry.requests), 1)

    def test_pull_that_was_killed_is_made_good_by_the_next(self) -> None:
        killed = self.start()
        self.assertTrue(self.half_way.wait(60))
        killed.kill()
        killed.wait(60)
        self.assertIn(".1.0.0.partial", self.left_over())
        self.go_on.set()

        folder = self.pull(COMET_URL_OVERRIDE=self.registry.url)

        self.assertEqual({file.name: file.read_bytes() for file in folder.iterdir()}, adapter_files())
        self.assertEqual(self.left_over(), [])

    def test_pull_that_is_killed_does_not_hold_up_one_that_waits(self) -> None:
        killed = self.start()
        self.assertTrue(self.half_way.wait(60))
        waiting = self.start()
        assert waiting.stderr is not None
        waiting.stderr.readline()

        killed.kill()
        self.go_on.set()

        self.assertIn("llm-twin/1.0.0", waiting.communicate(timeout=60)[0])
        self.assertEqual(waiting.returncode, 0)


class HuggingFacePullTest(PullTest):
    def hub(self, weights: bytes | None = None, status: int = 200) -> StandIn:
        files = adapter_files()
        storage = StandIn(self, lambda request: request.answer(200, weights or files["adapter_model.safetensors"]))

        def respond(request: Request) -> None:
            path = urllib.parse.urlsplit(request.path).path
            if status != 200:
                request.answer(status)
            elif path in ("/api/models/me/twin/revision/main", f"/api/models/me/twin/revision/{_COMMIT}"):
                digest = sha256(files["adapter_model.safetensors"])
                siblings = [
                    {"rfilename": "adapter_config.json"},
                    {"rfilename": "adapter_model.safetensors", "lfs": {"sha256": digest}},
                ]
                request.answer(200, json.dumps({"sha": _COMMIT, "siblings": siblings}).encode())
            elif path == f"/me/twin/resolve/{_COMMIT}/adapter_config.json":
                request.answer(200, files["adapter_config.json"])
            elif path == f"/me/twin/resolve/{_COMMIT}/adapter_model.safetensors":
                request.answer(302, Location=storage.url + "/blob?X-Amz-Signature=1")
            else:
                request.answer(404)

        self.storage = storage
        return StandIn(self, respond)

    def settings(self, **settings: str) -> dict[str, str]:
        return super().settings(
            **{"FINE_TUNED_LLM_TWIN_MODEL_TYPE": "hf:me/twin@main", "HUGGINGFACE_ACCESS_TOKEN": "hf-k3y", **settings}
        )

    def test_branch_is_pinned_to_its_commit(self) -> None:
        hub = self.hub()

        folder = self.pull(HF_ENDPOINT=hub.url)

        self.assertEqual(folder, self.cache / "hugging-face/me/twin" / _COMMIT)
        self.assertEqual({file.name: file.read_bytes() for file in folder.iterdir()}, adapter_files())
        self.assertTrue(all(request.headers["Authorization"] == "Bearer hf-k3y" for request in hub.requests))
        self.assertNotIn("Authorization", self.storage.requests[0].headers)

    def test_branch_is_looked_up_once_so_that_it_cannot_move_in_between(self) -> None:
        hub = self.hub()

        self.pull(HF_ENDPOINT=hub.url)

        self.assertEqual(sum("/revision/main" in request.path for request in hub.requests), 1)

    def test_commit_that_is_cached_needs_no_hub(self) -> None:
        reference = f"hf:me/twin@{_COMMIT}"
        folder = self.pull(HF_ENDPOINT=self.hub().url, FINE_TUNED_LLM_TWIN_MODEL_TYPE=reference)
        gone = self.hub(status=404)

        self.assertEqual(self.pull(HF_ENDPOINT=gone.url, FINE_TUNED_LLM_TWIN_MODEL_TYPE=reference), folder)
        self.assertEqual(gone.requests, [])

    def test_weights_with_another_hash_than_the_hubs_are_damaged(self) -> None:
        other = adapter_files(rank=16)["adapter_model.safetensors"]

        self.assertIn("SHA-256", self.refusal(HF_ENDPOINT=self.hub(weights=other).url))
        self.assertEqual(self.left_over(), [])

    def test_refusals_say_what_to_look_at(self) -> None:
        for status, said in ((401, "HUGGINGFACE_ACCESS_TOKEN"), (404, "Hugging Face has no me/twin@main")):
            with self.subTest(status):
                self.assertIn(said, self.refusal(HF_ENDPOINT=self.hub(status=status).url))


class FolderPullTest(PullTest):
    def test_folder_is_copied_and_a_change_of_it_is_another_version(self) -> None:
        source = written(self.folder / "mine", adapter_files())
        first = self.pull(FINE_TUNED_LLM_TWIN_MODEL_TYPE=str(source))
        written(source, adapter_files(rank=16))
        second = self.pull(FINE_TUNED_LLM_TWIN_MODEL_TYPE=str(source))

        self.assertNotEqual(first, second)
        self.assertEqual({file.name: file.read_bytes() for file in first.iterdir()}, adapter_files())

    def test_folder_without_an_adapter_is_refused(self) -> None:
        self.assertIn("no adapter_config.json", self.refusal(FINE_TUNED_LLM_TWIN_MODEL_TYPE=str(self.folder)))
