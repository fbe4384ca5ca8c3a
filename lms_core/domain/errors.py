"""The one family of errors. `message` is a Polish sentence for the person; `code` is for machines."""

from __future__ import annotations


class LmsError(Exception):
    """Something asked for cannot be had; `web/errors.py` alone turns the class into an HTTP status."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class NotFound(LmsError):
    """It does not exist, or this person may not learn whether it exists."""


class Invalid(LmsError):
    """What was sent has the wrong shape or value."""


class Refused(LmsError):
    """A rule of the program or of the site says no, for now or for good."""


class Conflict(LmsError):
    """It contradicts what is already recorded."""


class Forbidden(LmsError):
    """The person's roles do not allow it."""
