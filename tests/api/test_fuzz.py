"""Schemathesis against the whole application: what the document promises, whatever is sent. All its checks are on."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import EngineEvent, FatalError, NonFatalError, ScenarioFinished
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.openapi import from_url
from werkzeug.serving import WSGIRequestHandler, make_server

from lms_core.web.extensions import limiter
from tests.api.client import Person, person
from tests.road import ZPOS, Site

DOCUMENT = "/api/v1/openapi.json"
FIXED = {"seed": 1, "generation": {"deterministic": True, "max-examples": 8}}
SHAPES_ONLY = {"phases": {"fuzzing": {"enabled": False}, "stateful": {"enabled": False}}}
SAVING = {
    "include-name": "POST /api/v1/attempts/{attempt_id}/events",
    # No schema can say which items a paper holds and what their kinds read: 422 is right for a well-formed stranger.
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]}},
}
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def _unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of requests of one person: the rates have their own tests."""
    monkeypatch.setattr(limiter, "enabled", False)


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Thousands of lines."""


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """A real server: within one process Schemathesis 4.32 cannot ask a Flask application without its token."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def found_at(address: str, **more: Any) -> list[str]:
    """Run every phase (examples, coverage, fuzzing, stateful); return what fails, as a person would read it."""
    schema = from_url(address + DOCUMENT, config=SchemathesisConfig.from_dict(FIXED | more))
    events = list(from_schema(schema).execute())
    tested = {event.recorder.label for event in events if isinstance(event, ScenarioFinished) and event.recorder.cases}
    assert tested >= {operation.ok().label for operation in schema.get_all_operations()}
    return [line for event in events for line in lines(event)]


def lines(event: EngineEvent) -> list[str]:
    if isinstance(event, FatalError):
        return [f"fatal: {event.exception!r}"]
    if isinstance(event, NonFatalError):
        return [f"{event.label}: {event.value!r}"]
    return failures(event.recorder) if isinstance(event, ScenarioFinished) else []


def failures(recorder: ScenarioRecorder) -> list[str]:
    return [
        f"{recorder.label} {check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
        for checks in recorder.checks.values()
        for check in checks
        if check.status is Status.FAILURE and check.failure_info
    ]


def bearer(person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.program.secret}"}


@on_sqlite
def test_anonymous(address: str) -> None:
    assert found_at(address, **SHAPES_ONLY) == []


@on_sqlite
def test_a_token_with_all_scopes_that_guesses(site: Site, address: str) -> None:
    assert found_at(address, headers=bearer(person(site))) == []


@on_postgresql
def test_a_token_with_all_scopes_at_its_own_things(site: Site, address: str) -> None:
    anna = person(site)
    code = anna.graduate()
    practice = anna.program.start(anna.program.get("/enrolments").json[0]["id"], "sprawdz-sie")
    own = {"enrolment_id": practice["enrolment"], "attempt_id": practice["id"], "code": code, "program_id": ZPOS}
    parameters = {f"path.{name}": value for name, value in own.items()}
    assert found_at(address, headers=bearer(anna), parameters=parameters, operations=[SAVING]) == []
