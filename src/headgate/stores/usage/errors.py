"""What can be wrong with a database of usage records."""

from __future__ import annotations


class UsageStoreError(Exception):
    """The database cannot be used as it is; `hint` says what to do about it."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class DatabaseUnavailable(UsageStoreError):
    """The database cannot be reached, or is busy or full: trying again may help."""


class RowsRefused(Exception):
    """The database is there and will not take a row, now or later."""
