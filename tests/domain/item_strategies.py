"""Hypothesis strategies for items of every kind, programs, assessments and what people answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from lms_core.domain.errors import Invalid
from lms_core.domain.item_kinds import key_of, kind_of
from lms_core.domain.items import Choice, Form, Item, Response, Scenario, Target
from lms_core.domain.paper import Paper, draw_paper
from lms_core.domain.program import Assessment, Draw, Pool, TrainingProgram
from lms_core.domain.text import Text
from tests.domain.values import KINDS, exam, item, program

GARBAGE = ["a", "b", "true", "a:do-a", "a:do-b", "b:do-b", "a:1", "b:2", "12,5", "Straż", "", ":", "\x00", "1e400"]
ids = st.sampled_from("abcdefgh")
words = st.text(st.characters(categories=["L", "N", "Zs", "P"]), min_size=1, max_size=30)
hundredths = st.integers(-10_000, 10_000).map(lambda whole: f"{whole / 100}")
values = st.sampled_from([0.1, 0.25, 0.3, 0.7, 1.0, 1.5, 2.0, 3.0, 100.0])
seeds = st.integers(0, 2**63 - 1)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(GARBAGE),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
) | st.lists(st.sampled_from(GARBAGE) | st.text(), max_size=4)


@st.composite
def any_item(draw: st.DrawFn, kinds: Iterable[str] = KINDS, *, name: str = "woda", points: float | None = None) -> Item:
    """An item that an author may write."""
    kind = draw(st.sampled_from(sorted(kinds)))
    changes: dict[str, Any] = {"points": points or draw(values), "critical": draw(st.integers(0, 4)) == 0}
    return item(name, kind=kind, **changes | draw(PARTS[kind]))


@st.composite
def _choosing(draw: st.DrawFn, *, several: bool) -> dict[str, Any]:
    names = draw(st.lists(ids, min_size=2, max_size=6, unique=True))
    right = draw(st.sets(st.sampled_from(names), min_size=1, max_size=len(names) if several else 1))
    choices = tuple(Choice(one, Text(f"Wybór {one}"), one in right) for one in names)
    return {"choices": choices, "partial_credit": several and draw(st.booleans())}


@st.composite
def _matching(draw: st.DrawFn) -> dict[str, Any]:
    targets = draw(st.lists(ids, min_size=2, max_size=5, unique=True))
    names = draw(st.lists(ids, min_size=2, max_size=5, unique=True))
    choices = tuple(Choice(one, Text(one), match=draw(st.sampled_from(targets))) for one in names)
    credit = draw(st.booleans())
    return {"choices": choices, "targets": tuple(Target(one, Text(one)) for one in targets), "partial_credit": credit}


@st.composite
def _ordering(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(ids, min_size=2, max_size=6, unique=True))
    return {"choices": tuple(Choice(one, Text(one)) for one in names), "partial_credit": draw(st.booleans())}


def _typeable(one: Item) -> bool:
    return not list(kind_of(one).problems(one))


@st.composite
def _words(draw: st.DrawFn) -> dict[str, Any]:
    accepted = st.lists(words, min_size=1, max_size=3).map(tuple)
    return {"answers": draw(accepted.filter(lambda them: _typeable(item("woda", kind="short_text", answers=them))))}


PARTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "single_choice": _choosing(several=False),
    "multiple_choice": _choosing(several=True),
    "true_false": st.sampled_from(["true", "false"]).map(lambda key: {"key": key}),
    "numeric": st.fixed_dictionaries(
        {"answers": st.tuples(hundredths)},
        optional={
            "tolerance": hundredths.map(lambda text: text.lstrip("-")),
            "unit": st.sampled_from(["km", "m²", "°C", "%", "µg/m³", "l na osobę", "zł"]),
        },
    ),
    "short_text": _words(),
    "matching": _matching(),
    "ordering": _ordering(),
}


@st.composite
def _pairs(draw: st.DrawFn, one: Item) -> list[str]:
    rights = [target.id for target in kind_of(one).targets(one)]
    lefts = draw(st.lists(st.sampled_from([choice.id for choice in one.choices]), unique=True))
    return [f"{left}:{draw(st.sampled_from(rights))}" for left in lefts]


@st.composite
def responses(draw: st.DrawFn, one: Item) -> Response:
    """Whatever a learner may have given: right, in part, wrong, nonsense, nothing; always as `read` returned it."""
    kind, key = kind_of(one), list(key_of(one))
    choices = [choice.id for choice in one.choices]
    given = {
        Form.ONE: st.lists(st.sampled_from(choices or [""]), max_size=1),
        Form.MANY: st.lists(st.sampled_from(choices or [""])),
        Form.PAIRS: _pairs(one),
        Form.TEXT: st.lists(words, max_size=1),
        Form.NUMBER: st.lists(hundredths | words, max_size=1),
    }
    raw = draw(st.just(key) | st.just(key[:-1]) | given[kind.form] | st.lists(st.sampled_from(GARBAGE), max_size=2))
    try:
        return kind.read(one, raw)
    except Invalid:
        return ()


@st.composite
def pools(draw: st.DrawFn, name: str) -> Pool:
    """Single items or scenarios of one size, all worth the same, some critical."""
    value, count = draw(values), draw(st.integers(1, 3))
    size = draw(st.sampled_from([0, 0, 1, 2]))
    if not size:
        return Pool(name, tuple(draw(any_item(name=f"{name}-{at}", points=value)) for at in range(count)))
    cases = []
    for case in range(count):
        items = tuple(draw(any_item(name=f"{name}-{case}-{at}", points=value)) for at in range(size))
        cases.append(Scenario(f"{name}-{case}", Text("Powódź"), Text("Rzeka wylała."), items))
    return Pool(name, (), tuple(cases), Text(f"Temat {name}"))


@st.composite
def draws(draw: st.DrawFn, pool: Pool) -> Draw:
    critical = sum(any(one.critical for one in block) for block in pool.blocks)
    count = draw(st.integers(max(1, critical), len(pool.blocks)))
    reachable = count * sum(one.points for one in pool.blocks[0])
    share = draw(st.none() | st.sampled_from([0.25, 0.5, 0.8, 1.0]))
    return Draw(pool.id, count, None if share is None else reachable * share)


@st.composite
def assessed(draw: st.DrawFn) -> tuple[TrainingProgram, Assessment]:
    """A program with an assessment that draws from all its pools."""
    drawn = [draw(pools(name)) for name in ("temat-1", "temat-2")[: draw(st.integers(1, 2))]]
    assessment = exam(
        draw=tuple(draw(draws(pool)) for pool in drawn),
        pass_percent=draw(st.integers(1, 100)),
        wrong_penalty=draw(st.sampled_from([0.0, 0.0, 0.25, 0.3, 1.0])),
    )
    return program(pools=tuple(drawn), assessments=(assessment,)), assessment


@dataclass(frozen=True)
class Sat:
    """An assessment that somebody sat."""

    program: TrainingProgram
    assessment: Assessment
    paper: Paper
    responses: dict[str, Response]


@st.composite
def sat(draw: st.DrawFn) -> Sat:
    known, assessment = draw(assessed())
    paper = draw_paper(known, assessment, seed=draw(seeds))
    answered = {one.item_id: draw(responses(known.items[one.item_id])) for one in paper}
    return Sat(known, assessment, paper, answered)
