"""My data in one file: everything that the tables hold about me, no secret, no key, nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Table, func, literal, select

from lms_core.database import db, table_of
from lms_core.domain.item_kinds import key_of, kind_of
from lms_core.domain.permissions import Actor, Role
from lms_core.models import Base, OutcomeRow, Person, Registration, ResponseEvent
from lms_core.services import accommodations, facts, letters, notices, tokens
from lms_core.services.data_export import SECTIONS
from lms_core.services.facts import Document, Observed
from lms_core.services.tokens import NewToken, Scope
from tests.mail.outbox import ask
from tests.road import Browser, Site
from tests.services.school import DRILL, EXAM, LESSON, PRACTICE, school, writing
from tests.web.test_statements import cost

PROGRAM = "szkola"
PERSON = table_of(Person)


@pytest.fixture
def sources() -> list:
    return [school()]


def about_people() -> set[Table]:
    """Every table that refers to a person, or to a row that refers to one: also a table that is made tomorrow."""
    found = {PERSON}
    while True:
        more = {
            table
            for table in Base.metadata.tables.values()
            if any(key.column.table in found for key in table.foreign_keys)
        }
        if more <= found:
            return found
        found |= more


def test_no_table_about_people_is_forgotten() -> None:
    exported = {section.table for section in SECTIONS.values()}
    assert about_people() - exported == set()
    with_addresses = {table for name, table in Base.metadata.tables.items() if "email" in table.c and name != "issuer"}
    assert with_addresses - exported == set()
    assert len(exported) == len(SECTIONS)


def test_what_stays_back_is_named_and_exists() -> None:
    for name, section in SECTIONS.items():
        assert section.withheld.keys() <= set(section.table.c.keys()), name
        assert all(section.withheld.values()), name


class House:
    """Two people who did everything that leaves a row, an examiner, and somebody who administers."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.chief = site.add("Barbara Kowalczyk", Role.ADMINISTRATOR)
        self.examiner = site.add("Egon Egzaminator", Role.EXAMINER)
        self.anna, self.other = site.add("Anna Wójcik"), site.add("Żaneta Gęślą-Jaźńska")
        self.browsers = {actor.person_id: self.road(actor) for actor in (self.other, self.anna)}

    def road(self, actor: Actor) -> Browser:
        site = self.site
        with writing(site) as (session, _):
            accommodations.grant(session, actor.person_id, 50, actor=self.chief, now=site.clock())
            tokens.make(session, NewToken("mój skrypt", frozenset(Scope)), actor=actor, now=site.clock())
            session.add(Registration(email=actor.email, requested_at=site.clock()))
        ask(site, actor.email)
        browser = site.sign_in(actor)
        enrolment = browser.enrol(PROGRAM)
        browser.post(f"/learn/{enrolment}/{LESSON}", page=f"/learn/{enrolment}/{LESSON}")
        with writing(site) as (session, later):
            for fact in (Observed("examiner"), Document("badanie", date(2027, 1, 1))):
                facts.record(
                    session, site.filar.catalogue, enrolment, DRILL, fact,
                    actor=self.examiner, now=site.clock(), later=later,
                )  # fmt: skip
        practice = browser.start(enrolment, PRACTICE)
        browser.answer(practice, right=False)
        browser.submit(practice)
        browser.pass_exam(enrolment, EXAM)
        open_one = browser.start(enrolment, PRACTICE)
        browser.answer(open_one, right=False, action="save")
        with writing(site) as (session, later):
            left = select(literal(actor.person_id).label("person"), literal(open_one).label("attempt"))
            letters.ask_once(session, notices.LEFT_OPEN, left, now=site.clock(), later=later)
        site.run_jobs()
        return browser

    def export(self, actor: Actor) -> dict:
        answer = self.browsers[actor.person_id].get("/profile/data")
        assert answer.status_code == 200
        assert answer.content_type == "application/json"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="filar-moje-dane-2026-11-21.json"'
        return json.loads(answer.text)


@pytest.fixture
def house(site: Site) -> House:
    return House(site)


def strings(value: object) -> Iterator[str]:
    """Every text in the value, keys and all."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
    elif isinstance(value, str):
        yield value


def rows_of(site: Site, table: Table) -> int:
    with site.app.app_context():
        return db.session.scalar(select(func.count()).select_from(table))


def test_the_file_holds_every_row_and_column_that_is_mine(site: Site, house: House) -> None:
    mine, others = house.export(house.anna), house.export(house.other)
    assert set(mine) == {"about", *SECTIONS}
    for name, section in SECTIONS.items():
        assert mine[name], f"the test leaves no row in {name}"
        for row in mine[name]:
            assert set(section.table.c.keys()) - section.withheld.keys() <= row.keys(), name
            assert not section.withheld.keys() & row.keys(), name
        if name not in {"person", "memberships", "audit", "password_letters", "registrations"}:
            assert len(mine[name]) + len(others[name]) == rows_of(site, section.table), name
    assert mine["person"][0]["email"] == house.anna.email
    assert mine["about"]["service"] == "https://szkolenia.example.pl"
    assert mine["about"]["sections"].keys() == SECTIONS.keys()


def test_the_file_says_what_was_answered_and_what_came_of_it(site: Site, house: House) -> None:
    mine = house.export(house.anna)
    attempts = {one["id"] for one in mine["attempts"]}
    with site.app.app_context():
        events = db.session.scalars(select(ResponseEvent).where(ResponseEvent.attempt_id.in_(attempts))).all()
        outcomes = db.session.scalars(select(OutcomeRow).where(OutcomeRow.attempt_id.in_(attempts))).all()
    program = site.program(PROGRAM)
    assert len(mine["answers"]) == len(events) > 20
    for event, row in zip(sorted(events, key=lambda one: one.ordinal), mine["answers"], strict=True):
        item = program.items[event.item_id]
        words = list(kind_of(item).wording(item, tuple(event.response)))
        assert (row["item_id"], row["response"], row["response_in_words"]) == (event.item_id, event.response, words)
    assert {(one["raw"], one["success"]) for one in mine["outcomes"]} == {(one.raw, one.success) for one in outcomes}
    assert {one["program_title"] for one in mine["attempts"]} == {"Program szkola"}
    (contents,) = mine["certificate_contents"]
    assert contents["claims"]["holder_name"] == house.anna.name
    assert contents["document"]["proof"]
    assert [one["recorded_by_you"] for one in mine["facts"] if one["kind"] == "observed"] == [False]


def test_no_key_of_a_question_is_in_it(site: Site, house: House) -> None:
    """All questions of the open practice were answered wrongly: its keys must show nowhere."""
    mine = house.export(house.anna)
    program = site.program(PROGRAM)
    attempt = next(one["id"] for one in mine["attempts"] if one["state"] == "open")
    given = [row for row in mine["answers"] if row["attempt_id"] == attempt]
    assert given
    for row in given:
        assert tuple(row["response"]) != key_of(program.items[row["item_id"]])
        assert row.keys() == {
            "ordinal", "attempt_id", "client_id", "seq", "item_id", "response", "received_at", "response_in_words",
        }  # fmt: skip
    texts = " ".join(strings(mine))
    assert "Wyjaśnienie." not in texts, "feedback"
    assert "correct" not in texts


def test_nobody_else_and_no_secret_is_in_it(site: Site, house: House) -> None:
    mine, others = house.export(house.anna), house.export(house.other)
    found = set(strings(mine))
    foreign = {one["code"] for one in others["certificates"]} | {one["number"] for one in others["certificate_numbers"]}
    for other in (house.other, house.chief, house.examiner):
        foreign |= {other.name, other.email}
    assert foreign & found == set()
    assert not any(other in text for text in found for other in foreign)
    with site.app.app_context():
        kept = db.session.get_one(Person, house.anna.person_id)
    assert not {kept.password_hash, kept.session_stamp} & found
    ids = {house.other.person_id, house.chief.person_id, house.examiner.person_id}
    people_columns = ("person_id", "actor_id", "by_person_id", "granted_by_id")
    for name, rows in mine.items():
        for row in rows if name != "about" else ():
            assert not {row.get(column) for column in people_columns} & ids, name


def test_whoever_records_about_others_exports_nothing_of_theirs(site: Site, house: House) -> None:
    house.browsers[house.examiner.person_id] = site.sign_in(house.examiner)
    mine = house.export(house.examiner)
    assert [mine[name] for name in ("enrolments", "facts", "attempts", "answers", "certificates")] == [[]] * 5
    acts = [row for row in mine["audit"] if row["act"] == "fact.recorded"]
    assert len(acts) == 4
    assert all(row["done_by_you"] and "subject_id" not in row and "detail" not in row for row in acts)
    assert not any(text in strings_of(mine) for text in (house.anna.name, house.anna.email))


def strings_of(value: object) -> str:
    return " ".join(strings(value))


def test_a_program_that_is_offered_no_more_is_still_named(site: Site, house: House) -> None:
    site.filar.catalogue._by_digest.clear()
    site.filar.catalogue._offers = {}
    assert {one["program_title"] for one in house.export(house.anna)["enrolments"]} == {"Program szkola"}


def test_it_takes_as_many_statements_however_much_there_is(site: Site, house: House) -> None:
    browser = house.browsers[house.anna.person_id]
    paths = ("/profile", "/profile/data")
    before = [cost(site, lambda path=path: browser.get(path)) for path in paths]
    enrolment = house.export(house.anna)["enrolments"][0]["id"]
    for _ in range(5):
        attempt = browser.start(enrolment, PRACTICE)
        browser.answer(attempt, right=False)
        browser.submit(attempt)
    assert [cost(site, lambda path=path: browser.get(path)) for path in paths] == before
    assert max(before) < 30


def test_it_is_for_its_owner_and_not_without_end(site: Site, house: House) -> None:
    assert site.visitor().get("/profile/data").status_code == 302
    browser = house.browsers[house.anna.person_id]
    assert [browser.get("/profile/data").status_code for _ in range(21)] == [200] * 20 + [429]
    assert house.export(house.other), "another person of the same house may still have theirs"
