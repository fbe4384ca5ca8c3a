"""Short texts: case, spaces, composed or not, one full stop; but different words stay different."""

import time
import unicodedata
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain.errors import Invalid
from lms_core.domain.item_kinds import key_of, kind_of
from lms_core.domain.text_kinds import LONGEST_TEXT, normal_text
from tests.domain.values import of_kind

ITEM = of_kind("short_text", answers=("Państwowa Straż Pożarna", "PSP", "straż"))
KIND = kind_of(ITEM)
POLISH = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźżAĄBCĆDEĘFGHIJKLŁMNŃOÓPQRSŚTUVWXYZŹŻ"
polish_words = st.text(st.sampled_from(POLISH + " "), min_size=1, max_size=40)


def share(typed: str) -> float:
    return KIND.share(ITEM, KIND.read(ITEM, [typed]))


@pytest.mark.parametrize(
    "typed",
    [
        "Państwowa Straż Pożarna",
        "państwowa straż pożarna",
        "PAŃSTWOWA STRAŻ POŻARNA",
        "  Państwowa\u00a0 Straż \t Pożarna\n",
        unicodedata.normalize("NFD", "Państwowa Straż Pożarna"),
        unicodedata.normalize("NFD", "PAŃSTWOWA STRAŻ POŻARNA."),
        "Państwowa Straż Pożarna.",
        "psp",
        "PSP .",
        "Straż",
    ],
)
def test_every_listed_answer_is_right_however_it_is_written(typed: str) -> None:
    assert share(typed) == 1.0


@pytest.mark.parametrize(
    "typed",
    [
        *("Państwowa Straz Pożarna", "straz", "strąż", "Panstwowa Straz Pozarna", "P S P", "Straż Pożarna", "PSP?"),
        *("PaństwowaStraż Pożarna", "P.S.P.", ".", "psp psp", "stra\u200bż"),
    ],
)
def test_other_words_are_wrong(typed: str) -> None:
    assert share(typed) == 0.0


def test_no_polish_letter_is_another() -> None:
    letters = sorted(set(POLISH.casefold()))
    assert len(letters) == 35
    assert not [pair for pair in combinations(letters, 2) if normal_text(pair[0]) == normal_text(pair[1])]


@given(polish_words)
def test_case_composition_and_spaces_make_no_difference(words: str) -> None:
    plain = normal_text(words)
    variants = (words.upper(), words.lower(), words.title(), f"  {words}\u00a0", f"{words}.")
    for variant in (*variants, *(unicodedata.normalize("NFD", one) for one in variants)):
        assert normal_text(variant) == plain


@given(st.text())
def test_normalising_is_total_and_knows_no_composition(text: str) -> None:
    assert normal_text(unicodedata.normalize("NFD", text)) == normal_text(unicodedata.normalize("NFC", text))
    assert "  " not in normal_text(text)


@given(st.lists(polish_words, min_size=2, max_size=2))
def test_texts_are_equal_only_when_their_letters_are(two) -> None:
    first, second = ("".join(one.casefold().split()) for one in two)
    if normal_text(two[0]) == normal_text(two[1]):
        assert first == second


def test_what_is_kept_is_what_was_typed_composed_and_trimmed() -> None:
    typed = unicodedata.normalize("NFD", "  Straż\u00a0 Pożarna. ")
    assert KIND.read(ITEM, [typed]) == ("Straż Pożarna.",)
    assert KIND.wording(ITEM, ("Straż Pożarna.",)) == ("Straż Pożarna.",)


@pytest.mark.parametrize("raw", [[], [""], [" \t\u00a0\n"]])
def test_nothing_but_spaces_is_no_answer(raw: list[str]) -> None:
    assert KIND.read(ITEM, raw) == ()


@pytest.mark.parametrize("raw", [["a", "b"], [["a"]], "straż", {"0": "straż"}])
def test_another_shape_is_refused(raw: object) -> None:
    with pytest.raises(Invalid, match="response_shape"):
        KIND.read(ITEM, raw)


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\ud800", "\x7f"])
def test_a_letter_that_no_database_keeps_is_refused(letter: str) -> None:
    with pytest.raises(Invalid, match="response_letters"):
        KIND.read(ITEM, [f"stra{letter}ż"])


def test_the_longest_text_is_kept_and_one_more_letter_is_refused() -> None:
    assert KIND.read(ITEM, ["ż" * LONGEST_TEXT]) == ("ż" * LONGEST_TEXT,)
    assert KIND.read(ITEM, [unicodedata.normalize("NFD", "ż" * LONGEST_TEXT)]) == ("ż" * LONGEST_TEXT,)
    with pytest.raises(Invalid, match="response_length"):
        KIND.read(ITEM, ["ż" * (LONGEST_TEXT + 1)])


def test_a_run_of_accents_does_not_hold_the_server_up() -> None:
    """Composing it takes time by its square: a request of the largest size would take ten seconds."""
    began = time.process_time()
    with pytest.raises(Invalid, match="response_length"):
        KIND.read(ITEM, ["e" + "\u0301\u0323" * 60_000])
    assert time.process_time() - began < 0.5


def test_the_first_listed_answer_is_the_key() -> None:
    assert key_of(ITEM) == ("Państwowa Straż Pożarna",)
