"""A program of somebody's: it has a token and no browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from lms_core.domain.item_kinds import key_of
from lms_core.domain.permissions import Actor, Role
from lms_core.models import Credential
from lms_core.services import tokens
from lms_core.services.tokens import NewToken, Scope
from tests.road import ZPOS, Site

PROBLEM = "application/problem+json"
EXAM = "egzamin-koncowy"
EVERYTHING = frozenset(Scope)


def make_token(site: Site, actor: Actor, scopes: frozenset[Scope] = EVERYTHING, days: int = 90) -> str:
    with site.app.app_context(), site.filar.writing() as (session, _):
        return tokens.make(session, NewToken("Skrypt", scopes, days), actor=actor, now=site.clock())


@dataclass(frozen=True)
class Program:
    """What somebody's program does; `secret` None sends no token."""

    site: Site
    secret: str | None = None

    def call(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        return self.site.app.test_client().open(
            f"/api/v1{path}", method=method, headers=headers | more.pop("headers", {}), **more
        )

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.call("GET", path, **more)

    def post(self, path: str, body: object = None, **more: Any) -> TestResponse:
        return self.call("POST", path, **({"json": body} if body is not None else {}), **more)

    def enrol(self, program: str = ZPOS) -> int:
        role = {"role": "pracownik"} if program == ZPOS else {}
        return self.post("/enrolments", {"program": program} | role).json["id"]

    def start(self, enrolment: int, unit: str = EXAM) -> dict[str, Any]:
        answer = self.post(f"/enrolments/{enrolment}/attempts", {"unit": unit})
        assert answer.status_code == 200, answer.text
        return answer.json

    def events(self, attempt: dict[str, Any], *, right: bool = True) -> dict[str, Any]:
        """What to send to answer the whole paper."""
        program = self.site.program_of(attempt["id"])
        keys = {one["id"]: list(key_of(program.items[one["id"]])) for one in attempt["items"]}
        given = keys if right else {item: [] for item in keys}
        events = [{"seq": seq, "item": item, "response": given[item]} for seq, item in enumerate(given, start=1)]
        return {"client": "skrypt-0001", "events": events}

    def pass_exam(self, enrolment: int) -> dict[str, Any]:
        attempt = self.start(enrolment)
        answer = self.post(f"/attempts/{attempt['id']}/events", self.events(attempt))
        assert answer.status_code == 200, answer.text
        return self.post(f"/attempts/{attempt['id']}/submission").json


@dataclass(frozen=True)
class Person:
    actor: Actor
    program: Program

    def graduate(self) -> str:
        """Read in the browser, sit the exam by the API; return the code of the issued certificate."""
        site = self.program.site
        enrolment = self.program.enrol()
        site.sign_in(self.actor).read_lessons(enrolment)
        assert self.program.pass_exam(enrolment)["outcome"]["passed"]
        site.run_jobs()
        return site.rows(Credential, enrolment_id=enrolment)[0].code


def person(site: Site, name: str = "Anna Wójcik", role: Role = Role.LEARNER) -> Person:
    actor = site.add(name, role)
    return Person(actor, Program(site, make_token(site, actor)))
