from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from certificates.claims import Claims, end_of_warsaw_day, instant


def test_claims_survive_the_round_trip(claims, make_claims):
    for these in (claims, make_claims(valid_until=None, issuer_email=None, legal_basis=())):
        assert Claims.from_json(these.to_json()) == these
        assert Claims.from_json(these.to_json()).to_json() == these.to_json()


def test_the_json_is_canonical(claims):
    text = claims.to_json()
    assert "Żaneta Gęślą-Jaźńska" in text
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize(
    "change",
    [
        {"holder_name": 7},
        {"status_index": "7"},
        {"status_index": True},
        {"legal_basis": "ustawa"},
        {"completed_on": None},
        {"completed_on": "wczoraj"},
        {"surplus": "x"},
    ],
)
def test_other_json_is_refused(claims, change):
    values = json.loads(claims.to_json()) | change
    with pytest.raises(ValueError, match=r"claim|field|isoformat"):
        Claims.from_json(json.dumps(values))


def test_a_missing_field_is_refused(claims):
    values = json.loads(claims.to_json())
    del values["template"]
    with pytest.raises(ValueError, match="fields"):
        Claims.from_json(json.dumps(values))


def test_text_is_kept_composed(make_claims):
    assert make_claims(holder_name="Z\u0307aneta", legal_basis=("o\u0301",)).holder_name == "Żaneta"
    assert make_claims(legal_basis=("o\u0301",)).legal_basis == ("ó",)


@pytest.mark.parametrize(
    "change",
    [
        {"code": "7q2m4kx9r0tbzz01"},
        {"identity_level": "trusted"},
        {"holder_name": " "},
        {"holder_name": "Jan\u202ealawok"},
        {"holder_name": "Jan\x7f"},
        {"statement": "a\x00"},
        {"title": "\ud800"},
        {"planned_minutes": -1},
        {"issued_on": date(2026, 11, 21)},
        {"issued_at": datetime(2026, 11, 20, 8, 0)},  # noqa: DTZ001 - a naive time is the mistake under test
        {"issued_at": datetime(2026, 11, 20, 8, 0, 0, 1, tzinfo=UTC)},
        {"issued_at": datetime(2026, 11, 20, 8, 0, tzinfo=timezone(timedelta(hours=1)))},
        {"valid_until": datetime(2029, 11, 20, 0, 0, tzinfo=UTC)},
    ],
)
def test_contradicting_facts_are_refused(make_claims, change):
    with pytest.raises(ValueError, match=r"\w+"):
        make_claims(**change)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 7, 1), "2026-07-01T21:59:59Z"),
        (date(2026, 12, 31), "2026-12-31T22:59:59Z"),
        (date(2026, 10, 25), "2026-10-25T22:59:59Z"),
        (date(2027, 3, 28), "2027-03-28T21:59:59Z"),
    ],
)
def test_a_day_ends_when_it_ends_in_warsaw(day, end, make_claims):
    assert instant(end_of_warsaw_day(day)) == end
    assert make_claims(valid_until=end_of_warsaw_day(day)).valid_through == day


def test_the_day_of_issue_is_a_warsaw_day(make_claims):
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert make_claims(issued_at=late, issued_on=date(2026, 11, 21)).issued_on == date(2026, 11, 21)
