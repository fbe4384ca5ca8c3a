"""The road as tests go it: people, pages and jobs, with a clock in hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from lms_core import jobs
from lms_core.database import db
from lms_core.domain.item_kinds import key_of, kind_of
from lms_core.domain.items import Form, Item
from lms_core.domain.pair_kinds import pair
from lms_core.domain.permissions import Actor, Role
from lms_core.domain.program import TrainingProgram
from lms_core.installation import EXTENSION, Installation
from lms_core.models import Attempt, Credential
from lms_core.services import people
from lms_core.services.people import NewPerson
from lms_core.transaction import Job

PASSWORD = "bardzo-tajne-haslo"
ZPOS = "zpos-modul-2"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@dataclass(frozen=True)
class Site:
    app: Flask
    clock: Clock
    rung: list[Job]

    @property
    def filar(self) -> Installation:
        return self.app.extensions[EXTENSION]

    def program(self, program_id: str = ZPOS) -> TrainingProgram:
        return self.filar.catalogue.offer(program_id).program

    def add(self, name: str = "Anna Wójcik", role: Role = Role.LEARNER, email: str = "") -> Actor:
        email = email or f"{re.sub('[^a-z]', '', name.lower())}@example.pl"
        with self.app.app_context(), self.filar.writing() as (session, _):
            new = NewPerson(email=email, name=name, role=role)
            people.add_person(session, new, actor=None, now=self.clock(), password=PASSWORD)
        with self.app.app_context():
            found = people.authenticate(db.session(), email, PASSWORD)
            assert found
            return found.actor

    def visitor(self) -> Browser:
        return Browser(self, self.app.test_client())

    def sign_in(self, actor: Actor) -> Browser:
        browser = self.visitor()
        answer = browser.post("/sign-in", {"email": actor.email, "password": PASSWORD}, page="/sign-in")
        assert answer.status_code == 302, answer.text
        return browser

    def learner(self, name: str = "Anna Wójcik") -> Browser:
        return self.sign_in(self.add(name))

    def run_jobs(self) -> None:
        """Run what was rung for, as a worker would."""
        while self.rung:
            job = self.rung.pop(0)
            with self.app.app_context():
                getattr(jobs, job.name)(*job.arguments)

    def rows(self, model: type, **where: object) -> list:
        with self.app.app_context():
            return list(db.session.scalars(select(model).filter_by(**where)))

    def count(self, table: str) -> int:
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(text(table)))

    def attempt(self, attempt: int) -> Attempt:
        return self.rows(Attempt, id=attempt)[0]

    def program_of(self, attempt: int) -> TrainingProgram:
        with self.app.app_context():
            return self.filar.catalogue.program(db.session(), self.attempt(attempt).digest)


def wrong_answer(item: Item) -> tuple[str, ...]:
    """Return an answer that the item's form can give and that earns nothing."""
    kind, key = kind_of(item), key_of(item)
    if kind.form is Form.TEXT:
        return ("coś innego",)
    if kind.form is Form.NUMBER:
        return (f"{Decimal(item.answers[0]) + Decimal(item.tolerance or 0) + 1:f}",)
    if kind.form is Form.PAIRS:
        rights = [target.id for target in kind.targets(item)]
        pairs = ([pair(one.id, right) for right in rights] for one in item.choices)
        return tuple(next(one for one in offered if one not in key) for offered in pairs)
    return tuple(choice.id for choice in item.choices if choice.id not in key)[:1]


@dataclass(frozen=True)
class Browser:
    """A visitor without JavaScript: fetches pages, posts forms with their token."""

    site: Site
    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def token(self, page: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found, f"{page} has no form"
        return found.group(1)

    def post(self, path: str, form: dict | None = None, *, page: str) -> TestResponse:
        """Post a form that stands on `page`."""
        return self.client.post(path, data={"csrf_token": self.token(page), **(form or {})})

    def enrol(self, program_id: str = ZPOS, role: str = "pracownik") -> int:
        """Join; `role` counts where the program knows roles."""
        page = f"/programs/{program_id}"
        form = {"role": role} if self.site.program(program_id).roles else {}
        location = self.post(f"{page}/enrolment", form, page=page).location
        return int(re.search(r"/learn/(\d+)/", location).group(1))

    def read_lessons(self, enrolment: int, program_id: str = ZPOS) -> None:
        for unit in self.site.program(program_id).units:
            if unit.kind == "lesson":
                path = f"/learn/{enrolment}/{unit.id}"
                assert self.post(path, page=path).status_code == 302

    def start(self, enrolment: int, unit: str = "egzamin-koncowy") -> int:
        path = f"/learn/{enrolment}/{unit}"
        answer = self.post(f"{path}/attempts", page=path)
        assert answer.status_code == 302, answer.text
        return int(re.search(r"/attempts/(\d+)", answer.location).group(1))

    def answer(self, attempt: int, *, right: bool = True, action: str = "summary") -> TestResponse:
        path = f"/attempts/{attempt}"
        program = self.site.program_of(attempt)
        form: dict = {"action": action}
        for entry in self.site.attempt(attempt).paper:
            item = program.items[entry["item"]]
            form[f"was.{item.id}"] = ""
            form[f"answer.{item.id}"] = list(key_of(item) if right else wrong_answer(item))
        return self.post(path, form, page=path)

    def submit(self, attempt: int) -> TestResponse:
        return self.post(f"/attempts/{attempt}/submission", page=f"/attempts/{attempt}/summary")

    def pass_exam(self, enrolment: int, unit: str = "egzamin-koncowy") -> int:
        attempt = self.start(enrolment, unit)
        self.answer(attempt)
        assert self.submit(attempt).status_code == 302
        return attempt

    def graduate(self, program_id: str = ZPOS) -> str:
        """Go the whole road and return the code of the issued certificate."""
        enrolment = self.enrol(program_id)
        self.read_lessons(enrolment, program_id)
        self.pass_exam(enrolment)
        self.site.run_jobs()
        return self.site.rows(Credential, enrolment_id=enrolment)[0].code
