"""When it all happens: the story of Przykładowo in the order of time, so that numbers and the audit trail fit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from operator import attrgetter

from lms_core.demo import cast
from lms_core.demo.cast import Account
from lms_core.demo.roads import ROADS, Road, Sitting
from lms_core.demo.stage import Stage, earlier
from lms_core.domain.calendar import WARSAW, warsaw_day
from lms_core.domain.lessons import Lesson

OPENED, RENEWED = 590, 45
"""Days before the demo's start: the site opens, and ZPOS gets its present version."""
EXAM_AT, PRACTICE_AT = time(10), time(15)
BETWEEN_LESSONS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    act: Callable[[], None]


def tell(stage: Stage) -> None:
    """Let everything happen, each step at its moment."""
    for step in sorted(steps(stage), key=attrgetter("at")):
        stage.clock.told = step.at
        step.act()
    stage.clock.told = stage.today
    stage.publish_status()


def steps(stage: Stage) -> Iterator[Step]:
    """Yield every step; those of one moment in the order in which they must be done."""
    ago = partial(_moment, stage.today)
    yield Step(ago(OPENED, 7), partial(stage.offer, earlier(stage.filar.plugins, now=ago(OPENED, 7))))
    yield Step(ago(RENEWED, 7), partial(stage.offer, stage.filar.plugins))
    for who, day in _arrivals().items():
        yield Step(ago(day, 8), partial(stage.enter, who))
    for road in ROADS:
        yield Step(ago(road.joined, 8, 30), partial(stage.join, road))
        yield from _lessons(stage, road)
        for sitting in road.sittings:
            yield from _sitting(stage, road, sitting)
    yield Step(ago(90, 12), partial(stage.revoke_past_the_services, cast.REVOKED))
    yield Step(ago(15, 12), partial(stage.give_more_time, cast.EXTRA_TIME, 100))
    yield Step(ago(3, 12), partial(stage.take_in, cast.INVITED))


def _moment(today: datetime, days: int, hour: int, minute: int = 0) -> datetime:
    """Return the instant `days` before `today` at that Warsaw time."""
    local = datetime.combine(warsaw_day(today) - timedelta(days=days), time(hour, minute), WARSAW)
    return local.astimezone(UTC)


def _arrivals() -> dict[Account, int]:
    """Return how many days ago each account was made, the administrator's first."""
    found = {cast.ADMIN: OPENED, cast.TRAINER: OPENED - 1, cast.EXAMINER: OPENED - 1}
    for road in ROADS:
        found[road.who] = max(road.joined, found.get(road.who, 0))
    return found | {cast.BEGINNER: 2}


def _lessons(stage: Stage, road: Road) -> Iterator[Step]:
    """Yield the lessons, spread over the days between joining and the first exam."""
    program = stage.filar.catalogue.offer(road.program).program
    lessons = [unit.id for unit in program.units if isinstance(unit, Lesson)][: road.lessons]
    exam = max((one.day for one in road.sittings if one.practice is None), default=0)
    for number, lesson in enumerate(lessons):
        day = road.joined - number * (road.joined - exam) // len(lessons)
        at = _moment(stage.today, day, 9) + number * BETWEEN_LESSONS
        yield Step(at, partial(stage.read, road, lesson))


def _sitting(stage: Stage, road: Road, sitting: Sitting) -> Iterator[Step]:
    lasted = timedelta(minutes=sitting.lasted)
    hour = EXAM_AT if sitting.practice is None else PRACTICE_AT
    just_now = stage.today - timedelta(minutes=sitting.ended) - lasted
    begin = _moment(stage.today, sitting.day, hour.hour) if sitting.day else just_now
    yield Step(begin, partial(stage.begin, road, sitting))
    yield Step(begin + lasted / 2, partial(stage.answer, road, sitting))
    yield Step(begin + lasted, partial(stage.end, road, sitting))
