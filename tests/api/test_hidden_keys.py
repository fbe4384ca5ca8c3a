"""No byte of JSON before the policy allows it holds a key, a feedback or a source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lms_core.domain.items import Item
from tests.api.client import EXAM, Person, Program, person
from tests.road import Site

TELLING = {"correct", "key", "answers", "tolerance", "match", "feedback", "source", "critical", "partial", "right"}


@pytest.fixture
def anna(site: Site) -> Person:
    return person(site)


def walk(value: Any) -> Iterator[tuple[str | None, Any]]:
    """Every (field name, value) of a JSON document."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name, inner
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield None, inner
            yield from walk(inner)


def texts(item: Item) -> set[str]:
    feedback = {str(choice.feedback) for choice in item.choices if choice.feedback}
    return {str(item.feedback), item.source, *feedback}


@pytest.mark.parametrize("unit", ["sprawdz-sie", EXAM])
def test_nothing_sent_before_handing_in_tells(site: Site, anna: Person, unit: str) -> None:
    program, enrolment = anna.program, anna.program.enrol()
    attempt = program.start(enrolment, unit)
    path = f"/attempts/{attempt['id']}"
    secrets = set().union(*map(texts, site.program_of(attempt["id"]).items.values()))
    for answer in (
        program.get("/programs/zpos-modul-2"),
        program.get(f"/enrolments/{enrolment}"),
        program.post(f"/enrolments/{enrolment}/attempts", {"unit": unit}),
        program.post(f"{path}/events", program.events(attempt)),
        program.get(path),
        program.get(f"{path}/result"),
    ):
        for name, value in walk(answer.json):
            assert name not in TELLING
            assert value not in secrets if isinstance(value, str) else True
        assert not [text for text in secrets if text in answer.text]


def test_the_order_of_choices_is_the_papers(site: Site, anna: Person) -> None:
    attempt = anna.program.start(anna.program.enrol())
    paper = {entry["item"]: entry["choices"] for entry in site.attempt(attempt["id"]).paper}
    assert {one["id"]: [choice["id"] for choice in one["choices"]] for one in attempt["items"]} == paper


def failed(program: Program, enrolment: int, unit: str) -> dict[str, Any]:
    attempt = program.start(enrolment, unit)
    program.post(f"/attempts/{attempt['id']}/events", program.events(attempt, right=False))
    return program.post(f"/attempts/{attempt['id']}/submission").json


def test_afterwards_an_exam_shows_what_its_policy_says_and_practice_all(site: Site, anna: Person) -> None:
    enrolment = anna.program.enrol()
    practice = failed(anna.program, enrolment, "sprawdz-sie")
    assert practice["review"]
    assert all(one["correct"] and one["feedback"] for one in practice["review"])
    exam = failed(anna.program, enrolment, EXAM)
    assert not exam["outcome"]["passed"]
    assert {one["correct"] for one in exam["review"]} == {None}
    assert exam["again"].startswith("Następne podejście będzie możliwe od")
