"""When somebody who completed a program may take it again."""

from __future__ import annotations

from datetime import datetime, timedelta

RENEWED_BEFORE_END = timedelta(days=60)
"""So long before a certificate runs out its program may be taken again."""
COUNTS_AS_NONE = frozenset({"revoked", "erased"})
"""Certificates whose holder has nothing to show any more: the program may be taken again at once."""


def may_renew(state: str, valid_until: datetime | None, *, now: datetime) -> bool:
    """Say whether the certificate of a completed program lets its holder begin again; `state` is the certificate's."""
    return state in COUNTS_AS_NONE or (valid_until is not None and valid_until - now <= RENEWED_BEFORE_END)
