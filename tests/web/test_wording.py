"""What the page of verification says of a certificate reads in Polish as the paper does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from certificates import wording as paper
from certificates.claims import IDENTITY_LEVELS, end_of_warsaw_day
from lms_core.web import wording
from tests.certificates.conftest import CLAIMS


@pytest.mark.parametrize("level", IDENTITY_LEVELS)
def test_identity(level: str) -> None:
    assert wording.IDENTITY[level] == paper.identity(replace(CLAIMS, identity_level=level))


@pytest.mark.parametrize("minutes", [1, 40, 60, 100, 120])
def test_size(minutes: int) -> None:
    claims = replace(CLAIMS, planned_minutes=minutes)
    assert wording.planned(claims) == paper.planned(claims)


@pytest.mark.parametrize("until", [None, end_of_warsaw_day(date(2029, 12, 31))])
def test_validity(until: datetime | None) -> None:
    claims = replace(CLAIMS, valid_until=until)
    assert wording.validity(claims) == paper.validity(claims)
