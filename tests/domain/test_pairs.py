"""Matching and ordering: pairs, each left side once; what is missing is remarked upon, never what is wrong."""

import pytest

from lms_core.domain.errors import Invalid
from lms_core.domain.item_kinds import key_of, kind_of
from tests.domain.values import of_kind

MATCHING, ORDERING = of_kind("matching"), of_kind("ordering")


def remark(one, *response: str) -> str | None:
    return kind_of(one).remark(one, kind_of(one).read(one, list(response)))


def test_keys_are_pairs() -> None:
    assert key_of(MATCHING) == ("a:do-a", "b:do-b", "c:do-c", "d:do-d")
    assert key_of(ORDERING) == ("a:1", "b:2", "c:3", "d:4")


def test_places_count_as_numbers_beyond_nine() -> None:
    one = of_kind("ordering", choices=tuple(_twelve()))
    lines = kind_of(one).wording(one, key_of(one))
    assert [line.partition(".")[0] for line in lines] == [str(place) for place in range(1, 13)]
    assert kind_of(one).share(one, kind_of(one).read(one, list(key_of(one)))) == 1.0


def _twelve():
    first = ORDERING.choices[0]
    for letter in "abcdefghijkl":
        yield type(first)(letter, first.text)


@pytest.mark.parametrize("one", [MATCHING, ORDERING], ids=["matching", "ordering"])
def test_one_left_side_has_one_right_side(one) -> None:
    rights = [target.id for target in kind_of(one).targets(one)]
    with pytest.raises(Invalid, match="response_pair"):
        kind_of(one).read(one, [f"a:{rights[0]}", f"a:{rights[1]}"])


def test_one_target_may_serve_twice_but_two_things_are_not_in_one_place() -> None:
    assert remark(MATCHING, "a:do-a", "b:do-a", "c:do-a", "d:do-a") is None
    assert remark(ORDERING, "a:1", "b:1", "c:2", "d:2") == "Miejsce 1 wybrano więcej niż raz."


@pytest.mark.parametrize("one", [MATCHING, ORDERING], ids=["matching", "ordering"])
def test_a_remark_counts_what_is_missing_and_is_silent_on_what_is_wrong(one) -> None:
    rights = [target.id for target in kind_of(one).targets(one)]
    assert remark(one, f"a:{rights[2]}") == "Bez odpowiedzi w tym pytaniu: 3 z 4."
    wrong = [f"{left}:{right}" for left, right in zip("abcd", [*rights[1:4], rights[0]], strict=True)]
    assert remark(one, *wrong) is None
    assert remark(one, *key_of(one)) is None


def test_pairs_are_told_in_words() -> None:
    assert kind_of(MATCHING).wording(MATCHING, ("a:do-c", "b:do-a")) == ("Wybór a → Cel c", "Wybór b → Cel a")
    assert kind_of(ORDERING).wording(ORDERING, ("a:3", "b:1")) == ("1. Wybór b", "3. Wybór a")
