"""Leases: one process at a time does a periodic task, whatever the number of schedulers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from lms_core.database import insert_into
from lms_core.models import Lease


def take(session: Session, name: str, holder: str, *, now: datetime, lasts: timedelta) -> bool:
    """Take or renew the lease; say whether the holder has it now."""
    values = {"name": name, "holder": holder, "expires_at": now + lasts}
    made = session.scalar(insert_into(session, Lease).values(values).on_conflict_do_nothing().returning(Lease.name))
    if made is not None:
        return True
    free = or_(Lease.holder == holder, Lease.expires_at <= now)
    renewed = update(Lease).where(Lease.name == name, free).values(holder=holder, expires_at=now + lasts)
    return session.scalar(renewed.returning(Lease.name)) is not None
