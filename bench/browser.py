"""An HTTP client that costs little and knows what it measured."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

IDLE = 20.0
"""Seconds after which a kept connection is opened anew, before the server closes it under a request."""
PATIENCE = 60.0
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    milliseconds: float

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


class Browser:
    """One person's browser: keeps its cookie and its connection.

    `address` is the loopback address (127.x.y.z) it comes from. Everybody has their own, as people have: limits per
    address then count what they are meant to count.
    """

    def __init__(self, url: str, address: str) -> None:
        parts = urlsplit(url)
        self._connection = HTTPConnection(
            parts.hostname or "", parts.port, timeout=PATIENCE, source_address=(address, 0)
        )
        self._cookies: dict[str, str] = {}
        self._used = 0.0

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, headers={})

    def post(self, path: str, form: Sequence[tuple[str, str]]) -> Answer:
        return self._ask("POST", path, urlencode(form).encode(), headers=FORM)

    def send(self, path: str, body: object, token: str) -> Answer:
        """Post JSON as our own script does."""
        return self._ask("POST", path, json.dumps(body).encode(), headers=JSON | {"X-CSRFToken": token})

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, *, headers: dict[str, str]) -> Answer:
        if time.monotonic() - self._used > IDLE:
            self._connection.close()
            self._connection.connect()
        if self._cookies:
            headers = headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        begun = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        milliseconds = (time.perf_counter() - begun) * 1000
        self._used = time.monotonic()
        self._keep(answer.headers.get_all("Set-Cookie") or [])
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, found, content, milliseconds)

    def _keep(self, set_cookies: Sequence[str]) -> None:
        for line in set_cookies:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        self._cookies = {name: value for name, value in self._cookies.items() if value}
