"""A guard in front of all that vLLM serves, where vLLM's own stands before ``/v1`` only.

``/invocations`` generates text and, with adapters at run time, ``POST /adapters`` has the server load any folder, in
the place of the adapter that serves. vLLM 0.32 answers both without a key.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Awaitable, Callable
from typing import Any

_Scope = dict[str, Any]
_App = Callable[[_Scope, Any, Any], Awaitable[None]]

# what probes, scrapes and prompt budgets ask, none of which changes or generates anything
_OPEN = frozenset({"/health", "/ping", "/metrics", "/version", "/tokenize"})


class KeyGuard:
    """ASGI middleware, for vLLM's ``--middleware``: without the key in ``VLLM_API_KEY`` only what is harmless answers.

    Lets everything through when no key is set; ``start.sh`` allows that on loopback only.
    """

    def __init__(self, app: _App) -> None:
        self._app = app
        key = os.environ.get("VLLM_API_KEY", "")
        self._expected = _digest(f"Bearer {key}".encode()) if key else None

    async def __call__(self, scope: _Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and not self._admits(scope):
            body = b'{"error":"Unauthorized"}'
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 401, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        elif scope["type"] == "websocket" and not self._admits(scope):
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._app(scope, receive, send)

    def _admits(self, scope: _Scope) -> bool:
        if self._expected is None or scope["path"] in _OPEN:
            return True
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        # digests are of one length, so the time to compare them tells nothing about the key
        return len(given) == 1 and hmac.compare_digest(_digest(given[0]), self._expected)


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()
