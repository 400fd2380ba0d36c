"""Files and JSON over HTTP: retried, bounded in size, and careful where credentials go."""

from __future__ import annotations

import hashlib
import http.client
import json
import logging
import os
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import IO, Any, TypeVar

from .errors import AdapterError, Refused

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
_BLOCK = 1 << 20
_JSON_LIMIT = 16 << 20
_LONGEST_WAIT = 30.0


class _Interrupted(Exception):
    """A transfer that may succeed when it is tried again."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class _CredentialsStayHome(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but takes ``Authorization`` only back to the origin it was meant for.

    Hugging Face and Comet redirect to object storage, and urllib alone would send the key along.
    """

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        redirected = super().redirect_request(req, fp, code, msg, headers, newurl)
        if redirected is not None and _origin(newurl) != _origin(req.full_url):
            if _origin(req.full_url)[0] == "https" and _origin(newurl)[0] != "https":
                raise AdapterError(f"{_shown(req.full_url)} redirects from https to http")
            redirected.remove_header("Authorization")
        return redirected


@dataclass(frozen=True)
class Downloads:
    """An HTTP client for downloads.

    Attributes:
        timeout: seconds that a connection, or the wait for the next bytes, may take.
        attempts: how often a transfer is tried when the connection breaks or the server is busy.
        sleep: waits for so many seconds between attempts.
    """

    timeout: float = 60.0
    attempts: int = 4
    sleep: Callable[[float], None] = time.sleep
    _opener: urllib.request.OpenerDirector = field(
        default_factory=lambda: urllib.request.build_opener(_CredentialsStayHome()), repr=False
    )

    def file(self, url: str, into: Path, limit: int, headers: Mapping[str, str] | None = None) -> str:
        """Downloads ``url`` to the file ``into``, on disk when this returns, and returns its SHA-256 in hex.

        Raises:
            Refused: the answer was an HTTP error that a retry would not change.
            AdapterError: more than ``limit`` bytes, or every attempt failed.
        """
        return self._retried(url, lambda: self._to_file(url, into, limit, headers or {}))

    def json(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """The JSON behind ``url``. Raises as ``file`` does."""
        return self._retried(url, lambda: self._json(url, headers or {}))

    def _to_file(self, url: str, into: Path, limit: int, headers: Mapping[str, str]) -> str:
        digest = hashlib.sha256()
        with self._open(url, headers) as response, into.open("wb") as out:
            for block in _blocks(response, url, limit):
                digest.update(block)
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        return digest.hexdigest()

    def _json(self, url: str, headers: Mapping[str, str]) -> Any:
        with self._open(url, headers) as response:
            body = b"".join(_blocks(response, url, _JSON_LIMIT))
        try:
            return json.loads(body)
        except ValueError as e:
            raise AdapterError(f"{_shown(url)} did not answer with JSON") from e

    def _open(self, url: str, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        if _origin(url)[0] not in ("http", "https"):
            raise AdapterError(f"{_shown(url)} is not an http or https address")
        response: http.client.HTTPResponse = self._opener.open(
            urllib.request.Request(url, headers=dict(headers)), timeout=self.timeout
        )
        return response

    def _retried(self, url: str, transfer: Callable[[], _T]) -> _T:
        for attempt in range(1, self.attempts + 1):
            try:
                return _attempt(url, transfer)
            except _Interrupted as e:
                if attempt == self.attempts:
                    raise AdapterError(f"{_shown(url)} failed {attempt} times, the last time: {e}") from e
                wait = min(e.wait if e.wait is not None else 2.0 ** (attempt - 1), _LONGEST_WAIT)
                _LOG.warning("%s: %s; trying again in %g s", _shown(url), e, wait)
                self.sleep(wait)
        raise AssertionError("attempts is at least 1")


def _attempt(url: str, transfer: Callable[[], _T]) -> _T:
    try:
        return transfer()
    except urllib.error.HTTPError as e:
        with e:
            if e.code == 429 or e.code >= 500:
                raise _Interrupted(f"HTTP {e.code}", _retry_after(e.headers)) from e
            raise Refused(e.code, _shown(url)) from e
    # not OSError: a full disk is one too, and does not heal
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError, ssl.SSLError) as e:
        raise _Interrupted(str(e) or type(e).__name__) from e


def _blocks(response: http.client.HTTPResponse, url: str, limit: int) -> Iterator[bytes]:
    length = response.headers.get("Content-Length")
    expected = int(length) if length is not None and length.isdigit() else None
    if expected is not None and expected > limit:
        raise AdapterError(f"{_shown(url)} is larger than {limit} bytes")
    received = 0
    while block := response.read(_BLOCK):
        received += len(block)
        if received > limit:
            raise AdapterError(f"{_shown(url)} is larger than {limit} bytes")
        yield block
    # http.client takes a connection that closes early for the end of the body
    if expected is not None and received != expected:
        raise _Interrupted(f"the connection closed after {received} of {expected} bytes")


def _retry_after(headers: Message) -> float | None:
    value = headers.get("Retry-After", "")
    return float(value) if value.isdigit() else None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urllib.parse.urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _shown(url: str) -> str:
    """The address without its query, which may be signed."""
    parts = urllib.parse.urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
