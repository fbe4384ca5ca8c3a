"""A long list, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
ROWS = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """`number` counts from 1 up to `last`; `total` are the rows of all pages."""

    rows: tuple[Row, ...]
    number: int
    last: int
    total: int


def page_of(rows: Sequence[Row], number: int) -> Page[Row]:
    """Return the page; a number beyond the last one gives the last one."""
    last = max(1, -(-len(rows) // ROWS))
    number = min(max(number, 1), last)
    return Page(tuple(rows[(number - 1) * ROWS : number * ROWS]), number, last, len(rows))
