"""Numbers as people in Poland type them: commas, spaces, signs, units; the tolerance is exact and holds its ends."""

import unicodedata
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain.errors import Invalid
from lms_core.domain.item_kinds import kind_of, problems
from lms_core.domain.numbers import points_text, read_number, shown_number
from tests.domain.values import of_kind

NUMERIC = of_kind("numeric")
KIND = kind_of(NUMERIC)
decimals = st.decimals(-(10**9), 10**9, places=3)


def share(typed: str, **changes) -> float:
    one = replace(NUMERIC, **changes)
    return KIND.share(one, KIND.read(one, [typed]))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        (" 12,5\t", "12.5"),
        ("1 200", "1200"),
        ("1\u00a0200,50", "1200.50"),
        ("1\u202f200", "1200"),
        ("1\u2009200\u2009000", "1200000"),
        ("-5", "-5"),
        ("\u22125", "-5"),
        ("\u20135", "-5"),
        ("- 5", "-5"),
        ("+5", "5"),
        ("007", "7"),
        ("0,0", "0"),
    ],
)
def test_what_people_type_is_read(typed: str, number: str) -> None:
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "dwanaście", "12,5,0", "1.200,50", "--5", "5-", "1/2", "½", "12 km", "1e5", "inf", "NaN", "0x10"),
        *("1_000", "١٢", "１２", ",5", "5,", "9" * 16, "1," + "0" * 16, "\u200b5", "5²", "−", "12;5"),
    ],
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_number(typed) is None


@given(st.text(max_size=40), st.none() | st.text(max_size=5))
def test_reading_is_total(typed: str, unit: str | None) -> None:
    found = read_number(typed, unit)
    assert found is None or found.is_finite()


@given(decimals, st.sampled_from(["", " ", "\u00a0", "\u202f", "\u2009"]))
def test_a_number_reads_the_same_however_it_is_spaced(number: Decimal, space: str) -> None:
    grouped = f"{number:,f}".replace(",", space).replace(".", ",").replace("-", "\u2212")
    assert read_number(grouped) == number


@pytest.mark.parametrize("unit", ["km", "m²", "°C", "%", "µg/m³", "l na osobę", "Gy", "zł"])
@pytest.mark.parametrize("typed", ["12,5{}", "12,5 {}", "12,5\u00a0{}", " 12,5  {} ", "12,5"])
def test_the_unit_may_be_typed_or_not_with_or_without_spaces(unit: str, typed: str) -> None:
    for written in {unit, unit.upper(), unit.lower(), unicodedata.normalize("NFD", unit), unit.replace(" ", "\u00a0")}:
        assert share(typed.format(written), unit=unit) == 1.0, written


def test_the_micro_sign_and_the_letter_mu_are_one_unit() -> None:
    assert share("12,5 \u00b5g", unit="\u03bcg") == share("12,5 \u03bcg", unit="\u00b5g") == 1.0


@pytest.mark.parametrize("unit", ["ż/h", "osób"])
def test_a_unit_that_its_author_wrote_decomposed_is_known(unit: str) -> None:
    assert share(f"12,5 {unit}", unit=unicodedata.normalize("NFD", unit)) == 1.0


@pytest.mark.parametrize("typed", ["12,5 m", "12,5 kg", "km 12,5", "km", "12,5 km km", "12,5 km/h"])
def test_another_unit_is_not_silently_dropped(typed: str) -> None:
    one = replace(NUMERIC, unit="km")
    assert share(typed, unit="km") == 0.0
    assert "(jednostka: km)" in KIND.remark(one, KIND.read(one, [typed]))


@given(decimals, st.decimals(0, 1000, places=3))
def test_both_ends_of_the_tolerance_are_right_and_nothing_beyond(key: Decimal, tolerance: Decimal) -> None:
    known = {"answers": (str(key),), "tolerance": str(tolerance)}
    step = Decimal("0.001")
    for sign in (-1, 1):
        assert share(f"{key + sign * tolerance:f}", **known) == 1.0
        assert share(f"{key + sign * (tolerance + step):f}", **known) == 0.0


def test_the_tolerance_is_exact_where_binary_fractions_are_not() -> None:
    """As floats, 0.1 + 0.2 is more than 0.3 and 1.1 - 1.0 more than 0.1."""
    assert share("0,3", answers=("0.1",), tolerance="0.2") == 1.0
    assert share("1,1", answers=("1",), tolerance="0.1") == 1.0
    assert share("0,30000000000001", answers=("0.1",), tolerance="0.2") == 0.0


def test_without_a_tolerance_only_the_number_itself_is_right() -> None:
    assert share("12,50") == 1.0
    assert share("12,51") == share("-12,5") == 0.0


@pytest.mark.parametrize(("answer", "tolerance"), [("12,5", "0,5"), ("\u221212,5", "1 000"), ("1\u00a0200", None)])
def test_a_key_that_its_author_wrote_in_the_polish_way_is_scored(answer: str, tolerance: str | None) -> None:
    """Whatever `problems` lets pass must be scored: an error in grading would take the exam away."""
    known = {"answers": (answer,), "tolerance": tolerance}
    assert list(problems(replace(NUMERIC, **known))) == []
    assert share(answer, **known) == 1.0


@pytest.mark.parametrize("typed", ["nie wiem", "9" * 150, "1/2", "½", "∞", "--", "💧"])
def test_garbage_earns_nothing_and_is_remarked_upon(typed: str) -> None:
    assert share(typed) == 0.0
    response = KIND.read(NUMERIC, [typed])
    assert KIND.remark(NUMERIC, response) == "To nie jest liczba. Wpisz liczbę, na przykład 12,5."
    assert KIND.wording(NUMERIC, response) == (typed,)


@pytest.mark.parametrize("typed", ["9" * 201, "1" + " " * 5_000, "e" + "\u0301\u0323" * 60_000, "5" * 10_000_000])
def test_a_huge_answer_is_refused_at_once(typed: str) -> None:
    with pytest.raises(Invalid, match="response_length"):
        KIND.read(NUMERIC, [typed])


def test_a_number_is_shown_with_a_comma_and_its_unit() -> None:
    one = replace(NUMERIC, unit="km")
    assert KIND.wording(one, ("12.5",)) == ("12,5\u00a0km",)
    assert KIND.wording(one, ("12,5 km",)) == ("12,5 km",), "the unit is not said twice"
    assert KIND.wording(NUMERIC, ("12.5",)) == ("12,5",)


@pytest.mark.parametrize(("points", "text"), [(7.0, "7"), (3.5, "3,5"), (1 / 3, "0,33"), (0.0, "0"), (1200.0, "1200")])
def test_points_are_shown_without_needless_zeros(points: float, text: str) -> None:
    assert points_text(points) == text
    assert shown_number("2.75/5.5") == "2,75/5,5"
