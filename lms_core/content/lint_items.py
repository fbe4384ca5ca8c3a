"""The lint of items: keys that are ambiguous, questions that repeat, legal states that do not agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lms_core.content.problems import Remark, Severity
from lms_core.content.structure import items_with_paths
from lms_core.domain.item_kinds import kind_of
from lms_core.domain.items import Choice, Item, Target
from lms_core.domain.numbers import read_number
from lms_core.domain.program import Pool, TrainingProgram
from lms_core.domain.text import Text
from lms_core.domain.text_kinds import normal_text

POINTS_AT_OTHERS = re.compile(
    r"\b(?:powyższ|poniższ)|\bodpowiedzi? [a-h]\b|\b[a-h] (?:i|oraz|lub) [a-h]\b"
    r"|\b(?:all|none|both) of the (?:above|below)\b|\b[a-h] (?:and|or) [a-h]\b",
    re.IGNORECASE,
)
"""Choices that mean something only where other choices keep their places."""
TELLING_LENGTHS = 4
"""So many questions of a pool show a habit; fewer may be chance."""


def item_remarks(program: TrainingProgram) -> Iterator[Remark]:
    for path, item in items_with_paths(program):
        yield from (((*path, *key), severity, said) for key, severity, said in _item(item))
        yield from (((*path, "law_as_of"), Severity.WARNING, said) for said in _law(item, program))
    yield from _repeated_prompts(program)
    for index, pool in enumerate(program.pools):
        if _longest_is_right(pool):
            message = "w każdym pytaniu jednokrotnego wyboru prawidłowa odpowiedź jest najdłuższa: wyrównaj długości"
            yield ("pool", index), Severity.HINT, message


def _item(item: Item) -> Iterator[Remark]:
    if not item.source.strip():
        yield ("source",), Severity.ERROR, "puste źródło: podaj przepis albo publikację"
    for name, parts in (("choices", item.choices), ("targets", item.targets)):
        for text in _twice(parts):
            yield (name,), Severity.ERROR, f"„{text}” stoi tu dwa razy, a prawidłowe jest jedno: zmień albo usuń"
    yield from _typed(item)
    yield from _shuffled(item)


def _typed(item: Item) -> Iterator[Remark]:
    if item.tolerance and _covers_zero(item):
        message = f"tolerancja {item.tolerance} uznaje też zero: zmniejsz ją poniżej wartości odpowiedzi"
        yield ("tolerance",), Severity.WARNING, message
    if item.kind == "short_text":
        for answer in _same_answers(item.answers):
            yield ("answers",), Severity.WARNING, f"„{answer}” znaczy to samo co wcześniejsza odpowiedź: usuń jedną"


def _shuffled(item: Item) -> Iterator[Remark]:
    if not item.shuffle or kind_of(item).fixed_order:
        return
    for choice in item.choices:
        if any(POINTS_AT_OTHERS.search(text) for text in _languages(choice.text)):
            message = f"„{choice.text}” wskazuje na inne odpowiedzi, a te są mieszane"
            yield ("choices",), Severity.WARNING, f"{message}: zmień ją albo dodaj shuffle = false"


def _languages(text: Text) -> list[str]:
    return [text.pl, text.en] if text.en else [text.pl]


def _twice(parts: Sequence[Choice | Target]) -> set[str]:
    """Return the texts that two parts share in one language."""
    found: set[str] = set()
    for texts in ([part.text.pl for part in parts], [part.text.en for part in parts if part.text.en]):
        plain = [" ".join(text.split()) for text in texts]
        found |= {text for text in plain if plain.count(text) > 1}
    return found


def _covers_zero(item: Item) -> bool:
    answer, tolerance = read_number(item.answers[0]), read_number(item.tolerance or "0")
    return bool(answer and tolerance and tolerance >= abs(answer))


def _same_answers(answers: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for answer in answers:
        if normal_text(answer) in seen:
            yield answer
        seen.add(normal_text(answer))


def _law(item: Item, program: TrainingProgram) -> Iterator[str]:
    dates = f"pytania ({item.law_as_of}) i programu ({program.law_as_of})"
    if item.law_as_of > program.law_as_of:
        yield f"stan prawny {dates}: pytanie jest nowsze; sprawdź resztę i podnieś law_as_of programu"
    if item.law_as_of < program.law_as_of:
        yield f"stan prawny {dates}: pytanie jest starsze; sprawdź jego źródło i podnieś jego law_as_of"


def _repeated_prompts(program: TrainingProgram) -> Iterator[Remark]:
    """Questions about different cases may read the same."""
    first: dict[tuple[str, str], str] = {}
    for path, item in items_with_paths(program):
        case = program.scenario_of.get(item.id)
        asked = (case.id if case else "", normal_text(item.prompt.pl))
        if asked in first:
            message = f"ta sama treść co w pytaniu „{first[asked]}”: zmień jedno z nich"
            yield (*path, "prompt"), Severity.WARNING, message
        first.setdefault(asked, item.id)


def _longest_is_right(pool: Pool) -> bool:
    items = [item for item in pool.every_item if item.kind == "single_choice"]
    return len(items) >= TELLING_LENGTHS and all(_right_is_longest(item) for item in items)


def _right_is_longest(item: Item) -> bool:
    right = max(len(choice.text.pl) for choice in item.choices if choice.correct)
    return all(len(choice.text.pl) < right for choice in item.choices if not choice.correct)
