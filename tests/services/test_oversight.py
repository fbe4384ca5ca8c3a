"""How people get on: due days, what counts, certificates, filters; one's own organisation and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from lms_core.domain.errors import Forbidden, NotFound
from lms_core.domain.learners import Entitlement
from lms_core.domain.permissions import Actor, Role
from lms_core.domain.rules import Completed
from lms_core.models import Credential, Enrolment, Person, ProgramSnapshot
from lms_core.services import enrolments, entitlements, members, oversight
from lms_core.services.enrolments import TakenRole
from lms_core.services.entitlements import NewEntitlement
from lms_core.services.oversight import Course, Filter
from lms_core.services.pages import ROWS
from lms_core.services.rosters import Aim
from tests.road import Site
from tests.services.organisation import (
    WITH_ROLES,
    WITHOUT,
    foreign_organisation,
    home,
    moved,
    offering,
    rows,
    taken_in,
)
from tests.services.school import LESSON, changed, elsewhere, writing
from tests.web.test_statements import counting

TODAY = date(2026, 11, 21)


@pytest.fixture
def sources() -> list:
    return [offering()]


@pytest.fixture
def chief(site: Site) -> Actor:
    return site.add("Katarzyna Koordynująca", Role.COORDINATOR)


def courses(site: Site, chief: Actor, *, at: int | None = None) -> list[Course]:
    with site.app.app_context():
        return oversight.courses(
            site.filar.session, site.filar.catalogue, at or home(site), actor=chief, now=site.clock()
        )


def done_counts(site: Site, shown: list[Course], *, at: int | None = None) -> dict[int, int]:
    with site.app.app_context():
        return oversight.done_counts(site.filar.session, shown, organisation_id=at or home(site))


def join(site: Site, chief: Actor, person: Actor, role: TakenRole | None = None, *, to: str = WITH_ROLES) -> int:
    with writing(site) as (session, _):
        roles = {person.person_id: role}
        enrolments.enrol_others(
            session, site.filar.catalogue, to, roles, organisation_id=home(site), actor=chief, now=site.clock()
        )
    return site.rows(Enrolment, person_id=person.person_id, program_id=to)[0].id


def completed(site: Site, enrolment_id: int, at: datetime) -> None:
    changed(site, Enrolment, enrolment_id, state="completed", verdict="satisfied", completed_at=at)


def entitled(site: Site, since: date, until: date) -> None:
    new = NewEntitlement(Entitlement.VOIVODE, "art. 50", since, until)
    with writing(site) as (session, _):
        entitlements.record(session, home(site), new, now=site.clock())


@pytest.mark.parametrize(
    ("since", "due", "late"),
    [
        (None, None, False),
        (date(2026, 8, 21), date(2026, 11, 21), False),  # the last day is still a day
        (date(2026, 8, 20), date(2026, 11, 20), True),
        (date(2026, 11, 1), date(2027, 2, 1), False),
    ],
)
def test_the_first_training_is_due_by_the_role_and_its_day(
    site: Site, chief: Actor, since: date | None, due: date | None, late: bool
) -> None:
    join(site, chief, site.add(), TakenRole("wojt", since))
    (course,) = courses(site, chief)
    assert (course.due, course.overdue, course.role.id, course.role_since) == (due, late, "wojt", since)


def test_a_role_without_terms_and_a_program_without_roles_are_never_late(site: Site, chief: Actor) -> None:
    anna = site.add()
    join(site, chief, anna, TakenRole("radny", date(2000, 1, 1)))
    join(site, chief, anna, to=WITHOUT)
    assert [(one.due, one.overdue) for one in courses(site, chief)] == [(None, False)] * 2


def test_training_that_counts_is_due_again_after_the_repetition(site: Site, chief: Actor) -> None:
    ago = site.clock() - timedelta(days=400)
    completed(site, join(site, chief, site.add(), TakenRole("pracownik", date(2020, 1, 1))), ago)
    (course,) = courses(site, chief)
    assert (course.completed_on, course.due, course.overdue) == (date(2025, 10, 17), date(2026, 10, 17), True)


def test_only_an_entitled_provider_fulfils_a_duty_that_needs_one(site: Site, chief: Actor) -> None:
    ago = site.clock() - timedelta(days=30)
    completed(site, join(site, chief, site.add(), TakenRole("wojt", date(2026, 1, 1))), ago)
    (course,) = courses(site, chief)
    assert (course.due, course.overdue) == (date(2026, 4, 1), False), (
        "the duty stands, but nobody knows about elsewhere"
    )
    entitled(site, date(2026, 10, 23), date(2026, 12, 31))
    assert courses(site, chief)[0].due == date(2026, 4, 1), "entitled a day too late"
    entitled(site, date(2026, 10, 22), date(2026, 12, 31))
    (course,) = courses(site, chief)
    assert (course.due, course.overdue) == (date(2027, 10, 22), False)


def test_states_reasons_and_counts_are_those_of_the_enrolment(site: Site, chief: Actor) -> None:
    anna = site.sign_in(site.add("Anna Wójcik"))
    enrolment = anna.enrol(WITHOUT)
    assert courses(site, chief)[0].state == "not_started"
    anna.read_lessons(enrolment, WITHOUT)
    (course,) = courses(site, chief)
    assert (course.state, course.reasons) == ("open", ("Zalicz: „Egzamin końcowy”.",))
    assert done_counts(site, [course]) == {}, "the rule asks for the exam alone"
    assert done_counts(site, []) == {}
    anna.pass_exam(enrolment)
    changed(site, Enrolment, enrolment, state="open", verdict="pending", completed_at=None)
    assert done_counts(site, [course]) == {enrolment: 1}
    foreign = foreign_organisation(site)
    assert done_counts(site, [course], at=foreign) == {}
    changed(site, Enrolment, enrolment, verdict="failed")
    assert courses(site, chief)[0].state == "failed"
    completed(site, enrolment, site.clock())
    assert (courses(site, chief)[0].state, courses(site, chief)[0].reasons) == ("completed", ())


def test_more_enrolments_than_a_statement_takes_values_are_counted(site: Site, chief: Actor) -> None:
    enrolment = join(site, chief, site.add(), to=WITHOUT)
    (course,) = courses(site, chief)
    assert done_counts(site, [replace(course, enrolment_id=enrolment + one) for one in range(70_000)]) == {}


def test_each_version_counts_the_units_that_it_asks_for(site: Site, chief: Actor) -> None:
    """Somebody still learns with a version of which the lesson was a part that counted."""
    anna = site.sign_in(site.add("Anna Wójcik"))
    enrolment = anna.enrol(WITHOUT)
    anna.read_lessons(enrolment, WITHOUT)
    (course,) = courses(site, chief)
    older = replace(course.program, version="0.9.0", completion=Completed((LESSON,)))
    assert done_counts(site, [replace(course, program=older)]) == {}, "nobody has that version"
    with writing(site) as (session, _):
        values = {"program_id": WITHOUT, "version": "0.9.0", "body": "{}", "stored_at": site.clock()}
        session.add(ProgramSnapshot(digest="0" * 64, **values))
    changed(site, Enrolment, enrolment, digest="0" * 64)
    assert done_counts(site, [replace(course, program=older), course]) == {enrolment: 1}


def test_the_certificate_is_the_latest_and_an_expired_one_is_late(site: Site, chief: Actor) -> None:
    code = site.sign_in(site.add()).graduate(WITHOUT)
    (course,) = courses(site, chief)
    assert (course.certificate.code, course.certificate.state, course.expired) == (code, "issued", False)
    credential = site.rows(Credential)[0]
    changed(site, Credential, credential.id, valid_until=site.clock() - timedelta(days=1))
    (course,) = courses(site, chief)
    assert (course.certificate.state, course.expired, course.late) == ("expired", True, True)
    assert (course.due, course.overdue) == (None, False), "its validity is no term of the training's"
    assert [one.email for one in oversight.chosen([course], Filter(late="certificate"))] == [course.email]
    assert oversight.chosen([course], Filter(late="training")) == []
    changed(site, Credential, credential.id, state="revoked", revoked_at=site.clock())
    (course,) = courses(site, chief)
    assert (course.certificate.state, course.expired, course.late) == ("revoked", False, False)
    changed(site, Credential, credential.id, state="superseded")
    assert courses(site, chief)[0].certificate is None


def test_filters_and_orders(site: Site, chief: Actor) -> None:
    late, soon, free = site.add("Łucja Żak"), site.add("Jan Łoś"), site.add("Ewa Lis")
    join(site, chief, late, TakenRole("wojt", date(2026, 1, 1)))
    completed(site, join(site, chief, soon, TakenRole("wojt", date(2026, 10, 1))), site.clock())
    join(site, chief, free, to=WITHOUT)
    found = courses(site, chief)

    def names(**wanted: object) -> list[str]:
        return [one.name.split()[0] for one in oversight.chosen(found, Filter(**wanted))]

    assert names() == ["Ewa", "Jan", "Łucja"], "by surname: Lis, Łoś, Żak"
    assert names(program_id=WITHOUT) == ["Ewa"]
    assert names(program_id="nie-ma") == []
    assert names(state="completed") == ["Jan"]
    assert names(state="not_started") == ["Ewa", "Łucja"]
    assert names(state="open") == []
    assert names(late="training") == ["Łucja"]
    assert names(late="certificate") == []
    assert names(query="ŻAK") == ["Łucja"]
    assert names(query=" lis ") == ["Ewa"]
    assert names(query="%") == []
    assert names(order="due") == ["Łucja", "Jan", "Ewa"]
    assert names(program_id=WITH_ROLES, state="not_started", late="training", query="luc") == []
    assert names(program_id=WITH_ROLES, state="not_started", late="training", query="łuc") == ["Łucja"]
    counted = oversight.summary(found)
    assert (counted.people, counted.enrolments, counted.completed) == (3, 3, 1)
    assert (counted.overdue, counted.expired) == (1, 0)


def test_the_order_by_certificate_puts_the_one_that_ends_first_first(site: Site, chief: Actor) -> None:
    for number, name in enumerate(("Adam Pierwszy", "Beata Druga", "Celina Trzecia")):
        site.sign_in(site.add(name)).graduate(WITHOUT)
        credential = site.rows(Credential)[number]
        days = {0: 300, 1: 30}.get(number)
        changed(site, Credential, credential.id, valid_until=site.clock() + timedelta(days=days) if days else None)
    ordered = oversight.chosen(courses(site, chief), Filter(order="certificate"))
    assert [one.name.split()[0] for one in ordered] == ["Beata", "Adam", "Celina"]


def test_nobody_sees_another_organisation(site: Site, chief: Actor) -> None:
    abroad = foreign_organisation(site)
    anna, ewa = site.add("Anna Nasza"), site.add("Ewa Obca")
    for one in (anna, ewa):
        site.sign_in(one).enrol(WITHOUT)
    moved(site, ewa, abroad)
    guest = elsewhere(site, site.add("Obca Osoba"), Role.COORDINATOR)
    assert [one.name for one in courses(site, chief)] == ["Anna Nasza"]
    with site.app.app_context():
        session = site.filar.session
        seen = members.listed(session, home(site), actor=chief).rows
        assert "Ewa Obca" not in {one.name for one in seen}
        assert [one.name for one in members.coordinated(session, actor=guest)] == ["Gmina Obca"]
        with pytest.raises(NotFound):
            members.chosen(session, home(site), [anna.person_id, ewa.person_id], actor=chief)
        for act in (members.listed, members.organisation):
            with pytest.raises(Forbidden):
                act(session, abroad, actor=chief)
            with pytest.raises(Forbidden):
                act(session, home(site), actor=guest)
        with pytest.raises(Forbidden):
            members.chosen(session, abroad, [ewa.person_id], actor=chief)
        with pytest.raises(Forbidden):
            members.coordinated(session, actor=anna)
    with pytest.raises(Forbidden):
        courses(site, chief, at=abroad)


def test_a_switched_off_account_is_not_shown(site: Site, chief: Actor) -> None:
    anna = site.add()
    site.sign_in(anna).enrol(WITHOUT)
    changed(site, Person, anna.person_id, active=False)
    assert courses(site, chief) == []


def test_people_are_listed_searched_and_paged(site: Site, chief: Actor) -> None:
    taken_in(site, rows(*(("Osoba Druga", f"o{n}@gmina.pl") for n in range(ROWS))), Aim(WITHOUT), actor=chief)
    site.add("Łucja Ćma")
    with site.app.app_context():
        session = site.filar.session
        first = members.listed(session, home(site), actor=chief)
        assert (first.number, first.last, first.total, len(first.rows)) == (1, 2, ROWS + 2, ROWS)
        assert [first.rows[0].name, first.rows[1].name] == ["Łucja Ćma", "Osoba Druga"]
        assert [(one.has_password, one.programs) for one in first.rows[:2]] == [(True, ()), (False, (WITHOUT,))]
        last = members.listed(session, home(site), actor=chief, page=99)
        assert (last.number, len(last.rows)) == (2, 2)
        for query, total in (("ŁUCJA", 1), ("o7@GMINA", 1), ("druga", ROWS), ("%", 0), ("Druga\no", 0)):
            assert members.listed(session, home(site), actor=chief, query=query).total == total, query


def test_seeing_many_costs_no_more_statements_than_seeing_few(site: Site, chief: Actor) -> None:
    def cost() -> list[int]:
        found = []
        for act in (
            lambda: courses(site, chief),
            lambda: members.listed(site.filar.session, home(site), actor=chief),
        ):
            with site.app.app_context(), counting(site) as statements:
                act()
            found.append(len(statements))
        return found

    site.sign_in(site.add("Anna Pierwsza")).graduate(WITHOUT)
    before = cost()
    taken_in(site, rows(*(("Osoba Inna", f"o{n}@gmina.pl") for n in range(30))), Aim(WITHOUT), actor=chief)
    assert cost() == before
    assert max(before) <= 5
