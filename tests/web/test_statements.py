"""No page makes a number of SQL statements that grows with the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from lms_core.database import db
from lms_core.domain.permissions import Role
from tests.road import Browser, Site

OTHERS = 10


@contextmanager
def counting(site: Site) -> Iterator[list[str]]:
    """Collect the statements of the block; BEGIN and COMMIT do not count."""
    statements: list[str] = []

    def collect(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SELECT pg_catalog", "show ")):
            statements.append(statement)

    with site.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", collect)
    yield statements
    event.remove(engine, "before_cursor_execute", collect)


def graduates(site: Site, count: int) -> None:
    for number in range(count):
        site.learner(f"Osoba {chr(65 + number)}").graduate()


def cost(site: Site, fetch: Callable[[], object]) -> int:
    fetch()  # the first request of a process fills caches
    with counting(site) as statements:
        fetch()
    return len(statements)


@pytest.mark.parametrize("path", ["/", "/my", "/programs", "/programs/zpos-modul-2", "/certificates", "/people"])
def test_pages_cost_the_same_with_ten_times_the_data(site: Site, path: str) -> None:
    admin = site.sign_in(site.add("Barbara Kowalczyk", Role.ADMINISTRATOR))
    admin.graduate()
    before = cost(site, lambda: admin.get(path))
    graduates(site, OTHERS)
    for program in ("kos-72-godziny", "osp-doskonalenie"):
        admin.enrol(program)
    assert cost(site, lambda: admin.get(path)) == before


@pytest.fixture
def sitting(site: Site) -> tuple[Browser, int, int]:
    browser = site.learner()
    enrolment = browser.enrol()
    browser.read_lessons(enrolment)
    return browser, enrolment, browser.start(enrolment)


def test_the_road_stays_within_its_budget(site: Site, sitting: tuple[Browser, int, int]) -> None:
    """Ceilings, not targets: a page that starts to ask more has to say why."""
    browser, _, attempt = sitting
    token = {"csrf_token": browser.token("/my")}
    headers = {"X-CSRFToken": token["csrf_token"]}
    item = site.program_of(attempt).items[site.attempt(attempt).paper[0]["item"]]
    body = {"client": "c" * 12, "events": [{"seq": 1, "item": item.id, "response": [item.choices[0].id]}]}
    path = f"/attempts/{attempt}"
    found = {}
    for name, act in {
        "save": lambda: browser.client.post(f"/api/v1{path}/events", json=body, headers=headers),
        "exam": lambda: browser.get(path),
        "submit": lambda: browser.client.post(f"{path}/submission", data=token),
        "result": lambda: browser.get(f"{path}/result"),
    }.items():
        with counting(site) as statements:
            assert act().status_code in {200, 302}
        found[name] = len(statements)
    assert found["save"] <= 3
    assert found["exam"] <= 5
    assert found["submit"] <= 13
    assert found["result"] <= 6


def test_verifying_takes_two_statements(site: Site) -> None:
    code = site.learner().graduate()
    stranger = site.visitor()
    assert cost(site, lambda: stranger.get(f"/c/{code}")) == 2
