"""Which of a program's roles a list of people means: lists name roles as offices do, not as our titles do."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from lms_core.content.roster_files import bare
from lms_core.domain.learners import LearnerRole

BETWEEN = re.compile(r",|\b(?:lub|albo|i|or|and)\b", re.IGNORECASE)
"""What stands between the offices that one title names: `Wójt, burmistrz lub prezydent miasta`."""


def role_called(roles: Sequence[LearnerRole], given: str) -> LearnerRole | None:
    """Return the role by its id, its title or an office in its title; None when no role or several are called so."""
    for names in (_whole, _offices):
        called: defaultdict[str, list[LearnerRole]] = defaultdict(list)
        for one in roles:
            for name in set(names(one)) - {""}:
                called[name].append(one)
        if found := called.get(bare(given)):
            return found[0] if len(found) == 1 else None
    return None


def _whole(role: LearnerRole) -> Iterator[str]:
    yield from map(bare, (role.id, role.title.pl, role.title.en or ""))


def _offices(role: LearnerRole) -> Iterator[str]:
    for title in (role.title.pl, role.title.en or ""):
        yield from map(bare, BETWEEN.split(title))
