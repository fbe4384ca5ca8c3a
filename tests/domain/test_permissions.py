"""The whole table of who may do what; a new act or role fails here until somebody has decided it."""

from itertools import product

import pytest

from lms_core.domain.permissions import Act, Actor, Grant, Role, Subject, can

HOME, ELSEWHERE, ME, SOMEBODY = 1, 2, 10, 11
TABLE = {
    Act.LEARN: set(Role),
    Act.SEE_OWN: set(),  # ownership, never a role
    Act.MANAGE_PEOPLE: {Role.ADMINISTRATOR},
    Act.RECORD_FACTS: {Role.INSTRUCTOR, Role.EXAMINER},
    Act.COORDINATE: {Role.COORDINATOR},
    Act.MAINTAIN_PROGRAMS: {Role.TRAINER, Role.ADMINISTRATOR},
}


def actor(*grants: Grant) -> Actor:
    return Actor(ME, "Anna Nowak", "anna@example.pl", frozenset(grants))


def test_the_table_is_complete() -> None:
    assert set(TABLE) == set(Act)


@pytest.mark.parametrize(("act", "role"), list(product(Act, Role)))
def test_a_role_allows_what_the_table_says_and_only_at_home(act: Act, role: Role) -> None:
    one = actor(Grant(role, HOME))
    assert can(one, act, Subject(SOMEBODY, HOME)) is (role in TABLE[act])
    assert not can(one, act, Subject(SOMEBODY, ELSEWHERE))


@pytest.mark.parametrize("act", list(Act))
def test_nobody_and_a_person_without_a_role_may_do_nothing(act: Act) -> None:
    for subject in (Subject(), Subject(ME), Subject(SOMEBODY, HOME)):
        assert not can(None, act, subject)
    assert not can(actor(), act, Subject(SOMEBODY, HOME))
    assert not can(actor(), act, Subject())


@pytest.mark.parametrize("role", list(Role))
def test_own_things_are_seen_by_their_owner_alone(role: Role) -> None:
    one = actor(Grant(role, HOME))
    assert can(one, Act.SEE_OWN, Subject(ME, ELSEWHERE))
    assert not can(one, Act.SEE_OWN, Subject(SOMEBODY, HOME))
    assert not can(one, Act.SEE_OWN, Subject())


def test_roles_in_two_organisations_do_not_mix() -> None:
    one = actor(Grant(Role.ADMINISTRATOR, ELSEWHERE), Grant(Role.LEARNER, HOME))
    assert not can(one, Act.MANAGE_PEOPLE, Subject(organisation_id=HOME))
    assert can(one, Act.MANAGE_PEOPLE, Subject(organisation_id=ELSEWHERE))
    assert one.roles == {Role.ADMINISTRATOR, Role.LEARNER}
