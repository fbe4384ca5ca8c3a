"""What may be a password, and what guessing costs."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms_core.domain.errors import Invalid
from lms_core.services import passwords

ANNA = ("Anna Wójcik-Łoś", "anna.wojcik@poczta.example.pl")


@pytest.mark.parametrize(
    "password",
    [
        *("haslohaslo12", "Hasło1234567", "HASŁO-hasło-hasło", "password1234", "Password 2026!", "passwordpassword"),
        *(
            "qwertyuiop12",
            "QWERTY123456",
            "1q2w3e4r5t6y",
            "zaq12wsxzaq12wsx",
            "123456789012",
            "012345678901",
            "123123123123",
        ),
        *("aaaaaaaaaaaa", "abababababab", "polska!2026!", "Filar Filar 1", "            "),
        *("anna.wojcik@poczta.example.pl", "ANNA.WOJCIK@poczta.example.pl", "anna.wojcik.1980", "AnnaWójcikŁoś"),
        *("Wójcik-Łoś Anna", "wojcikłosanna2026"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid, match="zbyt łatwe"):
        passwords.hashed(password, known_as=ANNA)


@pytest.mark.parametrize(
    "password",
    [
        "filar-pokaz-2026",
        "bardzo-tajne-haslo",
        "correct horse battery",
        "zupa ogórkowa wtorek",
        "🐈🐕🐎🐖🐄🐓🐟🐌🐜🐝🐞🦋",
    ],
)
def test_an_ordinary_long_one_is_taken(password: str) -> None:
    assert passwords.holds(passwords.hashed(password, known_as=ANNA), password)


@pytest.mark.parametrize("password", ["", "a1b2c3d4e5f", "x" * 201, "x" * 100_000])
def test_the_length_is_held(password: str) -> None:
    with pytest.raises(Invalid, match="od 12 do 200"):
        passwords.hashed(password)


def test_the_ends_of_the_length_are_passwords() -> None:
    for password in ("a1b2c3d4e5f6", "a1b2c3d4e5" * 20):
        assert passwords.holds(passwords.hashed(password), password)
        assert not passwords.holds(passwords.hashed(password), password + "x")
        assert not passwords.holds(passwords.hashed(password), password[:-1])


def test_a_keyboard_that_composes_letters_otherwise_gets_in() -> None:
    known = passwords.hashed("zażółć gęślą jaźń")
    assert passwords.holds(known, unicodedata.normalize("NFD", "zażółć gęślą jaźń"))
    assert not passwords.holds(known, "zazolc gesla jazn")


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(), max_size=250))
def test_any_text_may_be_tried(password: str) -> None:
    assert not passwords.holds(None, password)
    assert not passwords.holds("no hash at all", password)


def test_generated_ones_are_taken_and_differ() -> None:
    made = {passwords.generated() for _ in range(50)}
    assert len(made) == 50
    assert passwords.hashed(made.pop())


def cpu(password: str, known: str | None) -> float:
    """The least CPU seconds of three tries."""
    tries = []
    for _ in range(3):
        before = time.process_time()
        passwords.holds(known, password)
        tries.append(time.process_time() - before)
    return min(tries)


def test_nobodys_password_and_an_endless_one_cost_what_any_costs() -> None:
    known = passwords.hashed("bardzo-tajne-haslo")
    usual = cpu("nie to hasło wcale", known)
    assert usual / 2 < cpu("nie to hasło wcale", None) < usual * 2
    assert cpu("\ufdfa" * 100_000, known) < usual * 2
