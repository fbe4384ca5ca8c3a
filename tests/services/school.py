"""A plugin of small programs that between them use every kind of item and every stock rule."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import update

from lms_core.database import db
from lms_core.domain.items import Choice, Item, Scenario, Target
from lms_core.domain.permissions import Actor, Grant, Role
from lms_core.domain.program import (
    Assessment,
    AssessmentUnit,
    CertificateDesign,
    Course,
    Draw,
    Lesson,
    Mode,
    Pool,
    ReasonText,
    TrainingProgram,
)
from lms_core.domain.rules import (
    AllOf,
    AnyOf,
    Completed,
    CompletionRule,
    HoldsCredential,
    MinMinutes,
    ObservedBy,
    Passed,
    Progress,
    Status,
    Verdict,
    WithinDays,
)
from lms_core.domain.text import Text
from lms_core.hookspecs import hookimpl
from lms_core.models import Membership, Organisation
from tests.road import Site

LAW = date(2026, 11, 21)
EXAM, PRACTICE, REFRESHER, DRILL, LESSON = "egzamin-koncowy", "sprawdz-sie", "powtorka", "cwiczenie", "lekcja"


@dataclass(frozen=True, slots=True)
class FitToday:
    """A rule of a plugin's own: a medical certificate that is valid on the day."""

    kind: str

    def __call__(self, progress: Progress) -> Verdict:
        until = progress.documents.get(self.kind)
        if until is None:
            return Verdict(Status.PENDING, (f"no_document:{self.kind}",))
        if until < progress.as_of.date():
            return Verdict(Status.FAILED, (f"document_expired:{self.kind}",))
        return Verdict(Status.SATISFIED)


RULES: dict[str, CompletionRule] = {
    "szkola": Passed("egzamin"),
    "ukonczone": Completed((LESSON, REFRESHER)),
    "minuty": AllOf((MinMinutes("in_person", 90), MinMinutes("remote_sync", 30))),
    "ogladane": ObservedBy(DRILL, ("examiner",)),
    "posiada": AllOf((HoldsCredential("szkola-odznaka"), Completed((LESSON,)))),
    "terminowe": WithinDays(30, Completed((LESSON,))),
    "dowolne": AnyOf((Passed("egzamin"), ObservedBy(DRILL))),
    "dokument": AllOf((FitToday("badanie"), Completed((LESSON,)))),
}


class Offering:
    """A plugin that offers the given programs."""

    def __init__(self, *programs: TrainingProgram) -> None:
        self.name = "offering"
        self.programs = programs

    def load(self) -> Offering:
        return self

    @hookimpl
    def lms_training_programs(self) -> tuple[TrainingProgram, ...]:
        return self.programs


def school() -> Offering:
    return Offering(*(program(name, rule) for name, rule in RULES.items()))


def _item(item_id: str, kind: str, **parts: Any) -> Item:
    return Item(
        id=item_id,
        kind=kind,
        prompt=Text(f"Pytanie {item_id}?"),
        feedback=Text("Wyjaśnienie."),
        source="art. 49",
        certainty="A",
        law_as_of=LAW,
        **parts,
    )


def _choices(right: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(Choice(one, Text(f"Wybór {one}"), one in right) for one in "rgbk")


TRUE_FALSE = (Choice("true", Text("Prawda", "True"), correct=True), Choice("false", Text("Fałsz", "False")))
TARGETS = tuple(Target(f"cel-{one}", Text(f"Cel {one}")) for one in "rgbk")
MATCHES = tuple(Choice(one, Text(f"Wybór {one}"), match=f"cel-{one}") for one in "rgbk")
TOPIC_1 = (
    _item("jeden", "single_choice", choices=_choices("r"), critical=True),
    _item("wiele", "multiple_choice", choices=_choices("gk")),
    _item("prawda", "true_false", choices=TRUE_FALSE),
    _item("pary", "matching", choices=MATCHES, targets=TARGETS, partial_credit=True),
)
TOPIC_3 = (
    _item("liczba", "numeric", answers=("12.5",), tolerance="0.5", unit="km"),
    _item("slowa", "short_text", answers=("Straż pożarna", "PSP")),
    _item("kolejnosc", "ordering", choices=_choices("")),
    _item("druga-liczba", "numeric", answers=("-3",)),
    _item("drugie-slowa", "short_text", answers=("Alarm",)),
)
CASE = Scenario(
    "powodz",
    Text("Powódź"),
    Text("Rzeka wylała."),
    (_item("dokad", "single_choice", choices=_choices("b")), _item("ile", "numeric", answers=("2",))),
)
POOLS = (
    Pool("temat-1", TOPIC_1, title=Text("Temat 1")),
    Pool("temat-3", TOPIC_3, title=Text("Temat 3")),
    Pool("opisy", (), (CASE,), Text("Opis sytuacji")),
)
DRAW = (Draw("temat-1", 4), Draw("temat-3", 5, 4.0), Draw("opisy", 1))
FINAL = Assessment(
    "egzamin",
    Mode.EXAM,
    DRAW,
    pass_percent=50,
    attempts=3,
    pause_hours=24,
    time_limit_minutes=15,
    grace_seconds=30,
    refresher=REFRESHER,
)
TRIAL = Assessment("proba", Mode.PRACTICE, DRAW, pass_percent=50)


def program(name: str = "szkola", rule: CompletionRule = RULES["szkola"], **changes: Any) -> TrainingProgram:
    """Lessons, a drill, a practice without limits and an exam with all of them."""
    units = (
        Lesson(LESSON, Text("Lekcja o wodzie"), 20, Text("## Woda")),
        Lesson(REFRESHER, Text("Powtórka"), 10, Text("## Powtórka")),
        Lesson(DRILL, Text("Ćwiczenie praktyczne"), 60, Text("## Ćwiczenie")),
        AssessmentUnit(PRACTICE, Text("Sprawdź się"), 10, "proba"),
        AssessmentUnit(EXAM, Text("Egzamin końcowy"), 15, "egzamin"),
    )
    words = (Text("Zaświadczenie"), Text("Potwierdza się."), Text("Nie daje uprawnień."), Text("Egzamin."))
    values: dict[str, Any] = {
        "id": name,
        "version": "1.0.0",
        "language": "pl",
        "law_as_of": LAW,
        "review_by": date(2027, 5, 21),
        "title": Text(f"Program {name}"),
        "summary": Text("Streszczenie"),
        "audience": Text("Wszyscy"),
        "courses": (Course("kurs", Text("Kurs"), units),),
        "completion": rule,
        "certificate": CertificateDesign(f"{name}-odznaka", *words, legal_basis=()),
        "pools": POOLS,
        "assessments": (FINAL, TRIAL),
        "reasons": (
            ReasonText("no_document", Text("Pokaż dokument: {detail}.")),
            ReasonText("document_expired", Text("Dokument stracił ważność: {detail}.")),
        ),
    }
    return TrainingProgram(**values | changes)


@contextmanager
def writing(site: Site):
    """One transaction as the edge makes it."""
    with site.app.app_context(), site.filar.writing() as (session, later):
        yield session, later


def elsewhere(site: Site, actor: Actor, *roles: Role) -> Actor:
    """The same person with these roles in another organisation, and still with the old ones at home."""
    with writing(site) as (session, _):
        other = Organisation(kind="gmina", name="Gmina Obca", created_at=site.clock())
        session.add(other)
        session.flush()
        for role in roles:
            session.add(
                Membership(person_id=actor.person_id, organisation_id=other.id, role=role, granted_at=site.clock())
            )
        grants = {Grant(role, other.id) for role in roles}
    return replace(actor, grants=actor.grants | grants)


def changed(site: Site, model: type, row_id: int, **values: Any) -> None:
    """Change a row as a tool of a later release would: voiding, regrading and revoking have no service yet."""
    with site.app.app_context():
        db.session.execute(update(model).where(model.id == row_id).values(**values))
        db.session.commit()
