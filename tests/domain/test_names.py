"""Names and addresses as people paste them: composed, printable, hidden when they must be."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_core.domain.names import (
    LONGEST_EMAIL,
    LONGEST_RAW,
    by_surname,
    is_email,
    masked_name,
    normal_email,
    normal_name,
)

ZANETA = "Żaneta Gęślą-Jaźńska"
MEGABYTE = 1_000_000


def test_a_decomposed_name_is_composed() -> None:
    assert normal_name(unicodedata.normalize("NFD", ZANETA)) == ZANETA


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  Jan \t\n Kowalski ", "Jan Kowalski"),
        ("Jan\u00a0Kowalski\u2028", "Jan Kowalski"),
        ("Jan\x00Kowalski\x1b[31m", "Jan Kowalski [31m"),
        ("\ufeffJan Kowal\u00adski\u200e", "Jan Kowalski"),
        ("Jan \u202eikslawoK", "Jan ikslawoK"),
        ("z\u00ad\u0307aneta", "żaneta"),
        ("\x00\u200b\ud800\ue000", ""),
        ("", ""),
        ("Kﬁ Ⅳ Ångström", "Kﬁ Ⅳ Ångström"),  # composed, not rewritten
        ("Nguyễn Thị D'Arc–Łoś", "Nguyễn Thị D'Arc–Łoś"),
    ],
)
def test_a_name_is_cleaned_but_not_changed(raw: str, kept: str) -> None:
    assert normal_name(raw) == kept


def test_names_stand_as_in_a_polish_index() -> None:
    index = ["Angstrom", "Ćma", "Dąb", "Adam Lis", "Ewa Lis", "Jan Loś", "Ola Łoś", "Łoza", "Östlund", "Źrebak", "Żak"]
    assert sorted(sorted(index), key=by_surname) == index


@given(st.text())
def test_any_name_has_its_place(name: str) -> None:
    assert by_surname(name) <= by_surname(f"{name} Żżż")


@given(st.text())
def test_a_normal_name_is_composed_printable_and_stays_as_it_is(raw: str) -> None:
    name = normal_name(raw)
    assert name == normal_name(name) == unicodedata.normalize("NFC", name)
    assert not any(unicodedata.category(letter)[0] == "C" for letter in name)
    assert name == " ".join(name.split())


@pytest.mark.parametrize(
    ("name", "mask"),
    [
        (ZANETA, "Ż. G.-J."),
        ("jan kowalski", "J. K."),
        ("Jan – Kowalski", "J. K."),
        ("-Anna- Nowak–", "A. N."),
        ("Ø", "Ø."),
        ("", ""),
    ],
)
def test_a_masked_name_is_initials(name: str, mask: str) -> None:
    assert masked_name(name) == mask


@given(st.text())
def test_a_mask_tells_no_more_than_first_letters(raw: str) -> None:
    name = normal_name(raw)
    words = [part for word in name.split() for part in word.replace("–", "-").split("-") if part]
    mask = masked_name(name)
    assert [one for word in mask.split() for one in word.split("-")] == [f"{word[0].upper()}." for word in words]


def test_a_megabyte_is_cleaned_too() -> None:
    assert normal_name("a\x00" * (MEGABYTE // 2)).count("a") == LONGEST_RAW // 2
    assert len(normal_name("e" + "\u0301" * MEGABYTE)) == LONGEST_RAW - 1
    assert not is_email(normal_email("a" * MEGABYTE + "@example.pl"))


@pytest.mark.parametrize("text", ["jan@example.pl", "jan.k+osp@poczta.gmina.example.pl", "żaneta@przykład.example"])
def test_an_address_is_accepted(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "jan", "@example.pl", "jan@", "jan@example", "jan@.pl", "jan@a..pl", "jan@example.pl."),
        *("a@b@example.pl", "jan kowalski@example.pl", "jan@exa mple.pl", "<jan@example.pl>", "a@example.pl,b@c.pl"),
        *("jan\x00@example.pl", "jan@example.pl\x00", "jan@example.pl\r\nBcc: all@example.pl", "jan\u202e@example.pl"),
        "j" * LONGEST_EMAIL + "@example.pl",
    ],
)
def test_what_cannot_be_an_address_is_refused(text: str) -> None:
    assert not is_email(text)


def test_an_address_is_compared_without_case_and_edges() -> None:
    assert normal_email("  Jan.Kowalski@Example.PL\n") == "jan.kowalski@example.pl"
    assert normal_email(unicodedata.normalize("NFD", "Żaneta@example.pl")) == "żaneta@example.pl"
