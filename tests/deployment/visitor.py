"""A visitor behind the proxy: cookies, tokens and forms over HTTP, each request to the next web server."""

from __future__ import annotations

import http.client
import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from lms_core.content.loader import load_program
from lms_core.domain.item_kinds import key_of
from lms_core.domain.lessons import Lesson
from lms_core.domain.program import TrainingProgram

CONTENT = Path(__file__).parents[2] / "plugins/zpos_module2/src/zpos_module2/content"
ZPOS, EXAM = "zpos-modul-2", "egzamin-koncowy"
PASSWORD = "bardzo-tajne-haslo"
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"|name="csrf_token" value="([^"]+)"')
ON_PAPER = re.compile(r'name="was\.([^"]+)"')


@cache
def zpos() -> TrainingProgram:
    return load_program(CONTENT)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return urlsplit(self.headers["Location"]).path


@dataclass
class Visitor:
    """`ports` of the web servers, asked in turn; `public` is the address that the proxy stands for."""

    ports: Sequence[int]
    public: str
    address: str = "192.0.2.10"
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._turns = itertools.cycle(self.ports)

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """OSError or http.client.HTTPException: nobody answered."""
        public = urlsplit(self.public)
        forwarded = {
            "Host": public.netloc,
            "X-Forwarded-Proto": public.scheme,
            "X-Forwarded-Host": public.netloc,
            "X-Forwarded-For": self.address,
            "Referer": f"{self.public}/",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        connection = http.client.HTTPConnection("127.0.0.1", next(self._turns), timeout=20)
        try:
            connection.request(method, path, body, forwarded | headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: part.value for name, part in SimpleCookie(cookie).items()}
        return answer

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def token(self, page: str) -> str:
        found = TOKEN.search(self.get(page).text)
        assert found, f"{page} has no token"
        return found[1] or found[2]

    def post(self, path: str, form: dict[str, Any] | None = None, *, page: str) -> Answer:
        """Post a form that stands on `page`, and expect to be sent on."""
        body = urlencode({"csrf_token": self.token(page), **(form or {})}, doseq=True).encode()
        answer = self.send("POST", path, body, **{"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status == 302, (path, answer.status, answer.text)
        return answer

    def sign_in(self, email: str) -> None:
        self.post("/sign-in", {"email": email, "password": PASSWORD}, page="/sign-in")

    def enrol(self) -> int:
        page = f"/programs/{ZPOS}"
        return int(
            re.search(r"/learn/(\d+)/", self.post(f"{page}/enrolment", {"role": "pracownik"}, page=page).location)[1]
        )

    def read_lessons(self, enrolment: int) -> None:
        for unit in zpos().units:
            if isinstance(unit, Lesson):
                self.post(f"/learn/{enrolment}/{unit.id}", page=f"/learn/{enrolment}/{unit.id}")

    def start(self, enrolment: int) -> int:
        page = f"/learn/{enrolment}/{EXAM}"
        return int(re.search(r"/attempts/(\d+)", self.post(f"{page}/attempts", page=page).location)[1])

    def right_answers(self, attempt: int) -> list[dict[str, Any]]:
        """The events that answer everything on the paper rightly."""
        items = ON_PAPER.findall(self.get(f"/attempts/{attempt}").text)
        assert items
        numbered = enumerate((zpos().items[item] for item in items), start=1)
        return [{"seq": seq, "item": item.id, "response": list(key_of(item))} for seq, item in numbered]

    def save(self, attempt: int, events: list[dict[str, Any]], *, client: str, token: str) -> Answer:
        body = json.dumps({"client": client, "events": events}).encode()
        headers = {"Content-Type": "application/json", "X-CSRFToken": token}
        return self.send("POST", f"/api/v1/attempts/{attempt}/events", body, **headers)

    def sit_the_exam(self, enrolment: int) -> int:
        """Start and answer; what is left is to submit."""
        attempt = self.start(enrolment)
        events, token = self.right_answers(attempt), self.token(f"/attempts/{attempt}")
        saved = self.save(attempt, events, client="tests-client", token=token)
        assert saved.status == 200, saved.text
        return attempt

    def submit(self, attempt: int) -> None:
        self.post(f"/attempts/{attempt}/submission", page=f"/attempts/{attempt}/summary")

    def go_to_the_exams_end(self, email: str) -> int:
        """The whole road up to the last button."""
        self.sign_in(email)
        enrolment = self.enrol()
        self.read_lessons(enrolment)
        return self.sit_the_exam(enrolment)
