"""One plausible certificate, its key, and the documents that a verifier fetches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from certificates.claims import Claims, end_of_warsaw_day
from certificates.credential import open_badge, status_list_url
from certificates.did import PublicKey, did_document, issuer_did
from certificates.keys import PemSigner, generate_pem
from certificates.proof import add_proof
from certificates.status_list import status_list_document

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CLAIMS = Claims(
    code="7Q2M4KX9R0TBZZ01",
    public_url="https://filar.example",
    number="FILAR/ZPOS2/2026/000123",
    holder_name="Żaneta Gęślą-Jaźńska",
    identity_level="coordinator",
    issuer_slug="filar",
    issuer_name="Ośrodek Szkolenia „Filar” w Łodzi",
    issuer_email="biuro@filar.example",
    program_id="zpos-module2",
    program_version="1.2.0",
    program_url="https://filar.example/programs/zpos-module2",
    title="Zaświadczenie o ukończeniu szkolenia",
    program_title="Ochrona ludności i obrona cywilna – moduł 2",
    description="Ogólne zasady postępowania w czasie zagrożenia.",
    criteria="Ukończenie wszystkich lekcji i zaliczenie sprawdzianu końcowego.",
    statement="Poświadcza się ukończenie programu szkolenia i zaliczenie sprawdzianu końcowego.",
    disclaimer="Zaświadczenie nie nadaje uprawnień ani kwalifikacji, które przyznaje wyłącznie państwo.",
    legal_basis=("ustawa z dnia 5 grudnia 2024 r. o ochronie ludności i obronie cywilnej", "statut organizacji"),
    planned_minutes=100,
    law_as_of=date(2026, 11, 1),
    completed_on=date(2026, 11, 19),
    issued_at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
    issued_on=date(2026, 11, 20),
    valid_until=end_of_warsaw_day(date(2029, 11, 19)),
    status_list=1,
    status_index=94_567,
    key_fragment="k2026-11",
    language="pl",
)


@dataclass(frozen=True)
class Office:
    """An issuer with one key: it signs claims and publishes what verifiers ask for."""

    signer: PemSigner
    public_url: str = CLAIMS.public_url

    @property
    def did(self) -> str:
        return issuer_did(self.public_url, CLAIMS.issuer_slug)

    @property
    def keys(self) -> dict[str, bytes]:
        return {f"{self.did}#{self.signer.fragment}": self.signer.public_key}

    def issue(self, claims: Claims) -> dict[str, Any]:
        return add_proof(open_badge(claims), signer=self.signer, did=self.did, created=claims.issued_at)

    def documents(self, *, revoked: Iterable[int] = ()) -> dict[str, Any]:
        url = status_list_url(self.public_url, CLAIMS.issuer_slug, CLAIMS.status_list)
        yesterday, next_week = NOW - timedelta(days=1), NOW + timedelta(days=7)
        unsigned = status_list_document(
            url=url, issuer_did=self.did, revoked=revoked, valid_from=yesterday, valid_until=next_week
        )
        keys = [PublicKey(self.signer.fragment, self.signer.public_key, in_assertion=True)]
        return {
            url: add_proof(unsigned, signer=self.signer, did=self.did, created=yesterday),
            f"{self.public_url}/i/{CLAIMS.issuer_slug}/did.json": did_document(self.did, keys),
        }


def new_office(public_url: str = CLAIMS.public_url) -> Office:
    pem, _raw = generate_pem()
    return Office(PemSigner.from_pem(pem, CLAIMS.key_fragment), public_url)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def claims() -> Claims:
    return CLAIMS


@pytest.fixture(scope="session")
def make_claims() -> Callable[..., Claims]:
    return lambda **changes: replace(CLAIMS, **changes)


@pytest.fixture(scope="session")
def office() -> Office:
    return new_office()


@pytest.fixture(scope="session")
def open_office() -> Callable[..., Office]:
    """A further issuer with a key of its own."""
    return new_office
