"""What a worker runs: arguments are ids, every job looks at the row's state first and may run twice."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex

from flask import current_app

from lms_core.installation import Installation, here
from lms_core.services import credentials, grading, leases, status_lists
from lms_core.transaction import Job

UNFINISHED_AFTER = timedelta(minutes=1)
TICK_LEASE = timedelta(seconds=30)


def issue_credential(credential_id: int) -> None:
    """Number the credential, sign it outside any transaction, keep the result."""
    with current_app.app_context():
        filar = here()
        with filar.writing() as (session, _):
            ready = credentials.number(session, filar.catalogue, credential_id, filar.signing, now=filar.clock())
        if not ready:
            return
        work = credentials.to_sign(filar.session, credential_id)
        filar.session.rollback()
        document = credentials.signed_document(work, filar.signing)
        with filar.writing() as (session, _):
            credentials.keep_signed(session, credential_id, document, now=filar.clock())


def finish_overdue_attempt(attempt_id: int) -> None:
    with current_app.app_context():
        filar = here()
        with filar.writing() as (session, later):
            grading.finish_overdue(session, filar.catalogue, attempt_id, now=filar.clock(), later=later)


def tick() -> None:
    """See to everything due, found from rows: unfinished issues, overdue attempts, status lists to re-sign.

    The lease makes it once per period, however many schedulers ring.
    """
    with current_app.app_context():
        filar = here()
        with filar.writing() as (session, _):
            if not leases.take(session, "tick", token_hex(8), now=filar.clock(), lasts=TICK_LEASE):
                return
        _ring_for_due(filar)
        with filar.writing() as (session, _):
            status_lists.sign_due(session, filar.signing, now=filar.clock())


def _ring_for_due(filar: Installation) -> None:
    now = filar.clock()
    issues = credentials.unfinished(filar.session, before=now - UNFINISHED_AFTER)
    overdue = grading.overdue_attempts(filar.session, now=now)
    filar.session.rollback()
    for credential_id in issues:
        filar.ring(Job(issue_credential.__name__, (credential_id,)))
    for attempt_id in overdue:
        filar.ring(Job(finish_overdue_attempt.__name__, (attempt_id,)))
