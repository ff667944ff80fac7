"""A finding about something that an operator wrote: position, stable code, message and hint."""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["error", "warning"]


class Position(msgspec.Struct, frozen=True):
    """A place in a text: line and column count characters from 1, offset counts them from 0."""

    line: int = 1
    column: int = 1
    offset: int = 0


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True):
    """One finding. Codes are stable: `HGnnn` plus nothing else, listed in docs/diagnostics.md."""

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        """Return `file:line:column CODE message (hint)`, the form that `headgate check` prints."""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column} {self.code} {self.message}{hint}"
