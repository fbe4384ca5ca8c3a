"""Demo data: people who went various lengths of the road, made by the services that everybody uses."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from lms_core import jobs
from lms_core.config import Settings
from lms_core.domain.item_kinds import key_of
from lms_core.domain.lessons import Lesson
from lms_core.domain.permissions import Actor, Role
from lms_core.domain.program import AssessmentUnit, TrainingProgram
from lms_core.installation import Installation, here
from lms_core.models import Attempt
from lms_core.services import answers, attempts, enrolments, grading, learning, people
from lms_core.services.answers import Answer
from lms_core.services.people import NewPerson
from lms_core.transaction import Job, transaction

PASSWORD = "filar-pokaz-2026"  # noqa: S105 - printed at each start of the demo, which listens on the loopback only
ZPOS = "zpos-modul-2"
CLIENT = "demo-data"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    email: str
    name: str
    role: Role
    what: str


ADMIN = DemoPerson("admin@demo.example", "Barbara Kowalczyk", Role.ADMINISTRATOR, "zarządza osobami i rolami (/people)")
BEGINNER = DemoPerson("anna@demo.example", "Anna Wójcik", Role.LEARNER, "zaczyna od zera: katalog, zapis, lekcje")
READER = DemoPerson("piotr@demo.example", "Piotr Zieliński", Role.LEARNER, "przeczytał lekcje, przed egzaminem")
GRADUATE = DemoPerson(
    "zaneta@demo.example", "Żaneta Gęślą-Jaźńska", Role.LEARNER, "ma zaświadczenie: PDF, kod QR, sprawdzenie"
)
PEOPLE = (ADMIN, BEGINNER, READER, GRADUATE)


def environ(given: Mapping[str, str]) -> dict[str, str]:
    """Return the demo's environment: everything of its own in var/demo, on the loopback address.

    LMS_DATA_DIR and the like are left out on purpose: the demo must never touch a real installation. An author's own
    programs may be shown in it.
    """
    data_dir = Path(given.get("LMS_DEMO_DATA_DIR", "var/demo")).absolute()
    port = given.get("LMS_PORT", "8080")
    kept = {name: value for name, value in given.items() if not name.startswith("LMS_")}
    own = {"LMS_DATA_DIR": str(data_dir), "LMS_PORT": port, "LMS_DEMO": "true", "LMS_HOST": "127.0.0.1"}
    issuer = {"LMS_ISSUER_NAME": "Filar – instalacja pokazowa", "LMS_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    programs = {name: value for name, value in given.items() if name == "LMS_PROGRAM_PATH"}
    return kept | own | issuer | programs


def clear(data_dir: Path) -> None:
    """Throw the demo's data away, with its keys; whoever calls holds the directory's lock."""
    for path in [*data_dir.glob("filar.sqlite*"), data_dir / "secret_key"]:
        path.unlink(missing_ok=True)
    for folder in ("keys", "outbox"):
        shutil.rmtree(data_dir / folder, ignore_errors=True)


def welcome(settings: Settings) -> str:
    lines = [f"  {one.email:22} {one.what}" for one in PEOPLE]
    return "\n".join(
        (
            "",
            f"Filar działa: {settings.public_url}",
            "",
            f"Konta pokazowe (hasło do każdego: {PASSWORD}):",
            *lines,
            "",
            f"Sprawdzanie zaświadczeń bez logowania: {settings.public_url}/verify",
            f"Pokaz nie wysyła e-maili: zapisuje je jako pliki .eml w {settings.outbox}",
            "Kod QR z pokazu prowadzi do 127.0.0.1: telefon go nie otworzy, odnośnik na stronie zaświadczenia – tak.",
            "Ctrl-C zatrzymuje; ./run demo --fresh zaczyna od nowa.",
            "",
        )
    )


def seed(app: Flask) -> None:
    """Add the demo people once; an installation that has people is left as it is."""
    with app.app_context():
        filar = here()
        if not people.nobody(filar.session):
            return
        actors = {one: _add(filar, one) for one in PEOPLE}
        for one in (READER, GRADUATE):
            _read_lessons(filar, actors[one])
        _pass_exam(filar, actors[GRADUATE])


def _add(filar: Installation, person: DemoPerson) -> Actor:
    with filar.writing() as (session, _):
        new = NewPerson(email=person.email, name=person.name, role=person.role)
        people.add_person(session, new, actor=None, now=filar.clock(), password=PASSWORD)
    signed_in = people.authenticate(filar.session, person.email, PASSWORD)
    if signed_in is None:
        raise RuntimeError(f"{person.email} was added and cannot sign in")
    return signed_in.actor


def _program(filar: Installation) -> TrainingProgram:
    return filar.catalogue.offer(ZPOS).program


def _read_lessons(filar: Installation, actor: Actor) -> None:
    now = filar.clock()
    with filar.writing() as (session, later):
        joined = enrolments.enrol(session, filar.catalogue, ZPOS, actor=actor, now=now).id
        for unit in _program(filar).units:
            if isinstance(unit, Lesson):
                learning.complete_lesson(session, filar.catalogue, joined, unit.id, actor=actor, now=now, later=later)


def _pass_exam(filar: Installation, actor: Actor) -> None:
    """Sit every assessment with the right answers, and issue what was earned at once: the queue is not up yet."""
    program, now = _program(filar), filar.clock()
    joined = enrolments.by_program(filar.session, actor)[ZPOS].id
    for unit in program.units:
        if isinstance(unit, AssessmentUnit):
            with transaction(filar.session, _do_now) as later:
                session = filar.session
                number = grading.start(session, filar.catalogue, joined, unit.id, actor=actor, now=now, later=later)
                right = _right_answers(program, session.get_one(Attempt, number))
                answers.record(session, filar.catalogue, number, right, client=CLIENT, actor=actor, now=now)
                grading.submit(session, filar.catalogue, number, actor=actor, now=now, later=later)


def _right_answers(program: TrainingProgram, attempt: Attempt) -> list[Answer]:
    drawn = [program.items[entry.item_id] for entry in attempts.paper_of(attempt)]
    return [Answer(seq, item.id, list(key_of(item))) for seq, item in enumerate(drawn, start=1)]


def _do_now(job: Job) -> None:
    jobs.issue_credential(*job.arguments)
