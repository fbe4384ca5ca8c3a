"""The people of the demo: what the README and the words at the start promise is there, and was honestly made."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from lms_core import demo
from lms_core.config import Settings
from lms_core.database import db
from lms_core.demo import cast
from lms_core.domain.calendar import warsaw_day
from lms_core.domain.errors import Refused
from lms_core.domain.permissions import Actor
from lms_core.installation import here
from lms_core.models import Attempt, AuditEvent, Credential, Enrolment, OutcomeRow, Person, ProgramSnapshot
from lms_core.services import attempts, audit, certificates, enrolments, oversight, people, status_lists
from tests.conftest import SECRET

ZPOS = "zpos-modul-2"


def settings_in(folder: Path, template: Path) -> Settings:
    shutil.copy(template, folder / "filar.sqlite")
    return Settings(
        data_dir=folder,
        public_url="http://127.0.0.1:8080",
        database_url=f"sqlite:///{folder / 'filar.sqlite'}",
        secret_key=SECRET,
        redis_url="memory://",
        issuer_name=demo.ISSUER,
        plugin_errors="raise",
        demo=True,
    )


@pytest.fixture(scope="module")
def gmina(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Flask]:
    settings = settings_in(tmp_path_factory.mktemp("gmina"), sqlite_template)
    app = demo.prepared(settings)
    with app.app_context():
        yield app
        db.engine.dispose()


def actor_of(who: cast.Account) -> Actor:
    row = db.session.scalars(select(Person).where(Person.email == who.email)).one()
    found = people.signed_in(db.session(), row.id, row.session_stamp)
    assert found
    return found


def exam_of(who: cast.Account) -> tuple[list[attempts.History], Refused | None]:
    """The person's attempts at the exam of ZPOS, and why there can be no further one now."""
    filar = here()
    enrolment = enrolments.by_program(db.session(), actor_of(who))[ZPOS]
    program = filar.catalogue.program(db.session(), enrolment.digest)
    _, assessment = attempts.assessment_of(program, "egzamin-koncowy")
    past = attempts.history(db.session(), enrolment.id, assessment.id)
    done = enrolments.completed_units(db.session(), [enrolment.id])[enrolment.id]
    return past, attempts.refusal(enrolment, assessment, past, done=done, now=filar.clock())


def states(past: list[attempts.History]) -> list[str]:
    return [one.attempt.state for one in past]


def certificate_of(who: cast.Account) -> tuple[str, str]:
    """The state of the person's certificate, and what a stranger reads who checks it."""
    filar = here()
    (card,) = certificates.mine(db.session(), filar.catalogue, actor=actor_of(who), now=filar.clock())
    return card.state, card.code


def test_everybody_of_whom_the_start_tells_is_there_in_their_role_with_the_password(gmina: Flask) -> None:
    told = demo.welcome(here().settings)
    for shown in cast.SHOWN.values():
        for who in shown:
            assert f"{who.email} " in told
            assert actor_of(who).roles == {who.role}
    assert people.authenticate(db.session(), cast.LATE.email, demo.PASSWORD)
    assert "zmyślone" in told


def test_there_is_an_attempt_in_every_state(gmina: Flask) -> None:
    now = here().clock()
    past, refusal = exam_of(cast.ONE_LEFT)
    assert states(past) == ["submitted"] * 2
    assert [one.outcome.raw for one in past] == [11, 13]
    assert refusal is None
    past, refusal = exam_of(cast.USED_UP)
    assert states(past) == ["submitted"] * 3
    assert refusal
    assert refusal.code == "refresher_needed"
    assert [one.startswith("critical_wrong:") for one in past[-1].outcome.trace].count(True) == 1
    (only,), _ = exam_of(cast.SECRETARY)
    assert only.attempt.state == "open"
    assert only.attempt.deadline > now
    assert states(exam_of(cast.OUT_OF_TIME)[0]) == ["expired"]
    assert states(exam_of(cast.IN_REVIEW)[0]) == ["needs_review"]
    assert exam_of(cast.READER) == ([], None)
    ((passed,), _) = exam_of(cast.GRADUATE)
    assert (passed.outcome.raw, passed.outcome.success) == (18, True)
    assert not enrolments.by_program(db.session(), actor_of(cast.BEGINNER))


def test_extra_time_is_on_the_clock(gmina: Flask) -> None:
    ((one,), _) = exam_of(cast.EXTRA_TIME)
    assert one.attempt.extra_minutes == 45
    assert (one.attempt.deadline - one.attempt.started_at).total_seconds() == 90 * 60


def test_practices_are_passed_failed_and_begun(gmina: Flask) -> None:
    enrolment = enrolments.by_program(db.session(), actor_of(cast.COUNCILLOR))[ZPOS]
    past = attempts.histories(db.session(), [enrolment.id])[enrolment.id]
    found = {(one.attempt.unit_id, one.attempt.state, bool(one.outcome and one.outcome.success)) for one in past}
    assert found == {
        ("sprawdz-sie", "submitted", True),
        ("sprawdz-sie-3", "submitted", False),
        ("sprawdz-sie-4", "open", False),
    }


@pytest.mark.parametrize(
    ("who", "state", "headline"),
    [
        (cast.GRADUATE, "issued", "Zaświadczenie jest ważne"),
        (cast.EXPIRED, "expired", "Zaświadczenie straciło ważność"),
        (cast.REVOKED, "revoked", "Zaświadczenie unieważniono"),
    ],
)
def test_certificates_are_valid_expired_and_revoked(gmina: Flask, who: cast.Account, state: str, headline: str) -> None:
    shown, code = certificate_of(who)
    assert shown == state
    assert headline in gmina.test_client().get(f"/c/{code}").text


def test_the_status_list_was_signed_when_the_story_ended(gmina: Flask) -> None:
    """Or machines would read one from before the revocation until the first tick."""
    listed = json.loads(status_lists.published(db.session(), "filar", 1))
    assert datetime.now(UTC) - datetime.fromisoformat(listed["validFrom"]) < timedelta(minutes=10)


def test_what_was_signed_is_younger_than_the_key_and_the_law_that_it_names(gmina: Flask) -> None:
    """A certificate of a year and a half ago stands on the version of the program that was offered then."""
    credential = db.session.scalars(
        select(Credential).join(Person, Person.id == Credential.person_id).where(Person.email == cast.EXPIRED.email)
    ).one()
    issued = certificates.own(db.session(), credential.code, actor=actor_of(cast.EXPIRED), now=here().clock()).claims
    assert issued.program_version == "0.9.0"
    assert issued.law_as_of < issued.completed_on
    assert issued.key_fragment <= f"k{issued.completed_on:%Y-%m}"
    versions = db.session.scalars(select(ProgramSnapshot.version).where(ProgramSnapshot.program_id == ZPOS))
    assert set(versions) == {"0.9.0", here().catalogue.offer(ZPOS).program.version}


def test_the_coordinator_sees_terms_that_are_near_and_over(gmina: Flask) -> None:
    filar, actor = here(), actor_of(cast.COORDINATOR)
    now, organisation_id = filar.clock(), people.default_organisation(db.session())
    found = oversight.courses(db.session(), filar.catalogue, organisation_id, actor=actor, now=now)
    late = {one.email for one in found if one.late}
    assert late == {cast.LATE.email, cast.EXPIRED.email}
    days = {one.email: (one.due - warsaw_day(now)).days for one in found if one.due}
    assert 0 < days[cast.HEAD.email] < 21
    assert 0 < days[cast.SOON.email] < 21
    assert days[cast.LATE.email] < 0
    ends = next(one.certificate.valid_until for one in found if one.email == cast.REGISTRAR.email)
    assert 0 < (warsaw_day(ends) - warsaw_day(now)).days < 14


def test_statistics_have_enough_to_say(gmina: Flask) -> None:
    sat = select(Enrolment.program_id).join(Attempt, Attempt.enrolment_id == Enrolment.id)
    sittings = Counter(db.session.scalars(sat))
    assert sittings["kos-72-godziny"] >= 24
    assert db.session.scalars(select(OutcomeRow.success)).all().count(False) > 10


def test_the_audit_trail_tells_it_in_order(gmina: Flask) -> None:
    rows, broken = audit.verify(db.session())
    assert broken is None
    at = list(db.session.scalars(select(AuditEvent.at).order_by(AuditEvent.id)))
    assert len(at) == rows > 150
    assert all(before <= after for before, after in pairwise(at))
    assert at[-1] <= datetime.now(UTC)


def test_letters_were_written_when_it_happened(gmina: Flask) -> None:
    letters = [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in here().settings.outbox.glob("*.eml")
    ]
    invited = {one["To"] for one in letters if "Zaproszenie" in one["Subject"]}
    assert invited == {one.email for one in cast.INVITED}
    assert min(one["Date"].datetime for one in letters).year < here().clock().year


def test_a_start_with_people_changes_nothing(gmina: Flask) -> None:
    before = db.session.scalars(select(Person.id)).all()
    again = demo.prepared(replace(here().settings, redis_url="unix:///nobody-rings"))
    with again.app_context():
        assert db.session.scalars(select(Person.id)).all() == before
        db.engine.dispose()


def test_a_start_that_is_cut_short_leaves_nothing_behind(tmp_path: Path, sqlite_template: Path) -> None:
    """Here because the outbox cannot be made; a Ctrl-C goes the same way."""
    settings = settings_in(tmp_path, sqlite_template)
    (tmp_path / "outbox").write_text("in the way")
    with pytest.raises(Exception, match="outbox"):
        demo.prepared(settings)
    assert {path.name for path in tmp_path.iterdir()} <= {"outbox"}
