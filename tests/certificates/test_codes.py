from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.codes import ALPHABET, code_from_bytes, code_to_bytes, grouped, parse_code


@given(st.binary(min_size=10, max_size=10))
def test_ten_bytes_survive_the_round_trip(data):
    code = code_from_bytes(data)
    assert len(code) == 16
    assert set(code) <= set(ALPHABET)
    assert code_to_bytes(code) == data
    assert parse_code(grouped(code).lower()) == code


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("7q2m-4kx9-r0tb-zz01", "7Q2M4KX9R0TBZZ01"),
        ("7Q2M 4KX9 ROTB ZZOI", "7Q2M4KX9R0TBZZ01"),
        (" 7Q2M\u00a04KX9–R0TB\u2010zzol\n", "7Q2M4KX9R0TBZZ01"),
        ("7Q2M4KX9R0TBZZ0", None),
        ("7Q2M4KX9R0TBZZ011", None),
        ("7Q2M4KX9R0TBZZ0U", None),
        ("7Q2M4KX9R0TBZZ0ı", None),
        ("7Q2M4KX9R0TBZZ0ſ", None),
        ("٧Q2M4KX9R0TBZZ01", None),
        ("\ud800" * 16, None),
        ("", None),
        ("0" * 10_000_000, None),
    ],
)
def test_what_people_type(typed, read):
    assert parse_code(typed) == read


@given(st.text())
def test_any_text_is_a_code_or_none(text):
    code = parse_code(text)
    assert code is None or parse_code(code) == code


@pytest.mark.parametrize("data", [b"", b"123456789", b"12345678901"])
def test_other_lengths_are_refused(data):
    with pytest.raises(ValueError, match="10 bytes"):
        code_from_bytes(data)


def test_a_malformed_code_has_no_bytes():
    with pytest.raises(ValueError, match="16 letters"):
        code_to_bytes("7Q2M")
