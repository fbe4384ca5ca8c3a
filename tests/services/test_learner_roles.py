"""The learner's role in a program: chosen when enrolling, changed later, and what it decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lms_core.database import db
from lms_core.domain.calendar import warsaw_day
from lms_core.domain.errors import Conflict, Invalid, NotFound
from lms_core.domain.learners import Entitlement, LearnerRole
from lms_core.domain.lessons import Note
from lms_core.domain.permissions import Actor
from lms_core.domain.program import EntitledWording
from lms_core.domain.text import Text
from lms_core.models import AuditEvent, CredentialClaims, Enrolment, Organisation
from lms_core.services import enrolment_cards, enrolments, entitlements
from lms_core.services.enrolments import TakenRole
from lms_core.services.entitlements import NewEntitlement
from tests.road import Site
from tests.services.school import LESSON, RULES, Offering, program, writing

HEAD = LearnerRole("wojt", Text("Wójt"), Text("3 miesiące"), 3, 12, Entitlement.VOIVODE)
STAFF = LearnerRole("pracownik", Text("Osoba"), Text("Co rok"), None, 12, Entitlement.STAFF)
NOTE = Note(LESSON, ("wojt",), Text("To Twoje zadanie."))
WORDING = EntitledWording(Text("Zaświadczenie o szkoleniu"), Text("Szkolenie ukończono."), Text("Porównaj."))


@pytest.fixture
def sources() -> Iterable[Offering]:
    plain = program("ukonczone", RULES["ukonczone"])
    design = replace(plain.certificate, entitled=WORDING) if plain.certificate else None
    return [Offering(replace(plain, roles=(HEAD, STAFF), notes=(NOTE,), certificate=design))]


@pytest.fixture
def anna(site: Site) -> Actor:
    return site.add()


def taken(site: Site, actor: Actor, role: TakenRole | None) -> Enrolment:
    with writing(site) as (session, _):
        return enrolments.enrol(session, site.filar.catalogue, "ukonczone", actor=actor, now=site.clock(), role=role)


def entitle(site: Site, kind: Entitlement, **days: date) -> None:
    today = warsaw_day(site.clock())
    span = {"valid_from": today, "valid_until": today} | days
    with writing(site) as (session, _):
        organisation = session.scalars(select(Organisation.id).order_by(Organisation.id)).first()
        assert organisation
        entitlements.record(session, organisation, NewEntitlement(kind, "art. 50 ust. 2", **span), now=site.clock())


def title_of_certificate(site: Site, name: str, role: str) -> str:
    browser = site.sign_in(site.add(name))
    enrolment = browser.enrol("ukonczone", role=role)
    browser.read_lessons(enrolment, "ukonczone")
    site.run_jobs()
    [claims] = [one for one in site.rows(CredentialClaims) if name in one.claims]
    return str(claims.claims)


def test_the_role_is_kept_and_audited(site: Site, anna: Actor) -> None:
    since = date(2026, 5, 7)
    enrolment = taken(site, anna, TakenRole("wojt", since))
    assert (enrolment.role, enrolment.role_since) == ("wojt", since)
    assert site.rows(AuditEvent, act="enrolment.made")[0].detail["role"] == "wojt"


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (None, "role"),
        (TakenRole("krol"), "role"),
        (TakenRole("wojt", date(2999, 1, 1)), "since"),
        (TakenRole("wojt", date(1900, 1, 1)), "since"),
    ],
)
def test_a_missing_or_impossible_role_is_refused(site: Site, anna: Actor, role: TakenRole | None, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        taken(site, anna, role)
    assert refused.value.code == code
    assert site.rows(Enrolment) == []


def test_the_term_of_the_first_training_is_counted_from_the_day(site: Site, anna: Actor) -> None:
    taken(site, anna, TakenRole("wojt", date(2026, 5, 7)))
    with site.app.app_context():
        [card] = enrolment_cards.cards(db.session(), site.filar.catalogue, actor=anna, now=site.clock())
    assert card.training_due == date(2026, 8, 7)
    assert card.role == HEAD


def test_changing_the_role_keeps_what_was_done(site: Site, anna: Actor) -> None:
    enrolment = taken(site, anna, TakenRole("wojt"))
    with writing(site) as (session, _):
        enrolments.change_role(
            session, site.filar.catalogue, enrolment.id, TakenRole("pracownik"), actor=anna, now=site.clock()
        )
    assert site.rows(Enrolment)[0].role == "pracownik"
    assert site.rows(AuditEvent, act="enrolment.role_changed")[0].detail == {"from": "wojt", "to": "pracownik"}


def test_nobody_changes_another_persons_role(site: Site, anna: Actor) -> None:
    enrolment = taken(site, anna, TakenRole("wojt"))
    other = site.add("Jan Inny")
    with pytest.raises(NotFound), writing(site) as (session, _):
        enrolments.change_role(
            session, site.filar.catalogue, enrolment.id, TakenRole("pracownik"), actor=other, now=site.clock()
        )


def test_a_certificate_says_more_only_for_the_role_that_the_provider_may_train(site: Site) -> None:
    entitle(site, Entitlement.STAFF)
    assert "Zaświadczenie o szkoleniu" in title_of_certificate(site, "Anna Pracownicza", "pracownik")
    assert "Zaświadczenie o szkoleniu" not in title_of_certificate(site, "Jan Wójtowski", "wojt")


def test_an_entitlement_counts_on_its_days_only(site: Site) -> None:
    today = warsaw_day(site.clock())
    entitle(site, Entitlement.STAFF, valid_from=today - timedelta(30), valid_until=today - timedelta(1))
    entitle(site, Entitlement.STAFF, valid_from=today + timedelta(1), valid_until=today + timedelta(30))
    assert "Zaświadczenie o szkoleniu" not in title_of_certificate(site, "Anna Pracownicza", "pracownik")


def test_an_entitlement_needs_a_basis_sound_days_and_no_twin(site: Site) -> None:
    today = warsaw_day(site.clock())
    entitle(site, Entitlement.STAFF)
    with pytest.raises(Conflict):
        entitle(site, Entitlement.STAFF)
    with pytest.raises(Invalid):
        entitle(site, Entitlement.VOIVODE, valid_until=today - timedelta(1))


def test_the_lesson_says_what_it_means_for_the_role(site: Site) -> None:
    for role, says in (("wojt", True), ("pracownik", False)):
        browser = site.sign_in(site.add(f"Osoba {role.title()}"))
        enrolment = browser.enrol("ukonczone", role=role)
        assert ("To Twoje zadanie." in browser.get(f"/learn/{enrolment}/{LESSON}").text) is says
