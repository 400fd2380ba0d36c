import asyncio
import os
import unittest
from typing import Any
from unittest import mock

from key_guard import KeyGuard


class KeyGuardTest(unittest.TestCase):
    def answer(self, path: str, *authorization: bytes, key: str = "k3y", type: str = "http") -> Any:
        """What a client gets: the application's ``served``, a status, or a close code."""
        sent: list[dict[str, Any]] = []

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await send({"status": "served"})

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        with mock.patch.dict(os.environ, {"VLLM_API_KEY": key}):
            guard = KeyGuard(app)
        headers = [(b"authorization", value) for value in authorization]
        asyncio.run(guard({"type": type, "path": path, "headers": headers}, None, send))
        return sent[0].get("status", sent[0].get("code"))

    def test_without_the_key_only_what_is_harmless_answers(self) -> None:
        for path in ("/health", "/metrics", "/tokenize"):
            self.assertEqual(self.answer(path), "served", path)
        for path in ("/adapters", "/invocations", "/v1/models", "/health/../adapters", "/", "/METRICS"):
            self.assertEqual(self.answer(path), 401, path)

    def test_with_the_key_everything_answers(self) -> None:
        self.assertEqual(self.answer("/adapters", b"Bearer k3y"), "served")

    def test_other_keys_are_refused(self) -> None:
        for given in (b"Bearer k3", b"Bearer k3yy", b"k3y", b"Basic k3y", b"Bearer \xff"):
            self.assertEqual(self.answer("/adapters", given), 401, given)
        self.assertEqual(self.answer("/adapters", b"Bearer k3y", b"Bearer other"), 401)

    def test_websockets_are_guarded_too(self) -> None:
        self.assertEqual(self.answer("/v1/realtime", type="websocket"), 1008)

    def test_without_a_key_set_nothing_is_asked_for(self) -> None:
        self.assertEqual(self.answer("/adapters", key=""), "served")

    def test_start_and_end_of_the_application_pass(self) -> None:
        self.assertEqual(self.answer("", type="lifespan"), "served")
