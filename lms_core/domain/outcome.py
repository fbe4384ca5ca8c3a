"""The result of one attempt (xAPI words): completion and success are kept apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ItemScore:
    """`points` may be below nothing where wrong answers cost; `stratum` is the pool of the item."""

    item_id: str
    points: float
    max: float
    critical: bool = False
    stratum: str = ""

    @property
    def right(self) -> bool:
        return self.points >= self.max


@dataclass(frozen=True, slots=True)
class Outcome:
    """`scaled` is 0.0 to 1.0; `trace` says how the decision came about, in codes."""

    scaled: float
    raw: float
    max: float
    success: bool
    completion: bool
    trace: tuple[str, ...] = ()

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down: 69.9 is not 70."""
        return int(self.scaled * 100 + 1e-9)
