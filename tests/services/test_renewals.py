"""Taking a program again once its certificate ran out, or soon does: the next cycle, in the version on offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lms_core.app import create_app
from lms_core.config import Settings
from lms_core.domain.errors import Invalid
from lms_core.domain.permissions import Actor, Role
from lms_core.domain.renewals import RENEWED_BEFORE_END
from lms_core.domain.text import Text
from lms_core.models import Attempt, Credential, Enrolment, UnitFact
from lms_core.services import enrolments, members, oversight, program_health, rosters
from lms_core.services.enrolments import TakenRole
from lms_core.services.rosters import Aim, Standing
from tests.road import Clock, Site
from tests.services.organisation import ROLES, WITH_ROLES, WITHOUT, home, planned, rows, taken_in
from tests.services.school import Offering, changed, program, writing
from tests.services.test_races import at_once

VALID = 12
OFFERED = tuple(
    replace(one, certificate=replace(one.certificate, valid_months=VALID))
    for one in (program(WITHOUT), program(WITH_ROLES, roles=ROLES))
    if one.certificate
)
STAFF = TakenRole("pracownik")


@pytest.fixture
def sources() -> list:
    return [Offering(*OFFERED)]


@pytest.fixture
def anna(site: Site) -> Actor:
    return site.add()


def enrol(site: Site, actor: Actor, program_id: str = WITHOUT, role: TakenRole | None = None) -> Enrolment:
    with writing(site) as (session, _):
        return enrolments.enrol(session, site.filar.catalogue, program_id, actor=actor, now=site.clock(), role=role)


def graduate(site: Site, actor: Actor, program_id: str = WITHOUT) -> Credential:
    """Graduate and return the newest certificate."""
    browser = site.sign_in(actor)
    browser.enrol(program_id)
    browser.pass_exam(cycles(site, program_id)[-1].id)
    site.run_jobs()
    return max(site.rows(Credential, program_id=program_id), key=lambda one: one.id)


def cycles(site: Site, program_id: str = WITHOUT) -> list[Enrolment]:
    return sorted(site.rows(Enrolment, program_id=program_id), key=lambda one: one.id)


def stand_before_end(site: Site, credential: Credential, before: timedelta) -> None:
    assert credential.valid_until
    site.clock.now = credential.valid_until - before


def test_the_next_cycle_may_begin_sixty_days_before_the_end(site: Site, anna: Actor) -> None:
    credential = graduate(site, anna)
    stand_before_end(site, credential, RENEWED_BEFORE_END + timedelta(seconds=1))
    assert enrol(site, anna).cycle == 1, "joining again gives what is there"
    stand_before_end(site, credential, RENEWED_BEFORE_END)
    again = enrol(site, anna)
    assert (again.cycle, again.state, again.completed_at) == (2, "open", None)
    assert enrol(site, anna).id == again.id
    assert [one.state for one in cycles(site)] == ["completed", "open"]


@pytest.mark.parametrize(
    ("values", "cycle"),
    [
        ({"valid_until": None}, 1),
        ({"state": "revoked"}, 2),
        ({"state": "erased"}, 2),
        ({"state": "held"}, 1),
    ],
)
def test_what_the_certificate_lets_its_holder_do(site: Site, anna: Actor, values: dict, cycle: int) -> None:
    changed(site, Credential, graduate(site, anna).id, **values)
    assert enrol(site, anna).cycle == cycle


def test_only_a_completed_enrolment_has_a_next_cycle(site: Site, anna: Actor) -> None:
    first = enrol(site, anna)
    site.clock.advance(days=1000)
    assert enrol(site, anna).id == first.id


def test_the_next_cycle_starts_from_nothing_and_ends_in_a_certificate_of_its_own(site: Site, anna: Actor) -> None:
    old = graduate(site, anna)
    site.clock.advance(days=400)
    new = graduate(site, anna)
    assert new.id != old.id
    assert (old.cycle, new.cycle, new.revision, new.state) == (1, 2, 1, "issued")
    assert new.valid_until > site.clock() + timedelta(days=360)
    first, second = cycles(site)
    assert (new.enrolment_id, second.state) == (second.id, "completed")
    assert [one.series for one in site.rows(Attempt, enrolment_id=second.id)] == [1]
    assert len(site.rows(UnitFact, enrolment_id=first.id)) == len(site.rows(UnitFact, enrolment_id=second.id)) == 1
    with site.app.app_context():
        (health,) = [
            one
            for one in program_health.overview(
                site.filar.session,
                site.filar.catalogue,
                site.filar.plugins,
                actor=site.add("Jan Mistrz", Role.TRAINER),
                today=site.clock().date(),
            )
            if one.program_id == WITHOUT
        ]
    assert health.numbers.certificates == 1, "one person, however many certificates"


def test_the_role_is_asked_for_anew(site: Site, anna: Actor) -> None:
    enrol(site, anna, WITH_ROLES, STAFF)
    site.sign_in(anna).pass_exam(cycles(site, WITH_ROLES)[0].id)
    site.clock.advance(days=400)
    with pytest.raises(Invalid):
        enrol(site, anna, WITH_ROLES)
    assert enrol(site, anna, WITH_ROLES, TakenRole("radny")).role == "radny"
    assert [one.role for one in cycles(site, WITH_ROLES)] == ["pracownik", "radny"]


def test_the_next_cycle_is_in_the_version_on_offer(
    site: Site, settings: Settings, clock: Clock, anna: Actor, rung: list
) -> None:
    graduate(site, anna)
    clock.advance(days=400)
    newer = replace(OFFERED[0], version="2.0.0", title=Text("Wydanie drugie"))
    again = Site(create_app(settings, clock=clock, ring=rung.append, sources=[Offering(newer)]), clock, rung)
    assert enrol(again, anna).digest == again.filar.catalogue.offer(WITHOUT).digest
    assert len({one.digest for one in cycles(site)}) == 2
    assert [one.cycle for one in cycles(site)] == [1, 2]


def test_50_renewals_at_once_are_one(site: Site, anna: Actor) -> None:
    graduate(site, anna)
    site.clock.advance(days=400)

    def renew(_number: int) -> int:
        with site.filar.writing() as (session, _):
            return enrolments.enrol(session, site.filar.catalogue, WITHOUT, actor=anna, now=site.clock()).id

    assert len(set(at_once(site, renew))) == 1
    assert [one.cycle for one in cycles(site)] == [1, 2]


def test_a_coordinator_enrols_again_whose_certificate_ran_out(site: Site, anna: Actor) -> None:
    chief, ewa = site.add("Katarzyna Koordynująca", Role.COORDINATOR), site.add("Ewa Nowa")
    graduate(site, anna)

    def enrol_both() -> int:
        people = dict.fromkeys((anna.person_id, ewa.person_id))
        with writing(site) as (session, _):
            return enrolments.enrol_others(
                session,
                site.filar.catalogue,
                WITHOUT,
                people,
                organisation_id=home(site),
                actor=chief,
                now=site.clock(),
            )

    assert enrol_both() == 1, "the new one only"
    assert enrol_both() == 0
    site.clock.advance(days=400)
    assert enrol_both() == 1, "whose certificate ran out"
    assert enrol_both() == 0
    assert [one.cycle for one in cycles(site) if one.person_id == anna.person_id] == [1, 2]
    with site.app.app_context():
        shown = members.listed(site.filar.session, home(site), actor=chief, query="Wójcik").rows[0]
    assert shown.programs == (WITHOUT,), "a program is named once"


def test_a_list_tells_who_would_begin_again(site: Site, anna: Actor) -> None:
    chief = site.add("Katarzyna Koordynująca", Role.COORDINATOR)
    graduate(site, anna)
    listed = rows((anna.name, anna.email))

    def standing() -> Standing:
        return planned(site, listed, Aim(WITHOUT), actor=chief).entries[0].standing

    assert standing() is Standing.JOINED
    site.clock.advance(days=400)
    assert standing() is Standing.KNOWN
    assert taken_in(site, listed, Aim(WITHOUT), actor=chief) == rosters.Done(0, 1)
    assert standing() is Standing.JOINED


def test_a_coordinator_sees_the_latest_cycle_with_the_certificate_of_the_last(site: Site, anna: Actor) -> None:
    chief = site.add("Katarzyna Koordynująca", Role.COORDINATOR)
    enrol(site, anna, WITH_ROLES, TakenRole("pracownik", site.clock().date()))
    old = graduate(site, anna, WITH_ROLES)
    stand_before_end(site, old, timedelta(days=30))
    enrol(site, anna, WITH_ROLES, TakenRole("pracownik", site.clock().date()))

    def course() -> oversight.Course:
        with site.app.app_context():
            (found,) = oversight.courses(
                site.filar.session, site.filar.catalogue, home(site), actor=chief, now=site.clock()
            )
        return found

    renewing = course()
    assert (renewing.enrolment_id, renewing.completed_on) == (cycles(site, WITH_ROLES)[1].id, None)
    assert (renewing.certificate.code, renewing.certificate.state) == (old.code, "issued")
    assert (renewing.due, renewing.late) == (cycles(site, WITH_ROLES)[0].completed_at.date().replace(year=2027), False)
    site.clock.advance(days=31)
    assert (course().certificate.state, course().late) == ("expired", True)
    site.sign_in(anna).pass_exam(renewing.enrolment_id)
    site.run_jobs()
    assert (course().state, course().certificate.state, course().late) == ("completed", "issued", False)
