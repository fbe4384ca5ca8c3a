"""What is wrong with a program's files, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms_core.content.toml_lines import Path


class Severity(StrEnum):
    """An error must be mended, a warning looked into, a hint thought about."""

    ERROR = "błąd"
    WARNING = "ostrzeżenie"
    HINT = "wskazówka"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding; `file` is relative to the program's directory, `line` counts from 1, None when unknown."""

    file: str
    line: int | None
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.severity}: {self.message}"


Remark = tuple[Path, Severity, str]
"""What the lint says about a value: its path in the program document, how grave it is, what to do."""


class ContentInvalid(Exception):
    """A program directory that cannot be used; carries every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
