"""Taking in a list: what the plan says is what happens, all of it or nothing, at home only."""

from __future__ import annotations

from datetime import date

import pytest

from lms_core.content.roster_files import RosterRow
from lms_core.database import db
from lms_core.domain.errors import Conflict, Forbidden, Invalid, NotFound
from lms_core.domain.learners import LearnerRole
from lms_core.domain.permissions import Actor, Role
from lms_core.domain.text import Text
from lms_core.models import AuditEvent, Enrolment, JobRow, Membership, PasswordReset, Person
from lms_core.services import audit, enrolments
from lms_core.services.enrolments import TakenRole
from lms_core.services.role_names import role_called
from lms_core.services.rosters import CHANGED, FOREIGN, Aim, Done
from tests.road import Site
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

ANNA, EWA = ("Anna Nowa", "anna@gmina.pl"), ("Ewa Nowa", "Ewa@Gmina.PL")


@pytest.fixture
def sources() -> list:
    return [offering()]


@pytest.fixture
def chief(site: Site) -> Actor:
    return site.add("Katarzyna Koordynująca", Role.COORDINATOR)


def everything(site: Site) -> list[int]:
    tables = ("person", "membership", "enrolment", "password_reset", "job_row", "audit_event")
    return [site.count(table) for table in tables]


def test_new_people_become_learners_without_a_password_and_are_invited(site: Site, chief: Actor) -> None:
    done = taken_in(site, rows(ANNA, EWA), Aim(WITHOUT), actor=chief)
    assert done == Done(added=2, joined=2)
    found = site.rows(Person)[1:]
    assert [(one.name, one.email, one.password_hash, one.identity) for one in found] == [
        ("Anna Nowa", "anna@gmina.pl", None, "self_declared"),
        ("Ewa Nowa", "ewa@gmina.pl", None, "self_declared"),
    ]
    assert len({one.session_stamp for one in found}) == 2
    held = [(one.person_id, one.organisation_id, one.role) for one in site.rows(Membership)[1:]]
    assert held == [(one.id, home(site), "learner") for one in found]
    assert [one.person_id for one in site.rows(PasswordReset)] == [one.id for one in found]
    assert [job.name for job in site.rung] == ["send_invitation"] * 2
    assert [job.arguments for job in site.rung] == [(row.id,) for row in site.rows(JobRow)]


def test_enrolments_are_audited_with_the_coordinator_as_actor_and_no_names(site: Site, chief: Actor) -> None:
    taken_in(site, rows(ANNA, EWA, role="wójt, burmistrz"), Aim(WITH_ROLES), actor=chief)
    made = site.rows(Enrolment)
    events = site.rows(AuditEvent)[1:]
    assert [one.act for one in events] == ["enrolment.made"] * 2 + ["person.added"] * 2
    assert {one.actor_id for one in events} == {chief.person_id}
    assert [one.subject_id for one in events[:2]] == [str(one.id) for one in made]
    assert {one.detail["role"] for one in events[:2]} == {"wojt"}
    assert "Nowa" not in repr([one.detail for one in events])
    with site.app.app_context():
        assert audit.verify(db.session())[1] is None


def test_a_role_comes_from_the_row_or_else_from_the_form_by_id_or_title(site: Site, chief: Actor) -> None:
    listed = [
        RosterRow(2, "A B", "a@gmina.pl", "WÓJT, burmistrz", date(2026, 10, 1)),
        RosterRow(3, "C D", "c@gmina.pl", "radny"),
        RosterRow(4, "E F", "e@gmina.pl"),
    ]
    taken_in(site, listed, Aim(WITH_ROLES, "pracownik"), actor=chief)
    assert [(one.role, one.role_since) for one in site.rows(Enrolment)] == [
        ("wojt", date(2026, 10, 1)),
        ("radny", None),
        ("pracownik", None),
    ]


@pytest.mark.parametrize(
    ("given", "role"),
    [
        ("jednostka-pomocnicza", "jednostka-pomocnicza"),
        ("Sołtys, rada sołecka, organ osiedla lub dzielnicy", "jednostka-pomocnicza"),
        ("Sołtys", "jednostka-pomocnicza"),
        ("  RADA   sołecka ", "jednostka-pomocnicza"),
        ("organ osiedla", "jednostka-pomocnicza"),
        ("wójt", "wojt"),
        ("Burmistrz", "wojt"),
        ("Head of a municipality", "wojt"),
        ("wójt lub burmistrz", None),  # what is no name of ours stays a question
        ("starosta", "starosta"),  # a whole title comes before a part of another one
        ("członek zarządu", None),  # two roles are called so
        ("lub", None),
        ("", None),
        ("—", None),
    ],
)
def test_a_role_is_called_by_one_of_the_offices_in_its_title(given: str, role: str | None) -> None:
    duty = Text("Szkoli się co rok.")
    titles = {
        "wojt": Text("Wójt, burmistrz, członek zarządu", "Head of a municipality"),
        "starosta": Text("Starosta", "Head of a county"),
        "zarzad": Text("Członek zarządu lub starosta"),
        "jednostka-pomocnicza": Text("Sołtys, rada sołecka, organ osiedla lub dzielnicy"),
    }
    roles = [LearnerRole(name, title, duty) for name, title in titles.items()]
    found = role_called(roles, given)
    assert (found.id if found else None) == role


def test_who_lacks_a_role_is_told_apart_from_who_has_another_fault(site: Site, chief: Actor) -> None:
    def lacks(row: RosterRow, aim: Aim) -> bool:
        return planned(site, [row], aim, actor=chief).lacks_roles

    assert lacks(RosterRow(2, "A B", "a@gmina.pl", "cesarz"), Aim(WITH_ROLES))
    assert lacks(RosterRow(2, "A B", "a@gmina.pl"), Aim(WITH_ROLES))
    assert not lacks(RosterRow(2, "A B", "a@gmina.pl", "radny", date(2066, 1, 1)), Aim(WITH_ROLES))
    assert not lacks(RosterRow(2, "A B", "a@gmina.pl", "cesarz"), Aim(WITHOUT))


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (RosterRow(7, "A B", "a@gmina.pl"), "Brakuje roli w programie"),
        (RosterRow(7, "A B", "a@gmina.pl", "cesarz"), "Program nie zna roli „cesarz”."),
        (RosterRow(7, "A B", "a@gmina.pl", "radny", date(2026, 11, 22)), "który już minął"),
        (RosterRow(7, "A B", "a@gmina.pl", "radny", date(1066, 1, 1)), "od 1990 roku"),
        (RosterRow(7, "A B", "to nie adres", "radny"), "nazwa@domena.pl"),
        (RosterRow(7, "A B", "straße@gmina.pl", "radny"), "bez polskich liter"),
        (RosterRow(7, "a" * 121, "a@gmina.pl", "radny"), "najwyżej 120 znaków"),
        (RosterRow(7, "李 小龙", "a@gmina.pl", "radny"), "nie da się wydrukować"),
        (RosterRow(7, "A B", "a@gmina.pl", "radny", problems=("Zdanie z pliku.",)), "Zdanie z pliku."),
    ],
)
def test_one_bad_row_stops_all(site: Site, chief: Actor, row: RosterRow, sentence: str) -> None:
    listed = [*rows(ANNA, role="radny"), row]
    plan = planned(site, listed, Aim(WITH_ROLES), actor=chief)
    assert [one.row for one in plan.wrong] == [7]
    assert sentence in " ".join(plan.wrong[0].problems)
    before = everything(site)
    with pytest.raises(Invalid):
        taken_in(site, listed, Aim(WITH_ROLES), actor=chief)
    assert everything(site) == before
    assert site.rung == []


def test_odd_letters_are_told_at_their_rows_wherever_they_stand(site: Site, chief: Actor) -> None:
    names = [f"Osoba {'ABCDE'[number % 5]}{'李' if number % 5 == 3 else 'ń'}" for number in range(11)]
    listed = rows(*((name, f"o{number}@gmina.pl") for number, name in enumerate(names)))
    wrong = planned(site, listed, Aim(), actor=chief).wrong
    assert [one.row for one in wrong] == [5, 10]
    assert all("„李”" in one.problems[0] for one in wrong)


def test_known_people_keep_their_name_and_only_join(site: Site, chief: Actor) -> None:
    known = site.add("Anna Dawna", email="anna@gmina.pl")
    listed = rows(ANNA, EWA)
    assert [(one.standing, one.known_as) for one in planned(site, listed, Aim(WITHOUT), actor=chief).entries] == [
        ("known", "Anna Dawna"),
        ("new", None),
    ]
    assert taken_in(site, listed, Aim(WITHOUT), actor=chief) == Done(added=1, joined=2)
    assert [one.name for one in site.rows(Person, id=known.person_id)] == ["Anna Dawna"]
    again = planned(site, listed, Aim(WITHOUT), actor=chief)
    assert [one.standing for one in again.entries] == ["joined", "joined"]
    site.rung.clear()
    assert taken_in(site, listed, Aim(WITHOUT), actor=chief) == Done(added=0, joined=0)
    assert site.rung == []


def test_without_a_program_people_are_only_added(site: Site, chief: Actor) -> None:
    assert taken_in(site, rows(ANNA), Aim(), actor=chief) == Done(added=1, joined=0)
    assert site.rows(Enrolment) == []


@pytest.mark.parametrize("how", ["elsewhere", "inactive"])
def test_accounts_from_elsewhere_and_switched_off_ones_are_not_taken_in_nor_named(
    site: Site, chief: Actor, how: str
) -> None:
    stranger = site.add("Tajna Osoba", email="anna@gmina.pl")
    if how == "elsewhere":
        moved(site, stranger, foreign_organisation(site))
    else:
        changed(site, Person, stranger.person_id, active=False)
    plan = planned(site, rows(ANNA), Aim(WITHOUT), actor=chief)
    assert (plan.entries[0].problems, plan.entries[0].known_as) == ((FOREIGN,), None)
    before = everything(site)
    with pytest.raises(Invalid):
        taken_in(site, rows(ANNA), Aim(WITHOUT), actor=chief)
    assert everything(site) == before


def test_what_changed_since_the_preview_is_looked_at_again(site: Site, chief: Actor) -> None:
    site.add("Anna Nowa", email="anna@gmina.pl")
    before = everything(site)
    with pytest.raises(Conflict, match=CHANGED[:20]):
        taken_in(site, rows(ANNA), Aim(WITHOUT), actor=chief, seen=["new"])
    assert everything(site) == before


def test_a_coordinator_of_another_organisation_gets_nothing(site: Site, chief: Actor) -> None:
    abroad = foreign_organisation(site)
    guest = elsewhere(site, site.add("Obca Osoba"), Role.COORDINATOR)
    for organisation, actor in ((abroad, chief), (home(site), guest), (abroad + 99, chief)):
        with pytest.raises(Forbidden):
            planned(site, rows(ANNA), Aim(WITHOUT), actor=actor, at=organisation)
        with pytest.raises(Forbidden), writing(site) as (session, _):
            enrolments.enrol_others(
                session,
                site.filar.catalogue,
                WITHOUT,
                {chief.person_id: None},
                organisation_id=organisation,
                actor=actor,
                now=site.clock(),
            )
    assert site.rows(Enrolment) == []


def enrol_others(site: Site, roles: dict[int, TakenRole | None], *, actor: Actor, to: str = WITHOUT) -> int:
    with writing(site) as (session, _):
        return enrolments.enrol_others(
            session, site.filar.catalogue, to, roles, organisation_id=home(site), actor=actor, now=site.clock()
        )


def test_chosen_people_join_once_and_strangers_stop_all(site: Site, chief: Actor) -> None:
    anna, ewa = site.add("Anna Nowak"), site.add("Ewa Nowak")
    site.sign_in(anna).enrol(WITHOUT)
    assert enrol_others(site, {anna.person_id: None, ewa.person_id: None}, actor=chief) == 1
    assert enrol_others(site, {}, actor=chief) == 0
    assert [one.person_id for one in site.rows(Enrolment)] == [anna.person_id, ewa.person_id]
    moved(site, ewa, foreign_organisation(site))
    for stranger in (ewa.person_id, 10**9, 0):
        with pytest.raises(NotFound):
            enrol_others(site, {chief.person_id: None, stranger: None}, actor=chief)
    assert len(site.rows(Enrolment)) == 2


def test_a_program_with_roles_wants_one_of_its_own(site: Site, chief: Actor) -> None:
    anna = site.add("Anna Nowak").person_id
    for role in (None, TakenRole("cesarz"), TakenRole("radny", date(2027, 1, 1))):
        with pytest.raises(Invalid):
            enrol_others(site, {chief.person_id: TakenRole("radny"), anna: role}, actor=chief, to=WITH_ROLES)
    with pytest.raises(NotFound):
        enrol_others(site, {anna: None}, actor=chief, to="nie-ma")
    assert site.rows(Enrolment) == []


def test_the_trail_is_written_after_all_rows_as_everybody_does(site: Site, chief: Actor) -> None:
    """In another order two would wait for each other: the one for the trail, the other for a person's enrolment."""
    with counting(site) as statements:
        taken_in(site, rows(ANNA, EWA), Aim(WITHOUT), actor=chief)
    written = ("INSERT INTO person", "INSERT INTO enrolment")
    last_row = max(number for number, one in enumerate(statements) if one.startswith(written))
    assert min(n for n, one in enumerate(statements) if "audit_event" in one) > last_row


def test_a_long_list_costs_no_more_statements_than_a_short_one(site: Site, chief: Actor) -> None:
    costs = []
    for prefix, count in (("a", 2), ("b", 60)):
        listed = rows(*((f"Osoba {prefix}", f"{prefix}{n}@gmina.pl") for n in range(count)), role="radny")
        seen = ["new"] * count
        with counting(site) as statements:
            taken_in(site, listed, Aim(WITH_ROLES), actor=chief, seen=seen)
        costs.append(len(statements))
    assert costs[0] == costs[1] < 30
