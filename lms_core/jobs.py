"""What a worker runs: arguments are ids, every job looks at the row's state first and may run twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from secrets import token_hex
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy.orm import Session

from lms_core import mail
from lms_core.installation import Installation, here
from lms_core.mail import Letter
from lms_core.services import (
    completion,
    credentials,
    grading,
    invitations,
    leases,
    letters,
    notices,
    passwords,
    registration,
    resets,
    status_lists,
)
from lms_core.transaction import Job

UNFINISHED_AFTER = timedelta(seconds=10)
TICK_LEASE = timedelta(seconds=5)
"""Shorter than the period of `lms tick` (10 s), or each second tick would find it taken."""
log = logging.getLogger(__name__)


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
        with filar.writing() as (session, later):
            now = filar.clock()
            holder = credentials.keep_signed(session, credential_id, document, now=now)
            if holder is not None:
                notices.ask_about_certificate(session, credential_id, now=now, later=later)
                completion.reconsider(session, filar.catalogue, holder, now=now, later=later)


def finish_overdue_attempt(attempt_id: int) -> None:
    with current_app.app_context():
        filar = here()
        with filar.writing() as (session, later):
            grading.finish_overdue(session, filar.catalogue, attempt_id, now=filar.clock(), later=later)


def send_password_reset(letter_id: int) -> None:
    with current_app.app_context():
        filar = here()
        write = partial(resets.letter, public_url=filar.settings.public_url, now=filar.clock())
        _send(letter_id, write, sent=partial(resets.mark_sent, now=filar.clock()))


def send_invitation(letter_id: int) -> None:
    with current_app.app_context():
        filar = here()
        write = partial(
            invitations.letter, catalogue=filar.catalogue, public_url=filar.settings.public_url, now=filar.clock()
        )
        _send(letter_id, write, sent=partial(resets.mark_sent, now=filar.clock()))


def send_password_notice(letter_id: int) -> None:
    with current_app.app_context():
        _send(letter_id, partial(passwords.notice, public_url=here().settings.public_url))


def send_registration(letter_id: int) -> None:
    with current_app.app_context():
        filar = here()
        write = partial(registration.letter, public_url=filar.settings.public_url, now=filar.clock())
        _send(letter_id, write, sent=partial(registration.mark_sent, now=filar.clock()))


def send_certificate_notice(letter_id: int) -> None:
    with current_app.app_context():
        filar = here()
        _send(letter_id, partial(notices.certificate, public_url=filar.settings.public_url))


def send_attempt_reminder(letter_id: int) -> None:
    with current_app.app_context():
        filar = here()
        write = partial(
            notices.left_open, catalogue=filar.catalogue, public_url=filar.settings.public_url, now=filar.clock()
        )
        _send(letter_id, write, sent=partial(letters.mark_sent, now=filar.clock()))


def send_review_request(letter_id: int) -> None:
    with current_app.app_context():
        filar = here()
        write = partial(notices.review, catalogue=filar.catalogue, public_url=filar.settings.public_url)
        _send(letter_id, write, sent=partial(letters.mark_sent, now=filar.clock()))


def tick() -> None:
    """See to everything due, found from rows: unfinished issues, overdue attempts, letters, lists to re-sign.

    The lease makes it once per period, however many schedulers ring.
    """
    with current_app.app_context():
        filar = here()
        with filar.writing() as (session, _):
            if not leases.take(session, "tick", token_hex(8), now=filar.clock(), lasts=TICK_LEASE):
                return
        _ring_for_due(filar)
        with filar.writing() as (session, later):
            status_lists.sign_due(session, filar.signing, now=filar.clock())
            notices.ask_due(session, now=filar.clock(), later=later)
            for kept in (letters, resets, registration):
                kept.forget_old(session, now=filar.clock())


def _ring_for_due(filar: Installation) -> None:
    now = filar.clock()
    issues = credentials.unfinished(filar.session, before=now - UNFINISHED_AFTER)
    overdue = grading.overdue_attempts(filar.session, now=now)
    unsent = letters.due(filar.session, now=now)
    filar.session.rollback()
    for credential_id in issues:
        filar.ring(Job(issue_credential.__name__, (credential_id,)))
    for attempt_id in overdue:
        filar.ring(Job(finish_overdue_attempt.__name__, (attempt_id,)))
    for job in unsent:
        filar.ring(job)


def _send(
    letter_id: int,
    write: Callable[[Session, int], Letter | None],
    *,
    sent: Callable[[Session, int], None] = lambda _session, _subject_id: None,
) -> None:
    """Claim the row, write the letter, send it outside any transaction, note what came of it.

    A failure is raised after it is noted, so that the queue tries again at once; the sweep does so later.
    """
    filar = here()
    with filar.writing() as (session, _):
        subject_id = letters.claim(session, letter_id, now=filar.clock())
    if subject_id is None:
        return
    letter = _written(filar, letter_id, lambda session: write(session, subject_id))
    if letter is not None and not _delivered(filar, letter_id, letter):
        return
    with filar.writing() as (session, _):
        if letter is not None:
            sent(session, subject_id)
        letters.finish(session, letter_id)


def _written(filar: Installation, letter_id: int, write: Callable[[Session], Letter | None]) -> Letter | None:
    try:
        with filar.writing() as (session, _):
            return write(session)
    except Exception as error:  # whatever it is: uncounted, the letter would be tried for ever, in front of all others
        with filar.writing() as (session, _):
            letters.put_off(session, letter_id, why=f"writing: {type(error).__name__}", final=False, now=filar.clock())
        raise


def _delivered(filar: Installation, letter_id: int, letter: Letter) -> bool:
    settings = filar.settings
    host = (urlsplit(settings.public_url).hostname or "localhost").encode("idna").decode()
    composed = mail.message(
        letter, mail_from=settings.mail_from, host=host, now=filar.clock(), as_file=settings.smtp is None
    )
    try:
        mail.deliver(composed, server=settings.smtp, outbox=settings.outbox)
    except mail.SendingFailed as failure:
        with filar.writing() as (session, _):
            letters.put_off(session, letter_id, why=str(failure), final=failure.final, now=filar.clock())
        log.warning("letter %s was not sent: %s", letter_id, failure)
        if not failure.final:
            raise
        return False
    return True
