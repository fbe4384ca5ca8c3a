"""Who may do what: one pure function decides everywhere (design, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    LEARNER = "learner"
    TRAINER = "trainer"
    INSTRUCTOR = "instructor"
    EXAMINER = "examiner"
    COORDINATOR = "coordinator"
    REGISTRAR = "registrar"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    LEARN = "learn"
    SEE_OWN = "see_own"
    MANAGE_PEOPLE = "manage_people"
    RECORD_FACTS = "record_facts"
    COORDINATE = "coordinate"
    MAINTAIN_PROGRAMS = "maintain_programs"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in one organisation."""

    role: Role
    organisation_id: int


@dataclass(frozen=True, slots=True)
class Actor:
    person_id: int
    name: str
    email: str
    grants: frozenset[Grant] = frozenset()

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is acted on: whose it is and where it belongs; None where the question does not arise."""

    owner_id: int | None = None
    organisation_id: int | None = None


ROLES_FOR: dict[Act, frozenset[Role]] = {
    Act.LEARN: frozenset(Role),
    Act.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Act.RECORD_FACTS: frozenset({Role.INSTRUCTOR, Role.EXAMINER}),
    Act.COORDINATE: frozenset({Role.COORDINATOR}),
    Act.MAINTAIN_PROGRAMS: frozenset({Role.TRAINER, Role.ADMINISTRATOR}),
}


def can(actor: Actor | None, act: Act, subject: Subject) -> bool:
    """Say whether the actor may do this. Own things need ownership; all else a role in that organisation."""
    if actor is None:
        return False
    if act is Act.SEE_OWN:
        return subject.owner_id == actor.person_id
    return any(
        grant.role in ROLES_FOR[act] and subject.organisation_id in {None, grant.organisation_id}
        for grant in actor.grants
    )
