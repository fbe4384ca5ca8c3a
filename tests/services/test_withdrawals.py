"""Taking somebody out of a program: what stays, who may, what stands in the way, and the way back."""

from __future__ import annotations

import pytest

from lms_core.domain.errors import Forbidden, LmsError, NotFound, Refused
from lms_core.domain.permissions import Actor, Role
from lms_core.models import Attempt, AuditEvent, Enrolment, UnitFact
from lms_core.services import enrolments, oversight, withdrawals
from lms_core.services.enrolments import TakenRole
from lms_core.services.oversight import Course, Filter
from lms_core.services.rosters import Aim, Done
from tests.road import Browser, Site
from tests.services.organisation import (
    WITH_ROLES,
    WITHOUT,
    foreign_organisation,
    home,
    moved,
    offering,
    planned,
    rows,
    taken_in,
)
from tests.services.school import changed, elsewhere, writing
from tests.web.test_statements import counting


@pytest.fixture
def sources() -> list:
    return [offering()]


@pytest.fixture
def chief(site: Site) -> Actor:
    return site.add("Katarzyna Koordynująca", Role.COORDINATOR)


@pytest.fixture
def anna(site: Site) -> Actor:
    return site.add("Anna Nowak", email="anna@gmina.pl")


def withdraw(site: Site, enrolment: int, *, actor: Actor, at: int | None = None) -> None:
    with writing(site) as (session, _):
        withdrawals.withdraw(session, enrolment, organisation_id=at or home(site), actor=actor, now=site.clock())


def enrol(site: Site, people: list[Actor], role: TakenRole | None = None, *, actor: Actor, to: str = WITHOUT) -> int:
    roles = {one.person_id: role for one in people}
    with writing(site) as (session, _):
        return enrolments.enrol_others(
            session, site.filar.catalogue, to, roles, organisation_id=home(site), actor=actor, now=site.clock()
        )


def state(site: Site, enrolment: int) -> str:
    return site.rows(Enrolment, id=enrolment)[0].state


def courses(site: Site, chief: Actor) -> list[Course]:
    with site.app.app_context():
        return oversight.courses(site.filar.session, site.filar.catalogue, home(site), actor=chief, now=site.clock())


def sat(browser: Browser) -> int:
    """Read the lessons, fail the exam once; return the enrolment."""
    enrolment = browser.enrol(WITHOUT)
    browser.read_lessons(enrolment, WITHOUT)
    attempt = browser.start(enrolment)
    browser.answer(attempt, right=False)
    browser.submit(attempt)
    return enrolment


def test_what_was_done_stays_and_is_there_when_the_person_comes_back(site: Site, chief: Actor, anna: Actor) -> None:
    browser = site.sign_in(anna)
    enrolment = sat(browser)
    kept = [site.count(table) for table in ("unit_fact", "attempt", "response_event", "outcome")]
    withdraw(site, enrolment, actor=chief)
    assert state(site, enrolment) == "withdrawn"
    assert [site.count(table) for table in ("unit_fact", "attempt", "response_event", "outcome")] == kept
    assert f"Program {WITHOUT}" not in browser.get("/my").text
    assert browser.get(f"/learn/{enrolment}/egzamin-koncowy").status_code == 404
    assert enrol(site, [anna], actor=chief) == 1
    assert len(site.rows(Enrolment)) == 1
    assert f"Program {WITHOUT}" in browser.get("/my").text
    assert {one.enrolment_id for one in site.rows(UnitFact)} == {enrolment}
    site.clock.advance(days=1)  # the pause after an exam that was failed
    site.sign_in(anna).pass_exam(enrolment)
    assert state(site, enrolment) == "completed"


def test_leaving_and_coming_back_are_audited_without_names(site: Site, chief: Actor, anna: Actor) -> None:
    enrol(site, [anna], TakenRole("radny"), actor=chief, to=WITH_ROLES)
    enrolment = site.rows(Enrolment)[0].id
    withdraw(site, enrolment, actor=chief)
    assert enrol(site, [anna], TakenRole("wojt"), actor=chief, to=WITH_ROLES) == 1
    assert site.rows(Enrolment)[0].role == "wojt"
    left, back = [one for one in site.rows(AuditEvent) if one.act in {"enrolment.withdrawn", "enrolment.reopened"}]
    assert (left.act, left.subject_id, left.actor_id) == ("enrolment.withdrawn", str(enrolment), chief.person_id)
    assert (back.act, back.detail) == ("enrolment.reopened", {"program": WITH_ROLES, "role": "wojt"})
    assert "Nowak" not in repr(left.detail)


def test_the_person_may_come_back_alone_and_by_a_list(site: Site, chief: Actor, anna: Actor) -> None:
    browser = site.sign_in(anna)
    enrolment = browser.enrol(WITHOUT)
    withdraw(site, enrolment, actor=chief)
    assert browser.enrol(WITHOUT) == enrolment
    withdraw(site, enrolment, actor=chief)
    listed = rows(("Anna Nowak", "anna@gmina.pl"))
    assert [one.standing for one in planned(site, listed, Aim(WITHOUT), actor=chief).entries] == ["known"]
    assert taken_in(site, listed, Aim(WITHOUT), actor=chief) == Done(added=0, joined=1)
    assert state(site, enrolment) == "open"


@pytest.mark.parametrize("held", ["completed", "needs_review", "withdrawn"])
def test_only_an_open_enrolment_can_be_left(site: Site, chief: Actor, anna: Actor, held: str) -> None:
    enrol(site, [anna], actor=chief)
    enrolment = site.rows(Enrolment)[0].id
    changed(site, Enrolment, enrolment, state=held)
    with pytest.raises(Refused):
        withdraw(site, enrolment, actor=chief)
    assert state(site, enrolment) == held


def test_nobody_is_taken_out_of_an_exam(site: Site, chief: Actor, anna: Actor) -> None:
    browser = site.sign_in(anna)
    enrolment = browser.enrol(WITHOUT)
    browser.read_lessons(enrolment, WITHOUT)
    attempt = browser.start(enrolment)
    with pytest.raises(Refused, match="rozpoczęte podejście"):
        withdraw(site, enrolment, actor=chief)
    changed(site, Attempt, attempt, state="submitted")
    withdraw(site, enrolment, actor=chief)
    assert state(site, enrolment) == "withdrawn"


def test_only_ones_own_people_and_only_by_their_coordinator(site: Site, chief: Actor, anna: Actor) -> None:
    abroad = foreign_organisation(site)
    guest = elsewhere(site, site.add("Obca Osoba"), Role.COORDINATOR)
    stranger = site.add("Ewa Obca")
    enrol(site, [anna, stranger], actor=chief)
    ours, foreign = (one.id for one in site.rows(Enrolment))
    moved(site, stranger, abroad)
    refused: list[tuple[int, Actor, int, type[LmsError]]] = [
        (ours, guest, home(site), Forbidden),
        (ours, anna, home(site), Forbidden),
        (ours, chief, abroad, Forbidden),
        (foreign, chief, home(site), NotFound),
        (999, chief, home(site), NotFound),
    ]
    for enrolment, actor, at, error in refused:
        with pytest.raises(error):
            withdraw(site, enrolment, actor=actor, at=at)
        with pytest.raises(error), site.app.app_context():
            withdrawals.leaving(site.filar.session, site.filar.catalogue, enrolment, organisation_id=at, actor=actor)
    assert {one.state for one in site.rows(Enrolment)} == {"open"}


def test_who_left_is_listed_on_demand_only_and_counted_nowhere(site: Site, chief: Actor, anna: Actor) -> None:
    enrol(site, [anna], actor=chief)
    withdraw(site, site.rows(Enrolment)[0].id, actor=chief)
    found = courses(site, chief)
    assert oversight.chosen(found, Filter()) == []
    assert [one.name for one in oversight.chosen(found, Filter(state="withdrawn"))] == ["Anna Nowak"]
    assert oversight.summary(found).enrolments == 0
    assert (found[0].overdue, found[0].may_leave) == (False, False)


def test_who_left_a_later_cycle_stands_where_they_were(site: Site, chief: Actor, anna: Actor) -> None:
    enrol(site, [anna], actor=chief)
    first = site.rows(Enrolment)[0]
    changed(site, Enrolment, first.id, state="completed", completed_at=site.clock())
    with writing(site) as (session, _):
        values = {name: getattr(first, name) for name in ("person_id", "program_id", "edition_id", "organisation_id")}
        again = {"digest": first.digest, "verdict": "pending", "reasons": [], "enrolled_at": site.clock()}
        session.add(Enrolment(**values, **again, cycle=2, state="withdrawn"))
    assert [(one.enrolment_id, one.state) for one in courses(site, chief)] == [(first.id, "completed")]
    assert f"Program {WITHOUT}" in site.sign_in(anna).get("/my").text


def test_many_come_back_at_the_cost_of_few(site: Site, chief: Actor) -> None:
    people = [site.add(f"Osoba {chr(65 + number)}") for number in range(8)]

    def cost(group: list[Actor]) -> int:
        enrol(site, group, actor=chief)
        for one in group:
            withdraw(site, site.rows(Enrolment, person_id=one.person_id)[0].id, actor=chief)
        with counting(site) as statements:
            assert enrol(site, group, actor=chief) == len(group)
        return len(statements)

    assert cost(people[:2]) == cost(people[2:])


def test_the_page_asks_first_and_says_what_stays(site: Site, chief: Actor, anna: Actor) -> None:
    browser = site.sign_in(chief)
    enrol(site, [anna], actor=chief)
    enrolment = site.rows(Enrolment)[0].id
    path = f"/organisation/{home(site)}/enrolments/{enrolment}/withdrawal"
    assert f'href="{path}"' in browser.get(f"/organisation/{home(site)}").text
    page = browser.get(path)
    for said in ("Anna Nowak", f"Program {WITHOUT}", "odpowiedzi i&nbsp;wyniki", "dzienniku zdarzeń"):
        assert said in page.text, said
    assert state(site, enrolment) == "open"
    assert browser.post(path, page=path).status_code == 302
    assert state(site, enrolment) == "withdrawn"
    assert "Osoba wypisana" in browser.get("/organisation/1?state=withdrawn").text
    again = browser.get(path).text
    assert "już wypisana" in again
    assert 'action="' + path not in again
    assert browser.client.post(path, data={"csrf_token": browser.token("/my")}).status_code == 302
    assert "już wypisana" in browser.get("/my").text
