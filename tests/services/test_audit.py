"""The audit trail: whoever changes it is found out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from lms_core.database import db
from lms_core.models import AuditEvent
from lms_core.services import audit
from tests.road import Site


@pytest.fixture
def written(site: Site) -> int:
    """How many rows the trail has after somebody went the road."""
    site.learner().graduate()
    return len(site.rows(AuditEvent))


def verified(site: Site) -> tuple[int, audit.Broken | None]:
    with site.app.app_context():
        return audit.verify(db.session())


def test_an_untouched_trail_holds(site: Site, written: int) -> None:
    assert written >= 3
    assert verified(site) == (written, None)


def test_an_empty_trail_holds(site: Site) -> None:
    assert verified(site) == (0, None)


def change_detail(session: Session, second: int) -> None:
    session.execute(update(AuditEvent).where(AuditEvent.id == second).values(detail={"role": "administrator"}))


def change_actor(session: Session, second: int) -> None:
    session.execute(update(AuditEvent).where(AuditEvent.id == second).values(act="nothing.happened"))


def leave_out(session: Session, second: int) -> None:
    session.execute(delete(AuditEvent).where(AuditEvent.id == second))


def change_and_hash_again(session: Session, second: int) -> None:
    """Who knows how the hash is made still cannot mend the rows that follow without being seen in the newest one."""
    event = session.get_one(AuditEvent, second)
    event.act = "nothing.happened"
    event.hash = audit.link_hash(event)


@pytest.mark.parametrize("tamper", [change_detail, change_actor, leave_out, change_and_hash_again])
def test_tampering_is_found(site: Site, written: int, tamper: Callable[[Session, int], None]) -> None:
    with site.app.app_context():
        second = db.session.scalars(select(AuditEvent.id).order_by(AuditEvent.id).offset(1).limit(1)).one()
        tamper(db.session(), second)
        db.session.commit()
    held, broken = verified(site)
    assert broken is not None
    assert held <= 2
    assert broken.event_id in {second, second + 1}


def test_a_cut_end_shows_in_the_newest_hash(site: Site, written: int) -> None:
    with site.app.app_context():
        before = audit.newest_hash(db.session())
        last = db.session.scalars(select(func.max(AuditEvent.id))).one()
        db.session.execute(delete(AuditEvent).where(AuditEvent.id == last))
        db.session.commit()
        assert audit.verify(db.session()) == (written - 1, None)
        assert audit.newest_hash(db.session()) != before
