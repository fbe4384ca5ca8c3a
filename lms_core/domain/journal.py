"""The answer journal: which response counts when several tabs and devices wrote (design, decision 10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lms_core.domain.items import Response


@dataclass(frozen=True, slots=True)
class Entry:
    """One journalled answer; `ordinal` is the server's order of arrival, `seq` the client's own counter."""

    ordinal: int
    client: str
    seq: int
    item_id: str
    response: Response


def winners(entries: Iterable[Entry]) -> Mapping[str, Response]:
    """Return the response that counts per item.

    Within a client the highest seq wins, whatever order its answers arrived in; between clients the latest received.
    """
    latest: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        known = latest.get((entry.item_id, entry.client))
        if known is None or entry.seq > known.seq:
            latest[entry.item_id, entry.client] = entry
    by_item: dict[str, Entry] = {}
    for entry in latest.values():
        known = by_item.get(entry.item_id)
        if known is None or entry.ordinal > known.ordinal:
            by_item[entry.item_id] = entry
    return {item_id: entry.response for item_id, entry in by_item.items()}
