"""The people of the measurement, made by the services that everybody uses; not measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from bench.journey import Account
from lms_core.app import create_app
from lms_core.config import Settings, keep_private, with_own_secret
from lms_core.content.loader import load_program
from lms_core.database import db, make_engine
from lms_core.domain.permissions import Actor, Role
from lms_core.domain.program import Lesson, TrainingProgram
from lms_core.installation import Installation, here
from lms_core.migrations.runner import upgrade
from lms_core.models import Person
from lms_core.services import enrolments, learning, people
from lms_core.services.people import NewPerson
from lms_core.transaction import Job

PASSWORD = "pomiar-wydajnosci-2026"  # noqa: S105 - of an installation that lives for minutes
NO_QUEUE = "unix:///not-started-yet"
NAME = "Żaneta Gęślą-Jaźńska"


def settle(environ: Mapping[str, str], folder: Path, count: int) -> list[Account]:
    """Migrate the database and add people who are enrolled in the program of `folder` and have read its lessons."""
    app, rung = open_app(environ, migrate=True)
    program = load_program(folder)
    with app.app_context():
        accounts = [_account(program, number) for number in range(count)]
        db.engine.dispose()
    if rung:
        raise RuntimeError(f"the set-up must not finish anything: {rung}")
    return accounts


def open_app(environ: Mapping[str, str], *, migrate: bool = False) -> tuple[Flask, list[Job]]:
    """Return the application in this process, and the list of the jobs that it rings for."""
    full = with_own_secret({"LMS_REDIS_URL": NO_QUEUE, **environ})
    settings = Settings.from_env(full)
    keep_private(settings.data_dir)
    if migrate:
        engine = make_engine(settings.database_url)
        upgrade(engine)
        engine.dispose()
    rung: list[Job] = []
    return create_app(settings, ring=rung.append), rung


def actor_of(filar: Installation, email: str) -> Actor:
    person = filar.session.scalars(select(Person).where(Person.email == email)).one()
    actor = people.signed_in(filar.session, person.id, person.session_stamp)
    if actor is None:
        raise RuntimeError(f"{email} cannot sign in")
    return actor


def _account(program: TrainingProgram, number: int) -> Account:
    filar, email, now = here(), f"osoba{number}@gmina.example", here().clock()
    with filar.writing() as (session, _):
        new = NewPerson(email=email, name=NAME, role=Role.LEARNER)
        people.add_person(session, new, actor=None, now=now, password=PASSWORD)
    actor = actor_of(filar, email)
    with filar.writing() as (session, later):
        joined = enrolments.enrol(session, filar.catalogue, program.id, actor=actor, now=now).id
        for unit in program.units:
            if isinstance(unit, Lesson):
                learning.complete_lesson(session, filar.catalogue, joined, unit.id, actor=actor, now=now, later=later)
    return Account(number, email, PASSWORD, joined)
