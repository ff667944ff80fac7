"""The diagnostics that one compilation collects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches

import msgspec

from headgate.model.diagnostic import Diagnostic, Severity
from headgate.policy.codes import CODES
from headgate.policy.text import Place

FINDINGS_MAX = 100
"""How many findings one document may have; a broken one would otherwise list itself."""

QUOTED_MAX = 60
NAME_MAX = 64


class Findings:
    """Collects diagnostics, up to a bound."""

    __slots__ = ("_items", "_omitted", "errors")

    def __init__(self) -> None:
        self._items: list[Diagnostic] = []
        self._omitted = 0
        self.errors = 0

    def add(
        self,
        code: str,
        place: Place,
        *,
        message: str,
        hint: str | Callable[[], str] = "",
        severity: Severity = "error",
    ) -> None:
        """Add one finding at a place of a file. A costly hint is made only where listed."""
        assert code in CODES, code
        file, position = place
        is_listed = len(self._items) < FINDINGS_MAX
        finding = Diagnostic(
            file=file,
            line=position.line,
            column=position.column,
            code=code,
            message=message,
            hint=hint if isinstance(hint, str) else hint() if is_listed else "",
            severity=severity,
        )
        self.extend([finding])

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add findings that were made elsewhere."""
        for diagnostic in diagnostics:
            self.errors += diagnostic.severity == "error"
            if len(self._items) < FINDINGS_MAX:
                self._items.append(diagnostic)
            else:
                self._omitted += 1

    def listed(self) -> list[Diagnostic]:
        """Return the findings in the order of the text; the last tells how many are left out."""
        found = sorted(self._items, key=lambda item: (item.file, item.line, item.column))
        if self._omitted:
            message = f"{self._omitted} more findings are not listed."
            last = msgspec.structs.replace(
                found[-1], code="HG119", message=message, hint="", severity="error"
            )
            found.append(last)
        return found


def quote(text: str) -> str:
    """Return text for a message: short, in one line."""
    line = " ".join(text.split())
    return f"`{line}`" if len(line) <= QUOTED_MAX else f"`{line[: QUOTED_MAX - 1]}…`"


def nearest(name: str, known: Iterable[str], *, otherwise: str = "") -> Callable[[], str]:
    """Return the making of a hint that names the known name nearest to the one given."""

    def hint() -> str:
        # Comparing costs the product of the lengths; no name that we know is that long.
        matches = len(name) <= NAME_MAX and get_close_matches(name, list(known), n=1)
        return f"Did you mean `{matches[0]}`?" if matches else otherwise

    return hint
