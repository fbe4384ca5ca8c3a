"""What every program has to keep: the laws of its completion rule, its papers, its hidden keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import pairwise

from lms_core.content.rule_code import rule_classes
from lms_core.domain.item_kinds import key_of, kind_of, view
from lms_core.domain.items import ChoiceView, Item, ItemView, ScenarioView
from lms_core.domain.paper import Paper, draw_paper
from lms_core.domain.program import Assessment, TrainingProgram
from lms_core.domain.reasons import WORDINGS, explain
from lms_core.domain.rules import Progress, Status, Verdict
from lms_core.domain.scoring import item_scores, outcome
from lms_core.testing.walks import Step, Walks

SEEDS = 200
LONGEST = 400
RANKS = (Status.FAILED, Status.PENDING, Status.SATISFIED)
SECRETS = {"correct", "match", "answers", "tolerance", "feedback", "source", "key", "critical"}
TELLING = 12
"""A shorter explanation, such as „Tak.”, may well stand in a question too."""


def total(_program: TrainingProgram, walks: Walks) -> Iterator[str]:
    """A rule answers with a `Verdict` whatever was done, also to nothing at all."""
    yield from (f"the rule {step.trouble} for {_shown(step.progress)}" for step in walks.steps if step.trouble)


def pure(program: TrainingProgram, walks: Walks) -> Iterator[str]:
    """A rule looks at its argument only: no clock, no chance, no files, no network, no memory of its own."""
    yield from (f"the rule uses {name}: all it may know is in Progress" for name in sorted(walks.outside))
    yield from (f"asked again, the rule answers otherwise for {_shown(one)}" for one in walks.changed_minds)
    for own in rule_classes([program.completion]).values():
        if not own.__dataclass_params__.frozen:
            yield f"{own.__name__} can be changed: write @dataclass(frozen=True)"


def monotone(_program: TrainingProgram, walks: Walks) -> Iterator[str]:
    """More success at the same moment never makes a verdict worse."""
    for steps in walks.journeys:
        for before, after in pairwise(steps):
            if before.verdict and after.verdict and _rank(after.verdict) < _rank(before.verdict):
                told = f"{before.verdict.status} becomes {after.verdict.status} {after.verdict.reasons}"
                yield f"{told} when more is done: {_shown(after.progress)}"


def explained(program: TrainingProgram, walks: Walks) -> Iterator[str]:
    """A verdict that is not satisfied has reasons, and each has Polish words."""
    verdicts = [step.verdict for step in walks.steps if step.verdict and step.verdict.status is not Status.SATISFIED]
    if any(not verdict.reasons for verdict in verdicts):
        yield "the rule is not satisfied and gives no reason"
    known = {*WORDINGS, *(one.code for one in program.reasons)}
    for reason in sorted({reason for verdict in verdicts for reason in verdict.reasons}):
        code = reason.partition(":")[0]
        if code not in known:
            yield f"the reason {reason!r} has no words: add [[reason]] with code = {code!r} to program.toml"
        elif not explain(reason, program).strip():
            yield f"the words of the reason {reason!r} are empty"


def honest(_program: TrainingProgram, walks: Walks) -> Iterator[str]:
    """Who has done nothing has completed nothing."""
    for progress, verdict in (_asked(steps[0]) for steps in walks.journeys):
        if verdict and verdict.status is Status.SATISFIED:
            yield f"the rule is satisfied before anything was done: {_shown(progress)}"


def satisfiable(_program: TrainingProgram, walks: Walks) -> Iterator[str]:
    """Somebody who has done everything completes the program."""
    verdicts = [step.verdict for step in walks.ends if step.verdict]
    if not any(verdict.status is Status.SATISFIED for verdict in verdicts):
        missing = sorted({reason for verdict in verdicts for reason in verdict.reasons})
        yield f"nobody can ever complete the program; after everything is done it still asks for {missing}"


def drawable(program: TrainingProgram) -> Iterator[str]:
    """Every assessment draws a paper for any seed; a right one passes, an empty one does not."""
    for assessment in program.assessments:
        for seed in range(SEEDS):
            yield from (f"{assessment.id}, seed {seed}: {told}" for told in _paper(program, assessment, seed=seed))


def _paper(program: TrainingProgram, assessment: Assessment, *, seed: int) -> Iterator[str]:
    try:
        paper = draw_paper(program, assessment, seed=seed)
    except (ValueError, LookupError) as error:
        yield f"no paper can be drawn: {error!r}"
        return
    if draw_paper(program, assessment, seed=seed) != paper:
        yield "the same seed gives another paper"
    if len(paper) != program.items_count(assessment):
        yield f"{len(paper)} items instead of {program.items_count(assessment)}"
    right = {one.item_id: _read_key(program.items[one.item_id]) for one in paper}
    if not outcome(assessment, item_scores(program, assessment, paper, responses=right)).success:
        yield "all answers are right and the paper does not pass"
    if outcome(assessment, item_scores(program, assessment, paper, responses={})).success:
        yield "no answer is given and the paper passes"


def _read_key(item: Item) -> tuple[str, ...]:
    return kind_of(item).read(item, list(key_of(item)))


def hidden(program: TrainingProgram) -> Iterator[str]:
    """What a learner sees of an item tells neither its key nor its explanation."""
    for shape in (ItemView, ChoiceView, ScenarioView):
        yield from (f"{shape.__name__} shows {field.name}" for field in fields(shape) if field.name in SECRETS)
    for assessment in program.assessments:
        yield from _told(program, draw_paper(program, assessment, seed=0))


def _told(program: TrainingProgram, paper: Paper) -> Iterator[str]:
    for one in paper:
        item = program.items[one.item_id]
        shown = repr(view(item, one.choices, one.targets, program.scenario_of.get(item.id)))
        for text in _secret_texts(item):
            if len(text) >= TELLING and text in shown:
                yield f"the question {item.id} already shows its explanation: {text!r}"


def _secret_texts(item: Item) -> Iterator[str]:
    yield str(item.feedback)
    yield from (str(choice.feedback) for choice in item.choices if choice.feedback)


def first(offences: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Return the first few different offences; one is mended at a time."""
    return tuple(dict.fromkeys(offences))[:most]


def _rank(verdict: Verdict) -> int:
    return RANKS.index(verdict.status)


def _asked(step: Step) -> tuple[Progress, Verdict | None]:
    return step.progress, step.verdict


def _shown(progress: Progress) -> str:
    """Return the progress in one line, without what is empty."""
    told = [f"{one.name}={getattr(progress, one.name)!r}" for one in fields(progress) if getattr(progress, one.name)]
    text = ", ".join(told).replace("mappingproxy", "")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
