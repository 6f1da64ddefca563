"""HTTP with the standard library: one place that sends, retries and turns refusals into errors."""

from __future__ import annotations

import http.client
import json
import random
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from gauntlet_arena.credentials import Credentials
from gauntlet_arena.errors import QuotaError, Unreachable, error_of

USER_AGENT = "gauntlet-arena/0.1.0"
NPY = "application/x-npy"
_TRIES = 5
_LONGEST_PAUSE = 20.0


class _ReadsOnly(urllib.request.HTTPRedirectHandler):
    """What is read may lie in a bucket elsewhere (the token does not go there); what is sent goes to the site alone."""

    def redirect_request(self, req: Any, *given: Any) -> Any:
        return super().redirect_request(req, *given) if req.get_method() == "GET" else None


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Transport:
    """Sends requests to one site. Reads, and submissions (which carry an Idempotency-Key), are safe to send again."""

    def __init__(self, credentials: Credentials, timeout: float = 60.0) -> None:
        self.credentials = credentials
        self._timeout = timeout
        self._opener = urllib.request.build_opener(_ReadsOnly)

    def get(self, path: str, query: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """GET /api/v1{path}; 304 is an answer, every other status from 300 on is raised."""
        given = {key: value for key, value in (query or {}).items() if value is not None}
        return self._send("GET", f"{path}?{urlencode(given)}" if given else path, headers or {}, None)

    def post_form(self, path: str, fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> Answer:
        """POSTs multipart/form-data under a fresh Idempotency-Key: sent again, it still submits once."""
        boundary = uuid.uuid4().hex
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Idempotency-Key": str(uuid.uuid4())}
        return self._send("POST", path, headers, _multipart(boundary, fields, files))

    def ask(self, path: str, body: bytes) -> Answer:
        """
        POSTs an .npy and accepts one. Sent again only after an answer that says that nothing was charged (503): after a
        line that broke, the rows may have been.
        """
        headers = {"Content-Type": NPY, "Accept": NPY}
        return self._send("POST", path, headers, body, again_if_lost=False)

    def events(self, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The server-sent events of an address, as (event, data), until the site ends them."""
        event, data = "message", ""
        with self._open("GET", path, {"Accept": "text/event-stream"}, None) as response:
            for raw in response:
                line = raw.decode("utf-8").rstrip("\r\n")
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: "):
                    data += line[6:]
                elif line == "" and data:
                    yield event, json.loads(data)
                    event, data = "message", ""

    def _send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, again_if_lost: bool = True
    ) -> Answer:
        for attempt in range(_TRIES):
            last = attempt == _TRIES - 1
            try:
                with self._open(method, path, headers, body) as response:
                    return Answer(response.status, dict(response.headers.items()), response.read())
            except urllib.error.HTTPError as error:
                if error.code == 304:
                    return Answer(304, dict(error.headers.items()), b"")
                raise_for = error_of(error.code, _json_or_none(error), _seconds(error.headers.get("Retry-After")))
                pause = _pause(attempt, raise_for.retry_after)
                retry = isinstance(raise_for, QuotaError) and raise_for.code == "too-many-requests"
                retry = retry or error.code == 503 or (again_if_lost and error.code in (502, 504))
                if last or not retry or pause > _LONGEST_PAUSE:
                    raise raise_for from None
            except (OSError, http.client.HTTPException) as error:
                if last or not again_if_lost:
                    raise Unreachable(f"{self.credentials.url} does not answer: {error}") from error
                pause = _pause(attempt, None)
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _open(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Any:
        request = urllib.request.Request(f"{self.credentials.url}/api/v1{path}", data=body, method=method)
        request.add_header("User-Agent", USER_AGENT)
        if self.credentials.token:
            request.add_unredirected_header("Authorization", f"Bearer {self.credentials.token}")
        for name, value in headers.items():
            request.add_header(name, value)
        return self._opener.open(request, timeout=self._timeout)


def _pause(attempt: int, retry_after: float | None) -> float:
    """Doubles from 0.25 s, with jitter so that many clients do not come back together."""
    return retry_after if retry_after is not None else 0.25 * 2.0**attempt * (1 + random.random())


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdigit() else None


def _json_or_none(error: urllib.error.HTTPError) -> Any:
    try:
        return json.loads(error.read(1_000_000))
    except (ValueError, OSError, http.client.HTTPException):
        return None


def _multipart(boundary: str, fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> bytes:
    parts: list[bytes] = []
    for name, value in fields.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        parts += [head.encode(), value.encode(), b"\r\n"]
    for name, (filename, content) in files.items():
        plain = filename.replace('"', "_").replace("\r", "_").replace("\n", "_")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{plain}"\r\n'
        parts += [head.encode(), b"Content-Type: application/octet-stream\r\n\r\n", content, b"\r\n"]
    return b"".join([*parts, f"--{boundary}--\r\n".encode()])
