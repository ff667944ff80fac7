"""The diagnostics that one compilation collects."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from headgate.model.diagnostic import Diagnostic, Severity
from headgate.policy.codes import CODES
from headgate.policy.text import Place

FINDINGS_MAX = 100
"""How many findings one document may have; a broken one would otherwise list itself."""

QUOTED_MAX = 60
NAME_MAX = 64


class Findings:
    """Collects diagnostics, up to a bound."""

    __slots__ = ("_items", "errors")

    def __init__(self) -> None:
        self._items: list[Diagnostic] = []
        self.errors = 0

    def add(
        self, code: str, place: Place, *, message: str, hint: str = "", severity: Severity = "error"
    ) -> None:
        """Add one finding at a place of a file."""
        assert code in CODES, code
        file, position = place
        finding = Diagnostic(
            file=file,
            line=position.line,
            column=position.column,
            code=code,
            message=message,
            hint=hint,
            severity=severity,
        )
        self.extend([finding])

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add findings that were made elsewhere."""
        for diagnostic in diagnostics:
            self.errors += diagnostic.severity == "error"
            self._items.append(diagnostic)

    def listed(self) -> list[Diagnostic]:
        """Return the findings in the order of the text, cut at the bound."""
        found = sorted(self._items, key=lambda item: (item.file, item.line, item.column))
        if len(found) <= FINDINGS_MAX:
            return found
        first = found[FINDINGS_MAX]
        rest = Diagnostic(
            file=first.file,
            line=first.line,
            column=first.column,
            code="HG119",
            message=f"{len(found) - FINDINGS_MAX} more findings are not listed.",
        )
        return [*found[:FINDINGS_MAX], rest]


def quote(text: str) -> str:
    """Return text for a message: short, in one line."""
    line = " ".join(text.split())
    return f"`{line}`" if len(line) <= QUOTED_MAX else f"`{line[: QUOTED_MAX - 1]}…`"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the known name nearest to the one given; empty if none is near."""
    # Comparing costs the product of the lengths; no name that we know is that long.
    near = get_close_matches(name, list(known), n=1, cutoff=0.6) if len(name) <= NAME_MAX else []
    return f"Did you mean `{near[0]}`?" if near else ""
