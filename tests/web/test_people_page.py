"""The administrator's page: people, roles, and who may not."""

from __future__ import annotations

import re

import pytest

from lms_core.domain.permissions import Role
from lms_core.models import AuditEvent, Membership, Person
from tests.road import Browser, Site


@pytest.fixture
def admin(site: Site) -> Browser:
    return site.sign_in(site.add("Barbara Kowalczyk", Role.ADMINISTRATOR))


def test_it_works(site: Site, admin: Browser) -> None:
    form = {"name": "  Jan\u00a0 Nowak ", "email": " Jan.Nowak@Example.PL ", "role": "learner"}
    page = admin.post("/people", form, page="/people").text
    password = re.search(r"\b([a-z2-9]{4}(?:-[a-z2-9]{4}){3})\b", page)
    assert password, page
    person = site.rows(Person, email="jan.nowak@example.pl")[0]
    assert (person.name, person.identity) == ("Jan Nowak", "self_declared")
    newcomer = site.visitor()
    form = {"email": "JAN.NOWAK@example.pl", "password": password.group(1)}
    assert newcomer.post("/sign-in", form, page="/sign-in").status_code == 302
    assert newcomer.get("/people").status_code == 403
    assert password.group(1) not in admin.get("/people").text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_see_and_change_it(site: Site, role: Role) -> None:
    browser = site.sign_in(site.add("Ktoś Inny", role))
    assert browser.get("/people").status_code == 403
    token = {"csrf_token": browser.token("/my")}
    person = {"name": "X Y", "email": "x@example.pl", "role": "administrator"}
    assert browser.client.post("/people", data=token | person).status_code == 403
    for path in ("/people/1/roles", "/people/1/roles/removal", "/people/1/password"):
        assert browser.client.post(path, data=token | {"role": "administrator"}).status_code == 403
    assert len(site.rows(Membership)) == 1


def test_strangers_are_sent_to_sign_in(site: Site) -> None:
    assert site.visitor().get("/people").location == "/sign-in?next=/people"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": "", "email": "a@b.pl", "role": "learner"}, "imię i nazwisko"),
        ({"name": "a" * 121, "email": "a@b.pl", "role": "learner"}, "imię i nazwisko"),
        ({"name": "李 小龙", "email": "a@b.pl", "role": "learner"}, "nie da się wydrukować"),
        ({"name": "Jan 🙂", "email": "a@b.pl", "role": "learner"}, "nie da się wydrukować"),
        ({"name": "A B", "email": "nie adres", "role": "learner"}, "adres e-mail"),
        ({"name": "A B", "email": "a@b.pl", "role": "cesarz"}, "rolę z listy"),
        ({"name": "A B", "email": "barbarakowalczyk@example.pl", "role": "learner"}, "już na liście"),
        ({}, "rolę z listy"),
    ],
)
def test_a_mistake_is_said_beside_the_form_and_nothing_typed_is_lost(
    site: Site, admin: Browser, form: dict, sentence: str
) -> None:
    answer = admin.post("/people", form, page="/people")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert form.get("email", "") in answer.text
    assert len(site.rows(Person)) == 1


@pytest.mark.parametrize("name", ["Олександр Шевченко", "Nguyễn Văn An", "Zoë Ångström", "Žaneta O’Hara"])
def test_names_of_neighbours_reach_the_paper(site: Site, name: str) -> None:
    browser = site.sign_in(site.add(name, email="sasiad@example.pl"))
    code = browser.graduate()
    assert browser.get(f"/certificates/{code}.pdf").data.startswith(b"%PDF")


def test_roles_are_given_and_taken(site: Site, admin: Browser) -> None:
    person = site.add("Ewa Nowak").person_id
    for _ in range(2):  # twice changes nothing
        admin.post(f"/people/{person}/roles", {"role": "examiner"}, page="/people")
    held = {one.role for one in site.rows(Membership, person_id=person)}
    assert held == {"learner", "examiner"}
    for _ in range(2):
        admin.post(f"/people/{person}/roles/removal", {"role": "examiner"}, page="/people")
    assert [one.role for one in site.rows(Membership, person_id=person)] == ["learner"]
    assert [one.act for one in site.rows(AuditEvent, subject_id=str(person))] == [
        "person.added",
        "role.granted",
        "role.revoked",
    ]


def test_the_last_administrator_stays(site: Site, admin: Browser) -> None:
    me = site.rows(Person)[0].id
    answer = admin.post(f"/people/{me}/roles/removal", {"role": "administrator"}, page="/people")
    assert answer.status_code == 302
    assert "jedyna osoba" in admin.get("/people").text
    assert [one.role for one in site.rows(Membership)] == ["administrator"]


def test_a_new_password_ends_the_old_one_and_its_sessions(site: Site, admin: Browser) -> None:
    actor = site.add("Ewa Nowak")
    browser = site.sign_in(actor)
    page = admin.post(f"/people/{actor.person_id}/password", page="/people").text
    password = re.search(r"\b([a-z2-9]{4}(?:-[a-z2-9]{4}){3})\b", page).group(1)
    assert browser.get("/my").status_code == 302
    old = {"email": actor.email, "password": "bardzo-tajne-haslo"}
    assert site.visitor().post("/sign-in", old, page="/sign-in").status_code == 422
    assert site.visitor().post("/sign-in", old | {"password": password}, page="/sign-in").status_code == 302


def test_people_are_found_by_name_and_address(site: Site, admin: Browser) -> None:
    site.add("Ewa Nowak")
    site.add("Jan Kowalski")
    for query, found in (("nowak", "Ewa Nowak"), ("jankowalski@", "Jan Kowalski")):
        page = admin.get(f"/people?q={query}").text
        assert [name for name in ("Ewa Nowak", "Jan Kowalski") if name in page] == [found]
    assert "Ewa Nowak" not in admin.get("/people?q=%25").text
    assert admin.get("/people?q=%00%5C_").status_code == 200


def test_an_unknown_person_is_404_and_names_are_shown_not_run(site: Site, admin: Browser) -> None:
    assert admin.post("/people/99/roles", {"role": "learner"}, page="/people").status_code == 404
    form = {"name": "<script>alert(1)</script>", "email": "x@example.pl", "role": "learner"}
    page = admin.post("/people", form, page="/people").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_audit_trail_holds_no_names(site: Site, admin: Browser) -> None:
    site.add("Ewa Nowak")
    for event in site.rows(AuditEvent):
        assert not re.search("Nowak|example|Kowalczyk", f"{event.subject_id}{event.detail}")
