"""How the programs are: admitted or not, their content's faults, their legal state, and who learns them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from lms_core.content.checking import Checked, checked_again, roots_in
from lms_core.content.lint import in_order, lint_values, version_problem
from lms_core.content.problems import Problem, Severity
from lms_core.domain.errors import Forbidden, NotFound
from lms_core.domain.permissions import Act, Actor, Subject, can
from lms_core.domain.program import TrainingProgram
from lms_core.domain.sentences import say
from lms_core.domain.text import Text
from lms_core.models import WITHDRAWN, Credential, Enrolment, ProgramSnapshot
from lms_core.plugin_host import Plugins, PluginStatus
from lms_core.services.catalogue import Catalogue

SOON = 30
"""Days before the review of the legal state from which it is announced: a month to read the acts."""
HELD = ("issued", "held")


class State(StrEnum):
    ACTIVE = "active"
    QUARANTINED = "quarantined"
    WITHDRAWN = "withdrawn"


class Term(StrEnum):
    """Where today stands before the day of the review."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Law:
    """The legal state of a program; `days` to the review are below zero when it is overdue."""

    as_of: date
    review_by: date
    days: int

    @property
    def term(self) -> Term:
        if self.days < 0:
            return Term.OVERDUE
        return Term.SOON if self.days <= SOON else Term.LATER


@dataclass(frozen=True, slots=True)
class Lint:
    """What the check of the content found, and where each item begins.

    `from_files` is False where only the values could be checked. `on_disk` is the version of the files when another
    one is offered: the site has to be started again.
    """

    problems: tuple[Problem, ...]
    places: Mapping[str, Problem]
    from_files: bool = True
    on_disk: str | None = None

    def count(self, severity: Severity) -> int:
        return sum(one.severity is severity for one in self.problems)


@dataclass(frozen=True, slots=True)
class Numbers:
    """People who joined, people who completed, certificates that were issued and not taken back."""

    learners: int = 0
    finished: int = 0
    certificates: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    number: str
    digest: str
    enrolments: int


@dataclass(frozen=True, slots=True)
class Health:
    """One program, or a plugin whose program nobody could read (`program_id` None).

    `lint` is None when there is nothing to check; `versions` are those that the database knows, the newest first.
    """

    program_id: str | None
    title: Text
    version: str | None
    plugin: str | None
    state: State
    reason: str | None
    law: Law | None
    lint: Lint | None
    numbers: Numbers
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the statements said, and what is in memory."""

    session: Session
    catalogue: Catalogue
    plugins: Plugins
    today: date
    numbers: Mapping[str, Numbers]
    versions: Mapping[str, tuple[Version, ...]]

    def stored_program(self, program_id: str) -> TrainingProgram | None:
        """Return the newest version that the database knows."""
        versions = self.versions.get(program_id)
        return self.catalogue.program(self.session, versions[0].digest) if versions else None

    def health(
        self,
        program_id: str | None,
        program: TrainingProgram | None,
        *,
        plugin: PluginStatus | None,
        state: State,
        lint: Lint | None,
    ) -> Health:
        law = Law(program.law_as_of, program.review_by, (program.review_by - self.today).days) if program else None
        return Health(
            program_id=program_id,
            title=program.title if program else Text(program_id or (plugin.name if plugin else "")),
            version=program.version if program else None,
            plugin=plugin.name if plugin else None,
            state=state,
            reason=plugin.error if plugin else None,
            law=law,
            lint=lint,
            numbers=self.numbers.get(program_id or "", Numbers()),
            versions=self.versions.get(program_id or "", ()),
        )


def refuse_others(actor: Actor) -> None:
    """Programs belong to no organisation, so that whoever maintains them anywhere sees all of them."""
    if not can(actor, Act.MAINTAIN_PROGRAMS, Subject()):
        raise Forbidden("maintain_programs", say("Tę stronę widzą tylko osoby prowadzące szkolenia i administrujące."))


def overview(session: Session, catalogue: Catalogue, plugins: Plugins, *, actor: Actor, today: date) -> list[Health]:
    """Return every program that is installed or that somebody learns, quarantined ones first, in three statements.

    Programs that are not on offer any more are read once and then kept.
    """
    refuse_others(actor)
    known = _Known(session, catalogue, plugins, today, _numbers(session), _versions(session))
    found = [health for status in plugins.statuses for health in _of_plugin(known, status)]
    left = known.numbers.keys() - {one.program_id for one in found}
    withdrawn = [
        known.health(one, known.stored_program(one), plugin=None, state=State.WITHDRAWN, lint=None) for one in left
    ]
    order = [State.QUARANTINED, State.ACTIVE, State.WITHDRAWN]
    return sorted([*found, *withdrawn], key=lambda one: (order.index(one.state), str(one.title)))


def of_program(
    session: Session, catalogue: Catalogue, plugins: Plugins, program_id: str, *, actor: Actor, today: date
) -> Health:
    """Return one program of the overview; raise `NotFound` when it is none of it."""
    found = overview(session, catalogue, plugins, actor=actor, today=today)
    for one in found:
        if one.program_id == program_id:
            return one
    raise NotFound("program", say("Nie ma takiego programu wśród zainstalowanych."))


def _numbers(session: Session) -> dict[str, Numbers]:
    """Return by program how many joined, completed and hold a certificate; two statements."""
    one, completed = Enrolment, case((Enrolment.state == "completed", Enrolment.person_id))
    people = select(one.program_id, func.count(one.person_id.distinct()), func.count(completed.distinct()))
    people = people.where(one.state != WITHDRAWN)
    held = select(Credential.program_id, func.count(Credential.person_id.distinct())).where(Credential.state.in_(HELD))
    issued = dict(session.execute(held.group_by(Credential.program_id)).all())
    return {
        program_id: Numbers(learners, finished, issued.get(program_id, 0))
        for program_id, learners, finished in session.execute(people.group_by(one.program_id))
    }


def _versions(session: Session) -> dict[str, tuple[Version, ...]]:
    row = ProgramSnapshot
    query = (
        select(row.program_id, row.version, row.digest, func.count(Enrolment.id))
        .outerjoin(Enrolment, Enrolment.digest == row.digest)
        .group_by(row.program_id, row.version, row.digest)
    )
    found: dict[str, list[Version]] = {}
    for program_id, number, digest, enrolments in session.execute(query):
        found.setdefault(program_id, []).append(Version(number, digest, enrolments))
    return {program_id: tuple(sorted(versions, key=_newest)) for program_id, versions in found.items()}


def _newest(version: Version) -> list[int]:
    return [-int(part) for part in version.number.split(".")]


def _of_plugin(known: _Known, status: PluginStatus) -> Iterable[Health]:
    checks = [checked_again(root, today=known.today) for root in (roots_in(status.folder) if status.folder else ())]
    if status.active:
        return [_active(known, status, program_id, checks) for program_id in status.programs]
    by_id = {one.program_id: one for one in checks if one.program_id}
    mine = [one for one in status.programs or by_id if one not in known.plugins.offers]
    if mine:
        return [_quarantined(known, status, one, by_id.get(one)) for one in mine]
    problems = tuple(in_order([problem for check in checks for problem in check.problems]))
    lint = Lint(problems, {}) if checks else None
    return [known.health(None, None, plugin=status, state=State.QUARANTINED, lint=lint)]


def _active(known: _Known, status: PluginStatus, program_id: str, checks: Iterable[Checked]) -> Health:
    program = known.catalogue.offer(program_id).program
    check = next((one for one in checks if one.program_id == program_id), None)
    lint = _lint(known, check) if check else Lint(tuple(lint_values(program, today=known.today)), {}, from_files=False)
    if check and check.loaded and check.loaded.program.version != program.version:
        lint = replace(lint, on_disk=check.loaded.program.version)
    return known.health(program_id, program, plugin=status, state=State.ACTIVE, lint=lint)


def _quarantined(known: _Known, status: PluginStatus, program_id: str, check: Checked | None) -> Health:
    """What the files say of themselves, and where they say nothing, the last version that was admitted."""
    program = check.loaded.program if check and check.loaded else known.stored_program(program_id)
    lint = _lint(known, check) if check else None
    return known.health(program_id, program, plugin=status, state=State.QUARANTINED, lint=lint)


def _lint(known: _Known, check: Checked) -> Lint:
    problems = list(check.problems)
    if check.loaded and check.digest:
        program = check.loaded.program
        stored = {one.number: one.digest for one in known.versions.get(program.id, ())}
        if stored.get(program.version, check.digest) != check.digest:
            problems.append(version_problem(check.loaded))
    return Lint(tuple(in_order(problems)), check.item_places)
