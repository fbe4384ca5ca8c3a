"""What a call costs in SQL statements does not grow with the data; a token costs one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lms_core.models import Attempt
from tests.api.client import Person, Program, person
from tests.road import Site
from tests.web.test_statements import counting

OTHERS = 9


def cost(site: Site, call: Callable[[], object]) -> int:
    call()  # the first call of a process fills caches, and notes that the token was used
    with counting(site) as statements:
        call()
    return len(statements)


@pytest.fixture
def anna(site: Site) -> Person:
    return person(site)


def test_a_token_costs_one_statement_and_a_malformed_one_none(site: Site, anna: Person) -> None:
    assert cost(site, lambda: anna.program.get("/programs")) == 1
    assert cost(site, lambda: Program(site, "filar_" + "a" * 43).get("/programs")) == 1
    assert cost(site, lambda: Program(site, "nonsense").get("/programs")) == 0


def test_lists_cost_the_same_with_ten_times_the_data(site: Site, anna: Person) -> None:
    anna.graduate()
    own = site.rows(Attempt)[0]
    paths = ["/programs", "/enrolments", f"/enrolments/{own.enrolment_id}", f"/attempts/{own.id}/result"]
    paths.append("/certificates")
    before = {path: cost(site, lambda path=path: anna.program.get(path)) for path in paths}
    for number in range(OTHERS):
        person(site, f"Osoba {chr(65 + number)}").graduate()
    for program in ("kos-72-godziny", "osp-doskonalenie"):
        anna.program.enrol(program)
    assert {path: cost(site, lambda path=path: anna.program.get(path)) for path in paths} == before


def test_the_road_stays_within_its_budget(site: Site, anna: Person) -> None:
    """Ceilings, not targets: a call that starts to ask more has to say why."""
    attempt = anna.program.start(anna.program.enrol())
    path, body = f"/attempts/{attempt['id']}", anna.program.events(attempt)
    assert cost(site, lambda: anna.program.post(f"{path}/events", body)) <= 4
    assert cost(site, lambda: anna.program.get(path)) <= 3
    code = person(site, "Jan Kowalski").graduate()
    assert cost(site, lambda: Program(site).get(f"/verify/{code}")) == 2
