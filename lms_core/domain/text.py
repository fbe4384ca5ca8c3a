"""Text that people read, in Polish and, where it exists, in English."""

from __future__ import annotations

from dataclasses import dataclass

PRIMARY_LANGUAGE = "pl"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Polish with an optional English translation; str() gives the Polish."""

    pl: str
    en: str | None = None

    def __str__(self) -> str:
        return self.pl

    def best(self, language: str) -> tuple[str, str]:
        """Return (text, its language), so that a page can mark a fallback with the right `lang`."""
        if language == "en" and self.en:
            return self.en, "en"
        return self.pl, PRIMARY_LANGUAGE
