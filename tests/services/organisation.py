"""A school whose program knows roles, an organisation elsewhere, and lists of people to take in."""

from __future__ import annotations

from lms_core.content.roster_files import RosterRow
from lms_core.domain.learners import Entitlement, LearnerRole
from lms_core.domain.permissions import Actor, Role
from lms_core.domain.text import Text
from lms_core.models import Membership, Organisation
from lms_core.services import people, rosters
from lms_core.services.rosters import Aim, Done, Plan
from tests.road import Site
from tests.services.school import Offering, program, writing

HEAD = LearnerRole("wojt", Text("Wójt, burmistrz"), Text("Szkoli się co rok."), 3, 12, entitlement=Entitlement.VOIVODE)
STAFF = LearnerRole("pracownik", Text("Pracownik urzędu"), Text("Szkoli się co rok."), 6, 12)
COUNCIL = LearnerRole("radny", Text("Osoba zasiadająca w radzie"), Text("Nie ma obowiązku."))
ROLES = (HEAD, STAFF, COUNCIL)
WITH_ROLES, WITHOUT = "z-rolami", "szkola"


def offering() -> Offering:
    return Offering(program(WITHOUT), program(WITH_ROLES, roles=ROLES))


def home(site: Site) -> int:
    with site.app.app_context():
        return people.default_organisation(site.filar.session)


def foreign_organisation(site: Site, *, name: str = "Gmina Obca") -> int:
    with writing(site) as (session, _):
        made = Organisation(kind="gmina", name=name, created_at=site.clock())
        session.add(made)
        session.flush()
        return made.id


def moved(site: Site, actor: Actor, organisation_id: int, role: Role = Role.LEARNER) -> None:
    """Give the person this role in the organisation and none anywhere else."""
    with writing(site) as (session, _):
        for held in session.query(Membership).filter_by(person_id=actor.person_id):
            session.delete(held)
        session.flush()
        row = {"person_id": actor.person_id, "organisation_id": organisation_id, "role": role}
        session.add(Membership(**row, granted_at=site.clock()))


def rows(*people_listed: tuple[str, str], role: str = "") -> list[RosterRow]:
    return [RosterRow(number, name, email, role) for number, (name, email) in enumerate(people_listed, start=2)]


def planned(site: Site, listed: list[RosterRow], aim: Aim, *, actor: Actor, at: int | None = None) -> Plan:
    with site.app.app_context():
        return rosters.made_plan(
            site.filar.session,
            site.filar.catalogue,
            listed,
            aim,
            organisation_id=at or home(site),
            actor=actor,
            now=site.clock(),
        )


def taken_in(
    site: Site, listed: list[RosterRow], aim: Aim, *, actor: Actor, at: int | None = None, seen: list[str] | None = None
) -> Done:
    """Preview and confirm; `seen` stands for what the preview showed."""
    at = at or home(site)
    shown = [one.standing for one in planned(site, listed, aim, actor=actor, at=at).entries]
    with writing(site) as (session, later):
        return rosters.carry_out(
            session,
            site.filar.catalogue,
            listed,
            aim,
            seen=shown if seen is None else seen,
            organisation_id=at,
            actor=actor,
            now=site.clock(),
            later=later,
        )
