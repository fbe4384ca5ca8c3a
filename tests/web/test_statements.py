"""No request makes a number of SQL statements that grows with the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from lms_core.database import db
from lms_core.domain.item_kinds import key_of
from lms_core.domain.items import Item
from lms_core.domain.permissions import Role
from lms_core.models import Attempt, Credential
from lms_core.services import people
from tests.road import ZPOS, Browser, Site

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


def cost(site: Site, act: Callable[[], object]) -> int:
    with counting(site) as statements:
        act()
    return len(statements)


PRACTICE = "sprawdz-sie"
WITH_OPEN_ATTEMPT = {"attempts.show", "attempts.summary", "api_attempts.show_attempt"}
ELSEWHERE = {
    "session.sign_in": 302,
    "session.reset": 404,
    "coordination.home": 302,
    "language.choose": 302,
    "registration.ask": 403,
    "registration.confirm": 403,
}
"""What a signed-in person gets who has no token, who coordinates one organisation, where registration is closed."""


class Owner:
    """An administrator who coordinates and learns, too: everything that a page can show is theirs."""

    def __init__(self, site: Site) -> None:
        self.site = site
        chief = site.add("Barbara Kowalczyk", Role.ADMINISTRATOR)
        with site.app.app_context(), site.filar.writing() as (session, _):
            people.grant_role(session, chief.person_id, Role.COORDINATOR, actor=chief, now=site.clock())
        self.browser = site.sign_in(chief)
        self.code = self.browser.graduate()
        enrolment = site.rows(Credential, code=self.code)[0].enrolment_id
        self.finished = site.rows(Attempt, enrolment_id=enrolment)[0]
        self.open = self.browser.start(self.finished.enrolment_id, PRACTICE)

    def address(self, endpoint: str) -> str:
        """Return the route's address; a new route with an argument of a new name must be given a value here."""
        arguments = {
            "program_id": ZPOS,
            "enrolment_id": self.finished.enrolment_id,
            "unit_id": PRACTICE,
            "attempt_id": self.open if endpoint in WITH_OPEN_ATTEMPT else self.finished.id,
            "code": "pl" if endpoint == "language.choose" else self.code,
            "slug": "filar",
            "number": 1,
            "person_id": 1,
            "organisation_id": 1,
            "kind": "csv",
            "token": "a" * 43,
            "digest": self.finished.digest,
            "name": "kto-szkoli",
            "filename": "filar.css",
        }
        rule = next(rule for rule in self.site.app.url_map.iter_rules() if rule.endpoint == endpoint)
        with self.site.app.test_request_context():
            return self.site.app.url_for(endpoint, **{name: arguments[name] for name in rule.arguments})

    def cost(self, endpoint: str) -> int:
        """Return what a page costs that is asked for again: the first request of a process fills caches."""
        path = self.address(endpoint)
        self._fetch(endpoint, path)
        return cost(self.site, lambda: self._fetch(endpoint, path))

    def _fetch(self, endpoint: str, path: str) -> None:
        with self.browser.get(path) as answer:
            assert answer.status_code == ELSEWHERE.get(endpoint, 200), f"{endpoint}: {answer.status_code}"

    def grow(self) -> None:
        """Ten times as much: other people, and one's own attempts, answers and programs."""
        for number in range(OTHERS):
            self.site.learner(f"Osoba {chr(65 + number)}").graduate()
        for number in range(OTHERS):
            self.browser.answer(self.open, right=bool(number % 2), action="save")
        for _ in range(OTHERS):
            self.browser.answer(self.open)
            self.browser.submit(self.open)
            self.open = self.browser.start(self.finished.enrolment_id, PRACTICE)
        for number in range(OTHERS):
            self.browser.answer(self.open, right=bool(number % 2), action="save")
        for program in ("kos-72-godziny", "osp-doskonalenie"):
            self.browser.enrol(program)


def test_no_page_costs_more_with_ten_times_the_data(site: Site) -> None:
    """Every route that answers GET, also one that is made tomorrow."""
    owner = Owner(site)
    pages = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in rule.methods}
    assert len(pages) > 20
    before = {endpoint: owner.cost(endpoint) for endpoint in pages}
    owner.grow()
    assert {endpoint: owner.cost(endpoint) for endpoint in pages} == before


def road_costs(site: Site, name: str, *, answers: int = 1) -> dict[str, int]:
    """Return what each request that writes costs a new learner, and the job that issues."""
    browser, found = site.learner(name), {}
    token = {"csrf_token": browser.token("/my")}

    def post(what: str, path: str, **form: object) -> str:
        """Post a form whose token is at hand already: the page it stands on is not counted with it."""
        with counting(site) as statements:
            answer = browser.client.post(path, data=token | form)
        assert answer.status_code == 302, f"{what}: {answer.status_code}"
        found[what] = len(statements)
        return str(answer.location)

    lesson = post("enrol", f"/programs/{ZPOS}/enrolment", role="pracownik")
    post("complete a lesson", lesson)
    enrolment = int(lesson.split("/")[-2])
    browser.read_lessons(enrolment)
    exam = post("start", f"/learn/{enrolment}/egzamin-koncowy/attempts")
    attempt = int(exam.split("/")[-1])
    items = drawn(site, attempt)
    found["save an answer"] = cost(site, lambda: save(browser, attempt, items[0], token=token["csrf_token"]))
    for number in range(answers):
        browser.answer(attempt, right=bool(number % 2), action="save")
    rendered = {f"was.{item.id}": "" for item in items}
    chosen = {f"answer.{item.id}": list(key_of(item)) for item in items}
    post("save all answers", exam, page="a" * 32, action="save", **rendered, **chosen)
    browser.answer(attempt)
    post("submit", f"{exam}/submission")
    found["issue"] = cost(site, site.run_jobs)
    post("sign out", "/sign-out")
    return found


def drawn(site: Site, attempt: int) -> list[Item]:
    program = site.program_of(attempt)
    return [program.items[entry["item"]] for entry in site.attempt(attempt).paper]


def save(browser: Browser, attempt: int, item: Item, *, token: str) -> None:
    """Answer a question as the page's script does."""
    body = {"client": "c" * 12, "events": [{"seq": 1, "item": item.id, "response": list(key_of(item))}]}
    answer = browser.client.post(f"/api/v1/attempts/{attempt}/events", json=body, headers={"X-CSRFToken": token})
    assert answer.status_code == 200, answer.text


def test_no_step_of_the_road_costs_more_with_ten_times_the_data(site: Site) -> None:
    road_costs(site, "Anna Wójcik")  # the first road of a process fills caches
    before = road_costs(site, "Piotr Zieliński")
    Owner(site).grow()
    assert road_costs(site, "Maria Nowak", answers=OTHERS) == before


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
    item = drawn(site, attempt)[0]
    path = f"/attempts/{attempt}"
    found = {}
    for name, act in {
        "save": lambda: save(browser, attempt, item, token=token["csrf_token"]),
        "exam": lambda: browser.get(path),
        "submit": lambda: browser.client.post(f"{path}/submission", data=token),
        "result": lambda: browser.get(f"{path}/result"),
    }.items():
        found[name] = cost(site, act)
    assert browser.get(f"{path}/result").status_code == 200
    assert found["save"] <= 3
    assert found["exam"] <= 5
    assert found["submit"] <= 13
    assert found["result"] <= 7  # one of them asks whether the refresher of a failed exam was read again


def test_verifying_takes_two_statements(site: Site) -> None:
    code = site.learner().graduate()
    stranger = site.visitor()
    stranger.get(f"/c/{code}")
    assert cost(site, lambda: stranger.get(f"/c/{code}")) == 2


def test_a_valid_certificates_page_takes_two_statements(site: Site) -> None:
    """Whether the program may be taken again is asked only when the certificate is about to end."""
    holder = site.learner()
    path = f"/certificates/{holder.graduate()}"
    holder.get(path)
    assert cost(site, lambda: holder.get(path)) == 2
