"""Status lists: where machines look up whether a credential was revoked."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, defer

from certificates.credential import status_list_url
from certificates.proof import add_proof
from certificates.status_list import SIZE, status_list_document
from lms_core.domain.errors import NotFound
from lms_core.domain.sentences import say
from lms_core.models import Credential, CredentialIssue, Issuer, StatusList
from lms_core.services import issuers
from lms_core.services.issuers import Signing

VALID_FOR = timedelta(days=7)
RENEW_AFTER = timedelta(days=1)
FULL_AT = 0.7
GONE = ("revoked", "superseded", "erased")


def free_place(session: Session, issuer: Issuer, *, now: datetime) -> tuple[StatusList, int]:
    """Return the list in use and a random free index: a row number would tell order and volume.

    The caller holds the issuer's row lock, so that two allocations take turns.
    """
    while True:
        drawn = secrets.randbelow(SIZE)
        newest, taken, is_taken = _newest(session, issuer, drawn)
        if newest is None or taken >= newest.size * FULL_AT:
            return _add_list(session, issuer, number=newest.number + 1 if newest else 1, now=now), drawn
        if not is_taken:
            return newest, drawn % newest.size


def _newest(session: Session, issuer: Issuer, drawn: int) -> tuple[StatusList | None, int, bool]:
    """Return the newest list, how many of its places are taken, and whether the one that was drawn is."""
    on_it = CredentialIssue.status_list_id == StatusList.id
    taken = select(func.count()).where(on_it).scalar_subquery()
    query = (
        select(StatusList, taken, exists().where(on_it, CredentialIssue.status_index == drawn % StatusList.size))
        .where(StatusList.issuer_id == issuer.id)
        .order_by(StatusList.number.desc())
        .limit(1)
        .options(defer(StatusList.document))
    )
    found = session.execute(query).one_or_none()
    return (found[0], found[1], found[2]) if found else (None, 0, False)


def _add_list(session: Session, issuer: Issuer, *, number: int, now: datetime) -> StatusList:
    row = StatusList(issuer_id=issuer.id, number=number, size=SIZE, created_at=now)
    session.add(row)
    session.flush()
    return row


def ensure_first(session: Session, *, now: datetime) -> None:
    issuer = issuers.default_issuer(session)
    if session.scalar(select(StatusList.id).where(StatusList.issuer_id == issuer.id).limit(1)) is None:
        _add_list(session, issuer, number=1, now=now)


def sign_due(session: Session, signing: Signing, *, now: datetime) -> None:
    """Sign every list that was never signed or is older than a day."""
    due = StatusList.signed_at.is_(None) | (StatusList.signed_at <= now - RENEW_AFTER)
    _sign_all(session, due, signing, now=now)


def sign_new(session: Session, signing: Signing, *, now: datetime) -> None:
    """Sign lists that were never signed. Renewal is the tick's: a start must not need the private key."""
    _sign_all(session, StatusList.signed_at.is_(None), signing, now=now)


def _sign_all(session: Session, which: ColumnElement[bool], signing: Signing, *, now: datetime) -> None:
    for status_list in session.scalars(select(StatusList).where(which).with_for_update()).all():
        sign(session, status_list, signing, now=now)


def sign(session: Session, status_list: StatusList, signing: Signing, *, now: datetime) -> None:
    """Rebuild the list from the credentials' states and sign it anew."""
    issuer = session.get_one(Issuer, status_list.issuer_id)
    key = issuers.active_key(session, issuer.id)
    moment = now.replace(microsecond=0)
    unsigned = status_list_document(
        url=status_list_url(signing.public_url, issuer.slug, status_list.number),
        issuer_did=signing.did(issuer.slug),
        revoked=_revoked(session, status_list),
        valid_from=moment,
        valid_until=moment + VALID_FOR,
        size=status_list.size,
    )
    signed = add_proof(unsigned, signer=signing.signer(issuer, key), did=signing.did(issuer.slug), created=moment)
    status_list.document = json.dumps(signed, ensure_ascii=False, separators=(",", ":"))
    status_list.signed_at = moment
    session.flush()


def _revoked(session: Session, status_list: StatusList) -> list[int]:
    query = (
        select(CredentialIssue.status_index)
        .join(Credential, Credential.id == CredentialIssue.credential_id)
        .where(CredentialIssue.status_list_id == status_list.id, Credential.state.in_(GONE))
    )
    return sorted(session.scalars(query))


def published(session: Session, slug: str, number: int) -> str:
    """Return the signed list as it was last published."""
    issuer = issuers.by_slug(session, slug)
    query = select(StatusList.document).where(StatusList.issuer_id == issuer.id, StatusList.number == number)
    document = session.scalar(query)
    if document is None:
        raise NotFound("status_list", say("Nie ma takiej listy statusów."))
    return document
