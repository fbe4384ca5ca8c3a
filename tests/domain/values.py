"""Small domain values for the tests of this folder; a test states only what matters to it."""

from datetime import UTC, date, datetime
from typing import Any

from lms_core.domain.items import Choice, Item, Target
from lms_core.domain.outcome import Outcome
from lms_core.domain.program import (
    Assessment,
    AssessmentUnit,
    Course,
    Draw,
    Lesson,
    Mode,
    Pool,
    TrainingProgram,
)
from lms_core.domain.rules import Passed, Progress
from lms_core.domain.text import Text

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
LAW = date(2026, 11, 21)
PASS = Outcome(scaled=1.0, raw=5.0, max=5.0, success=True, completion=True)
FAIL = Outcome(scaled=0.2, raw=1.0, max=5.0, success=False, completion=True)
LETTERS = "abcd"


CHOOSING = ("single_choice", "multiple_choice", "true_false")
TYPING = ("numeric", "short_text")
PAIRING = ("matching", "ordering")
KINDS = (*CHOOSING, *TYPING, *PAIRING)


def item(item_id: str, *, kind: str = "single_choice", key: str = "a", **changes: Any) -> Item:
    """An item of any kind; `key` holds the right letters, the number or the words, "true" or "false".

    Choices are the letters a to d; in matching each belongs to its capital letter, one of which is nobody's.
    """
    values: dict[str, Any] = {
        "id": item_id,
        "kind": kind,
        "prompt": Text(f"Pytanie {item_id}?"),
        "feedback": Text("SEKRET wyjaśnienie"),
        "source": "SEKRET art. 1",
        "certainty": "A",
        "law_as_of": LAW,
    }
    return Item(**values | _parts(kind, key) | changes)


def _parts(kind: str, key: str) -> dict[str, Any]:
    if kind in TYPING:
        return {"answers": (key,)}
    if kind == "matching":
        choices = (Choice(one, Text(f"Wybór {one}"), match=f"do-{one}") for one in LETTERS)
        targets = (Target(f"do-{one}", Text(f"Cel {one}")) for one in f"{LETTERS}e")
        return {"choices": tuple(choices), "targets": tuple(targets)}
    ids = ["true", "false"] if kind == "true_false" else list(LETTERS)
    right = set() if kind == "ordering" else {key} if kind == "true_false" else set(key)
    choices = (Choice(one, Text(f"Wybór {one}"), one in right, Text(f"SEKRET {one}")) for one in ids)
    return {"choices": tuple(choices)}


def of_kind(kind: str, **changes: Any) -> Item:
    """An item of that kind with a sensible key, one that an author would be allowed to write."""
    keys = {"true_false": "true", "multiple_choice": "ac", "numeric": "12.5", "short_text": "Straż pożarna"}
    return item("woda", kind=kind, key=keys.get(kind, "a"), **changes)


def exam(**changes: Any) -> Assessment:
    values: dict[str, Any] = {"id": "egzamin", "mode": Mode.EXAM, "draw": (Draw("pula", 2),), "pass_percent": 70}
    return Assessment(**values | changes)


def program(*items: Item, **changes: Any) -> TrainingProgram:
    """A lesson, an exam and one pool that holds `items`."""
    units = (
        Lesson("lekcja", Text("Lekcja o wodzie"), 20, Text("## Woda")),
        AssessmentUnit("sprawdzian", Text("Egzamin końcowy"), 10, "egzamin"),
    )
    values: dict[str, Any] = {
        "id": "proba",
        "version": "1.0.0",
        "language": "pl",
        "law_as_of": LAW,
        "review_by": date(2027, 5, 21),
        "title": Text("Próba"),
        "summary": Text("Streszczenie"),
        "audience": Text("Wszyscy"),
        "courses": (Course("kurs", Text("Kurs"), units),),
        "completion": Passed("egzamin"),
        "pools": (Pool("pula", items),),
        "assessments": (exam(),),
    }
    return TrainingProgram(**values | changes)


def progress(**changes: Any) -> Progress:
    return Progress(**{"as_of": NOON, "enrolled_at": NOON} | changes)
