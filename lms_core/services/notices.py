"""Letters about what happened: a certificate is ready, an attempt was left open, a case waits for a person.

Each goes out once for one thing. The row is asked for when the thing happens or when the sweep finds it, and the words
are made when the letter is sent: by then it may not be due any more.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from certificates.claims import Claims
from certificates.wording import long_date
from lms_core.domain.calendar import warsaw_day
from lms_core.domain.permissions import Role
from lms_core.mail import Letter, is_deliverable
from lms_core.models import Attempt, Credential, CredentialClaims, Enrolment, LetterRow, Membership, Person
from lms_core.services import attempts, letters
from lms_core.services.catalogue import Catalogue
from lms_core.transaction import Later

CERTIFICATE, LEFT_OPEN, REVIEW = "send_certificate_notice", "send_attempt_reminder", "send_review_request"
LEFT_OPEN_AFTER = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(days=30)
"""Nobody is reminded of what was left open longer ago, such as before an installation was upgraded."""
REVIEWERS = (Role.EXAMINER, Role.ADMINISTRATOR)
SIGNATURE = "Ta wiadomość została wysłana automatycznie; nikt nie czyta odpowiedzi.\n"
CERTIFICATE_SUBJECT = "Twoje zaświadczenie jest gotowe"
CERTIFICATE_BODY = """\
Dzień dobry,

gotowe jest Twoje zaświadczenie z serwisu {site}:

{title}
{program}
numer {number}
{validity}

PDF i podpisany dokument pobierzesz po zalogowaniu na stronie:

{page}

Każdy, komu je pokażesz, sprawdzi je bez logowania pod adresem:

{verification}

"""
LEFT_OPEN_SUBJECT = "Rozpoczęte podejście czeka na dokończenie"
LEFT_OPEN_BODY = """\
Dzień dobry,

{day} rozpoczęło się Twoje podejście do części:

{unit}
(program: {program})

Nadal jest otwarte. Odpowiedzi, które serwis zapisał, czekają. Możesz do nich
wrócić i przesłać całość:

{page}

O tym podejściu nie napiszemy więcej. Jeśli nie chcesz takich przypomnień,
wyłącz je w swoim profilu:

{profile}

"""
REVIEW_SUBJECT = "Sprawa czeka na sprawdzenie przez człowieka"
REVIEW_BODY = """\
Dzień dobry,

serwis {site} nie mógł sam ocenić pracy albo
rozstrzygnąć, czy program jest ukończony. Odpowiedzi są zapisane,
zaświadczenia nie wydano.

Program: {program} (wersja {version})
Numer zapisu: {enrolment}

Przyczyną jest zwykle błąd w regułach programu; opisuje go dziennik serwera.
Przekaż tę wiadomość osobie, która prowadzi program, i osobie, która utrzymuje
serwis.

Wiadomość dostają osoby egzaminujące i administrujące w organizacji. O tej
sprawie nie napiszemy więcej.

"""


def ask_about_certificate(session: Session, credential_id: int, *, now: datetime, later: Later) -> None:
    """Have the holder told that the certificate is there. It is signed once only, so no row need make it once."""
    letters.ask(session, CERTIFICATE, credential_id, now=now, later=later)


def ask_due(session: Session, *, now: datetime, later: Later) -> None:
    """Find attempts left open and cases that wait, and have letters sent about those that had none yet.

    A case that is closed is forgotten, so that the next one of the same enrolment is written about again.
    """
    letters.ask_once(session, LEFT_OPEN, _left_open(now), now=now, later=later)
    letters.ask_once(session, REVIEW, _in_review(), now=now, later=later)
    waiting = select(Enrolment.id).where(Enrolment.state == "needs_review")
    closed = LetterRow.job == REVIEW, LetterRow.subject_id.not_in(waiting)
    session.execute(delete(LetterRow).where(*closed), execution_options={"synchronize_session": False})


def _left_open(now: datetime) -> Select[int, int]:
    return (
        select(Enrolment.person_id, Attempt.id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Attempt.state == "open", or_(Attempt.deadline.is_(None), Attempt.deadline > now))
        .where(Attempt.started_at <= now - LEFT_OPEN_AFTER, Attempt.started_at > now - FORGOTTEN_AFTER)
        .where(Person.active, Person.reminders)
    )


def _in_review() -> Select[int, int]:
    return (
        select(Membership.person_id, Enrolment.id)
        .join(Membership, Membership.organisation_id == Enrolment.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Enrolment.state == "needs_review", Membership.role.in_(REVIEWERS), Person.active)
    )


def certificate(session: Session, credential_id: int, *, public_url: str) -> Letter | None:
    """Write that the certificate is ready; None when it is not valid any more."""
    query = (
        select(Person.email, Credential.code, CredentialClaims.claims)
        .join(Person, Person.id == Credential.person_id)
        .join(CredentialClaims, CredentialClaims.credential_id == Credential.id)
        .where(Credential.id == credential_id, Person.active, Credential.state == "issued")
    )
    found = session.execute(query).one_or_none()
    if found is None or not is_deliverable(found.email):
        return None
    claims = Claims.from_json(found.claims)
    until = claims.valid_until
    body = CERTIFICATE_BODY.format(
        site=public_url,
        title=claims.title,
        program=claims.program_title,
        number=claims.number,
        validity=f"ważne do {long_date(warsaw_day(until))}" if until else "ważne bezterminowo",
        page=f"{public_url}/certificates/{found.code}",
        verification=f"{claims.public_url}/c/{found.code}",
    )
    return Letter(found.email, CERTIFICATE_SUBJECT, body + SIGNATURE)


def left_open(session: Session, row_id: int, *, catalogue: Catalogue, public_url: str, now: datetime) -> Letter | None:
    """Write that the attempt is still open; None when it is not, or its owner wants no such letters any more."""
    query = (
        select(Attempt, Person.email)
        .select_from(LetterRow)
        .join(Person, Person.id == LetterRow.person_id)
        .join(Attempt, Attempt.id == LetterRow.subject_id)
        .where(LetterRow.id == row_id, LetterRow.job == LEFT_OPEN, LetterRow.sent_at.is_(None))
        .where(Person.active, Person.reminders)
        .where(Attempt.state == "open")
    )
    found = session.execute(query).one_or_none()
    if found is None or attempts.overdue(found.Attempt, now=now) or not is_deliverable(found.email):
        return None
    program = catalogue.program(session, found.Attempt.digest)
    unit, _ = attempts.assessment_of(program, found.Attempt.unit_id)
    body = LEFT_OPEN_BODY.format(
        day=long_date(warsaw_day(found.Attempt.started_at)),
        unit=unit.title,
        program=program.title,
        page=f"{public_url}/attempts/{found.Attempt.id}",
        profile=f"{public_url}/profile",
    )
    return Letter(found.email, LEFT_OPEN_SUBJECT, body + SIGNATURE)


def review(session: Session, row_id: int, *, catalogue: Catalogue, public_url: str) -> Letter | None:
    """Write that a case waits, without the learner's name; None when it was closed or the reader's role taken away."""
    query = (
        select(Person.email, Enrolment.id, Enrolment.digest)
        .select_from(LetterRow)
        .join(Person, Person.id == LetterRow.person_id)
        .join(Enrolment, Enrolment.id == LetterRow.subject_id)
        .join(Membership, Membership.organisation_id == Enrolment.organisation_id)
        .where(LetterRow.id == row_id, LetterRow.job == REVIEW, LetterRow.sent_at.is_(None), Person.active)
        .where(Enrolment.state == "needs_review")
        .where(Membership.person_id == Person.id, Membership.role.in_(REVIEWERS))
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    if found is None or not is_deliverable(found.email):
        return None
    program = catalogue.program(session, found.digest)
    body = REVIEW_BODY.format(site=public_url, program=program.title, version=program.version, enrolment=found.id)
    return Letter(found.email, REVIEW_SUBJECT, body + SIGNATURE)
