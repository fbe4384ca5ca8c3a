"""Small domain values for the tests of this folder; a test states only what matters to it."""

from datetime import UTC, date, datetime
from typing import Any

from lms_core.domain.items import Choice, Item
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


def item(item_id: str, *, kind: str = "single_choice", key: str = "a", critical: bool = False) -> Item:
    """An item with the choices a to d (true and false for true_false); `key` holds the right letters."""
    ids = ["true", "false"] if kind == "true_false" else list(LETTERS)
    right = {key} if kind == "true_false" else set(key)
    choices = (Choice(one, Text(f"Wybór {one}"), one in right, Text(f"SEKRET {one}")) for one in ids)
    return Item(
        id=item_id,
        kind=kind,
        prompt=Text(f"Pytanie {item_id}?"),
        choices=tuple(choices),
        feedback=Text("SEKRET wyjaśnienie"),
        source="SEKRET art. 1",
        certainty="A",
        law_as_of=LAW,
        critical=critical,
    )


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
