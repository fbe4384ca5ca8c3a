"""What happens in Przykładowo, done by the services that everybody uses, at the moment that the clock shows."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_core import jobs
from lms_core.content.roster_files import RosterRow
from lms_core.content.snapshot import canonical_json, digest_of
from lms_core.demo import answering, cast
from lms_core.demo.cast import Account
from lms_core.demo.roads import STAFF, ZPOS, Ending, Road, Sitting
from lms_core.domain.calendar import warsaw_day
from lms_core.domain.permissions import Actor
from lms_core.domain.program import AssessmentUnit, Mode, TrainingProgram
from lms_core.installation import Installation
from lms_core.models import Attempt, Credential, Person
from lms_core.plugin_host import Offer, Plugins
from lms_core.services import (
    accommodations,
    answers,
    attempts,
    audit,
    catalogue,
    enrolments,
    grading,
    learning,
    people,
    profile,
    rosters,
    status_lists,
)
from lms_core.services.answers import Answer
from lms_core.services.audit import Deed
from lms_core.services.catalogue import Catalogue
from lms_core.services.enrolments import TakenRole
from lms_core.services.people import NewPerson
from lms_core.transaction import Job

PASSWORD = "filar-pokaz-2026"  # noqa: S105 - printed at each start of the demo, which listens on the loopback only
CLIENT = "demo-data"
EARLIER = "0.9.0"
BEGINNING = timedelta(days=595)


class Clock:
    """Shows the moment of the story while it is told, the real one afterwards."""

    def __init__(self, told: datetime) -> None:
        self.told: datetime | None = told

    def __call__(self) -> datetime:
        return self.told or datetime.now(UTC)


def at_once(job: Job) -> None:
    """Run a job where it is rung for: the queue is not up yet, and the job belongs to the moment of the story."""
    getattr(jobs, job.name)(*job.arguments)


class Unreadable(Catalogue):
    """A catalogue whose texts cannot be read: grading against it fails closed, and the result waits for a person."""

    def program(self, session: Session, digest: str) -> TrainingProgram:
        raise LookupError(f"{session} must not read {digest}: one result of the demo waits for a person")


@contextmanager
def _untold(name: str) -> Iterator[None]:
    """Keep what goes wrong on purpose out of the log."""
    logger = logging.getLogger(name)
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = False


def earlier(plugins: Plugins, *, now: datetime) -> Plugins:
    """Return the plugins with ZPOS as it was before: another version, of an earlier state of the law."""
    program = plugins.offers[ZPOS].program
    law_as_of = warsaw_day(now)
    review_by = law_as_of + (program.review_by - program.law_as_of)
    program = replace(program, version=EARLIER, law_as_of=law_as_of, review_by=review_by)
    body = canonical_json(program)
    offer = Offer(program, body, digest_of(body))
    return replace(plugins, offers=MappingProxyType({**plugins.offers, ZPOS: offer}))


@dataclass
class Stage:
    """`filar` works with `clock`; `today` is when the story ends, which roles are counted back from."""

    filar: Installation
    clock: Clock
    today: datetime
    actors: dict[str, Actor] = field(default_factory=dict)
    joined: dict[tuple[str, str], int] = field(default_factory=dict)
    begun: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.offered = self.filar.catalogue

    def offer(self, plugins: Plugins) -> None:
        """Let everybody who joins from now on learn what these plugins offer."""
        with self.filar.writing() as (session, _):
            catalogue.store(session, plugins, now=self.clock())
        self.offered = Catalogue(plugins)

    def enter(self, who: Account) -> None:
        with self.filar.writing() as (session, _):
            new = NewPerson(email=who.email, name=who.name, role=who.role)
            admin = self.actors.get(cast.ADMIN.email)
            people.add_person(session, new, actor=admin, now=self.clock(), password=PASSWORD)
        row = self.filar.session.scalars(select(Person).where(Person.email == who.email)).one()
        actor = people.signed_in(self.filar.session, row.id, row.session_stamp)
        if actor is None:
            raise RuntimeError(f"{who.email} was added and cannot sign in")
        self.actors[who.email] = actor

    def join(self, road: Road) -> None:
        actor, now = self.actors[road.who.email], self.clock()
        since = warsaw_day(self.today - timedelta(days=road.since)) if road.since else None
        role = TakenRole(road.role, since) if road.role else None
        with self.filar.writing() as (session, _):
            profile.confirm_name(session, actor.name, actor=actor, now=now)
            made = enrolments.enrol(session, self.offered, road.program, actor=actor, now=now, role=role)
            self.joined[road.who.email, road.program] = made.id

    def read(self, road: Road, unit_id: str) -> None:
        actor, joined = self.actors[road.who.email], self.joined[road.who.email, road.program]
        with self.filar.writing() as (session, later):
            learning.complete_lesson(
                session, self.filar.catalogue, joined, unit_id, actor=actor, now=self.clock(), later=later
            )

    def begin(self, road: Road, sitting: Sitting) -> None:
        actor, joined = self.actors[road.who.email], self.joined[road.who.email, road.program]
        unit = assessment_unit(self.filar.catalogue.offer(road.program).program, sitting)
        with self.filar.writing() as (session, later):
            self.begun[road.who.email, road.program] = grading.start(
                session, self.filar.catalogue, joined, unit.id, actor=actor, now=self.clock(), later=later
            )

    def answer(self, road: Road, sitting: Sitting) -> None:
        actor, number = self.actors[road.who.email], self.begun[road.who.email, road.program]
        with self.filar.writing() as (session, _):
            attempt = session.get_one(Attempt, number)
            program = self.filar.catalogue.program(session, attempt.digest)
            _, assessment = attempts.assessment_of(program, attempt.unit_id)
            paper = [entry.item_id for entry in attempts.paper_of(attempt)]
            given = answering.responses(program, assessment, paper, sitting, taste=actor.person_id)
            numbered = [Answer(seq, item, list(one)) for seq, (item, one) in enumerate(given.items(), start=1)]
            answers.record(
                session, self.filar.catalogue, number, numbered, client=CLIENT, actor=actor, now=self.clock()
            )

    def end(self, road: Road, sitting: Sitting) -> None:
        actor, number = self.actors[road.who.email], self.begun[road.who.email, road.program]
        now, texts = self.clock(), self.filar.catalogue
        with self.filar.writing() as (session, later):
            match sitting.ending:
                case Ending.HANDED_IN:
                    grading.submit(session, texts, number, actor=actor, now=now, later=later)
                case Ending.OUT_OF_TIME:
                    grading.finish_overdue(session, texts, number, now=now, later=later)
                case Ending.UNGRADED:
                    with _untold(grading.__name__):
                        unread = Unreadable(self.filar.plugins)
                        grading.submit(session, unread, number, actor=actor, now=now, later=later)
                case Ending.LEFT_OPEN:
                    pass

    def give_more_time(self, who: Account, percent: int) -> None:
        person_id, admin = self.actors[who.email].person_id, self.actors[cast.ADMIN.email]
        with self.filar.writing() as (session, _):
            accommodations.grant(session, person_id, percent, actor=admin, now=self.clock())

    def take_in(self, invited: tuple[Account, ...]) -> None:
        """The coordinator's list: new people get an account, a place in ZPOS and an invitation."""
        rows = [RosterRow(row, one.name, one.email) for row, one in enumerate(invited, start=2)]
        coordinator, aim = self.actors[cast.COORDINATOR.email], rosters.Aim(ZPOS, STAFF)
        with self.filar.writing() as (session, later):
            rosters.carry_out(
                session,
                self.offered,
                rows,
                aim,
                seen=[rosters.Standing.NEW] * len(rows),
                organisation_id=people.default_organisation(session),
                actor=coordinator,
                now=self.clock(),
                later=later,
            )

    def revoke_past_the_services(self, who: Account) -> None:
        """Write a revocation and its trace as rows: there is no service for it yet. Only the demo does so."""
        registrar, now = self.actors[cast.REGISTRAR.email], self.clock()
        held = select(Credential).where(Credential.person_id == self.actors[who.email].person_id)
        with self.filar.writing() as (session, _):
            one = session.scalars(held).one()
            one.state, one.revoked_at, one.revocation_category = "revoked", now, "issued_in_error"
            deed = Deed("credential.revoked", "credential", str(one.id), one.organisation_id, registrar.person_id)
            audit.record(session, deed, now=now, detail={"category": one.revocation_category})

    def publish_status(self) -> None:
        """Sign the status lists, which are older than a day by now, with what was revoked meanwhile."""
        with self.filar.writing() as (session, _):
            status_lists.sign_due(session, self.filar.signing, now=self.clock())


def assessment_unit(program: TrainingProgram, sitting: Sitting) -> AssessmentUnit:
    """Return the unit that the sitting is about: the exam, or the practice of that number."""
    mode = Mode.EXAM if sitting.practice is None else Mode.PRACTICE
    wanted = [one.id for one in program.assessments if one.mode is mode]
    return [unit for unit in program.assessment_units() if unit.assessment in wanted][sitting.practice or 0]
