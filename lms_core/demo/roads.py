"""What the people of Przykładowo have done so far, as data: who joined what, read how much, sat what and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lms_core.demo import cast
from lms_core.demo.cast import Account

ZPOS, OSP, KOS = "zpos-modul-2", "osp-doskonalenie", "kos-72-godziny"
STAFF, HEAD, VILLAGE, COUNCIL, ASSIGNED = "pracownik", "wojt", "jednostka-pomocnicza", "radny", "przydzial-oc"


class Ending(StrEnum):
    HANDED_IN = "handed_in"
    LEFT_OPEN = "left_open"
    OUT_OF_TIME = "out_of_time"
    UNGRADED = "ungraded"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One attempt, `day` days ago; on day 0 it ended `ended` minutes before the demo's start, or is under way.

    `lasted` is in minutes. `practice` counts the program's practices from 0; None is the exam. `wrong`: how many
    answers of each part of the paper are wrong, not counting critical questions. `answered`: only so many have an
    answer, None for all.
    """

    day: int = 0
    lasted: int = 31
    ended: int = 0
    practice: int | None = None
    wrong: tuple[int, ...] = ()
    critical_wrong: bool = False
    answered: int | None = None
    ending: Ending = Ending.HANDED_IN


@dataclass(frozen=True, slots=True)
class Road:
    """`joined` and `since` are days ago; `since`, when the role was taken up, is None for who did not say.

    `lessons` None is all of them.
    """

    who: Account
    program: str
    joined: int
    role: str | None = None
    since: int | None = None
    lessons: int | None = None
    sittings: tuple[Sitting, ...] = field(default=())


def _zpos(who: Account, joined: int, *sittings: Sitting, role: str = STAFF, since: int | None = None) -> Road:
    return Road(who, ZPOS, joined, role, since, sittings=sittings)


def _reading(
    who: Account, joined: int, lessons: int, *sittings: Sitting, role: str = STAFF, since: int | None = None
) -> Road:
    return Road(who, ZPOS, joined, role, since, lessons, sittings)


SHORT_OF = (3, 2, 2, 2)
"""11 of 20 points."""
NEARLY = (2, 2, 1, 2)
GOOD = (1, 0, 1, 1)

OFFICE = (
    _zpos(cast.EXPIRED, 560, Sitting(545, wrong=GOOD)),
    _zpos(cast.REGISTRAR, 364, Sitting(353, wrong=(0, 1, 0, 0))),
    _zpos(cast.COORDINATOR, 210, Sitting(199)),
    _zpos(cast.VILLAGE_HEAD, 170, Sitting(155, wrong=GOOD), role=VILLAGE, since=640),
    _zpos(cast.REVOKED, 130, Sitting(118, wrong=GOOD)),
    _reading(cast.LATE, 44, 4, role=ASSIGNED, since=215),
    _zpos(
        cast.USED_UP,
        40,
        *(Sitting(12, wrong=SHORT_OF), Sitting(9, wrong=NEARLY), Sitting(6, wrong=(1, 0, 1, 0), critical_wrong=True)),
    ),
    _zpos(cast.ONE_LEFT, 30, Sitting(5, wrong=SHORT_OF), Sitting(2, wrong=NEARLY)),
    _zpos(cast.IN_REVIEW, 28, Sitting(2, wrong=(1, 1, 0, 0), ending=Ending.UNGRADED)),
    _zpos(cast.OUT_OF_TIME, 25, Sitting(4, lasted=46, answered=11, ending=Ending.OUT_OF_TIME)),
    _reading(
        cast.COUNCILLOR,
        22,
        9,
        Sitting(6, practice=0, lasted=12, wrong=(1, 0)),
        Sitting(4, practice=2, lasted=9, wrong=(3, 1)),
        Sitting(2, practice=3, lasted=7, answered=4, ending=Ending.LEFT_OPEN),
        role=COUNCIL,
        since=930,
    ),
    _zpos(
        cast.SECRETARY,
        18,
        Sitting(8, practice=0, lasted=14, wrong=(1, 0)),
        Sitting(lasted=6, answered=8, ending=Ending.LEFT_OPEN),
    ),
    _zpos(cast.EXTRA_TIME, 16, Sitting(lasted=20, answered=11, ending=Ending.LEFT_OPEN)),
    _reading(cast.HEAD, 12, 7, role=HEAD, since=75),
    _zpos(cast.READER, 11),
    _reading(cast.SOON, 10, 1, role=ASSIGNED, since=165),
    _zpos(cast.GRADUATE, 9, Sitting(3, practice=0, lasted=11), Sitting(ended=95, wrong=(1, 0, 0, 1))),
)
UNITS = (
    _zpos(cast.STAFF[0], 300, Sitting(288, wrong=GOOD)),
    _zpos(cast.STAFF[1], 43, Sitting(29, wrong=GOOD)),
    _zpos(cast.STAFF[2], 42, Sitting(28, wrong=NEARLY), Sitting(24, wrong=GOOD)),
    _reading(cast.STAFF[3], 20, 11),
    _zpos(cast.STAFF[4], 39, Sitting(26, wrong=(0, 1, 0, 1))),
    _zpos(cast.STAFF[5], 38, Sitting(25, wrong=(1, 1, 1, 1))),
    _zpos(cast.STAFF[6], 37, Sitting(23, wrong=GOOD, critical_wrong=True), Sitting(19, wrong=GOOD)),
    _zpos(cast.STAFF[7], 35, Sitting(22, wrong=(0, 0, 1, 0))),
    _zpos(cast.STAFF[8], 34, Sitting(21, wrong=SHORT_OF), Sitting(15, wrong=GOOD)),
    _zpos(cast.STAFF[9], 33, Sitting(18, wrong=(1, 1, 0, 2))),
    _reading(cast.STAFF[10], 14, 14),
    _reading(cast.STAFF[11], 8, 3),
)
"""The first one learnt from the earlier version."""


def _short(program: str, people: tuple[Account, ...], joined: int, wrong: tuple[int, ...]) -> tuple[Road, ...]:
    """Return roads of a program with one exam of three questions; who made two mistakes or more sits it again."""
    again = (Sitting(joined - 3, lasted=6),)
    return tuple(
        Road(
            who,
            program,
            joined,
            sittings=(Sitting(joined - 1, lasted=7, wrong=(number,)), *(again if number > 1 else ())),
        )
        for who, number in zip(people, _cycled(wrong, len(people)), strict=True)
    )


def _cycled(wrong: tuple[int, ...], length: int) -> tuple[int, ...]:
    return (wrong * (length // len(wrong) + 1))[:length]


BRIGADE = (
    *_short(OSP, (cast.CHIEF, *cast.VOLUNTEERS), 6, (2, 0, 0, 2, 0)),
    Road(cast.VOLUNTEER, OSP, 5, sittings=(Sitting(3, lasted=8, wrong=(1,)),)),
)
CLUB = _short(KOS, (cast.RESIDENT, *cast.RESIDENTS), 6, (0, 1, 0, 2, 1, 0, 1, 3, 0, 1, 2))
ROADS = (*OFFICE, *UNITS, *BRIGADE, *CLUB)
