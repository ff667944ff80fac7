"""Reads one attribute or text: expression or literal, its type, its bounds, what it refers to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from headgate.csharp.expression import compile_expression
from headgate.model.diagnostic import Diagnostic, Position
from headgate.policy.fields import Scalar
from headgate.policy.findings import Findings, nearest, quote
from headgate.policy.lexis import is_expression
from headgate.policy.surroundings import Surroundings
from headgate.policy.text import Text
from headgate.policy.value import condition_value, expression_value, literal_value

UNKNOWN: Any = object()
"""What a text is read as that is wrong, or whose named values are not known."""


class ScalarReader:
    """Turns texts into values, reporting what is wrong with them."""

    __slots__ = ("findings", "incomplete", "surroundings")

    def __init__(self, surroundings: Surroundings, findings: Findings) -> None:
        self.surroundings = surroundings
        self.findings = findings
        self.incomplete = False
        """Whether a text was met whose named values are not known."""

    def read(self, scalar: Scalar, text: Text, *, what: str) -> Any:
        """Return the value of a text; `what` is how messages call it. Never raises."""
        bare = text.stripped()
        if bare.unresolved:
            self.incomplete = True
            return UNKNOWN
        if not bare.value and not scalar.may_be_empty:
            self.findings.add("HG155", text.place(), message=f"{what} is empty.")
            return UNKNOWN
        if is_expression(bare.value):
            return self._expression(scalar, bare, what=what)
        if scalar.options.get("strip", True):
            text = bare
        if "@(" in text.value or "@{" in text.value:
            self.findings.add(
                "HG156",
                text.place(),
                message=f"{what} is taken as plain text.",
                hint="An expression has to be the whole value.",
                severity="warning",
            )
        return self._literal(scalar, text, what=what)

    def _expression(self, scalar: Scalar, text: Text, *, what: str) -> Any:
        if not scalar.allows_expression:
            message = f"{what} takes no expression."
            hint = f"Write {expected(scalar)} or a named value."
            self.findings.add("HG146", text.place(), message=message, hint=hint)
            return UNKNOWN
        file, position = text.place()
        compiled, found = compile_expression(text.value, position=position, file=file)
        self.findings.extend(relocate(diagnostic, text, start=position) for diagnostic in found)
        if compiled is None:
            return UNKNOWN
        if scalar.options.get("condition"):
            value = condition_value(compiled, scalar.kind, source=text.shown)
        else:
            value = expression_value(compiled, scalar.kind, source=text.shown, bounds=scalar.bounds)
        if self.surroundings.instrument is not None:
            self.surroundings.instrument.value(value, text, what=what)
        return value

    def _literal(self, scalar: Scalar, text: Text, *, what: str) -> Any:
        try:
            value = scalar.kind.literal(text.value)
        except ValueError:
            code = "HG145" if scalar.kind.name == "choice" else "HG143"
            message = f"{what} is {quote(text.shown)}, not {expected(scalar)}."
            hint = nearest(text.shown, scalar.choices)
            self.findings.add(code, text.place(), message=message, hint=hint)
            return UNKNOWN
        if not self._allowed(scalar, value, text=text, what=what):
            return UNKNOWN
        return literal_value(value, text.shown) if scalar.allows_expression else value

    def _allowed(self, scalar: Scalar, value: Any, *, text: Text, what: str) -> bool:
        at_least, at_most = scalar.bounds
        least, most = scalar.written_bounds
        message = ""
        hint: str | Callable[[], str] = ""
        if at_least is not None and value < at_least:
            code, message = (
                "HG144",
                f"{what} is {quote(text.shown)}, at least {least} is needed.",
            )
        elif at_most is not None and value > at_most:
            code, message = "HG144", f"{what} is {quote(text.shown)}, at most {most} is allowed."
        elif not scalar.lists(value):
            code, message = "HG145", f"{what} is {quote(text.shown)}, not {expected(scalar)}."
            hint = nearest(text.shown, scalar.choices)
        elif scalar.options.get("refers") and self.surroundings.lacks_backend(value):
            code, message = "HG183", f"No backend has the id {quote(text.shown)}."
            hint = nearest(text.shown, self.surroundings.backends or ())
        if message:
            self.findings.add(code, text.place(), message=message, hint=hint)
        return not message


ARTICLES = {"integer": "an integer", "any": "text", "string": "text", "bytes": "text"}


def expected(scalar: Scalar) -> str:
    """Return what a literal has to be, in words."""
    if scalar.choices:
        return "one of " + ", ".join(f"`{choice}`" for choice in scalar.choices)
    return ARTICLES.get(scalar.kind.name, f"a {scalar.kind.name}")


def relocate(diagnostic: Diagnostic, text: Text, *, start: Position) -> Diagnostic:
    """Move a finding of the expression language to where its text really stands in the file.

    The expression language counts from `start` in the decoded text; entities and named values are
    shorter there, or longer, than in the file.
    """
    lines = text.value.split("\n")
    row = diagnostic.line - start.line
    column = diagnostic.column - (start.column if row == 0 else 1)
    offset = sum(len(line) + 1 for line in lines[:row]) + column
    file, position = text.place(min(offset, len(text.value)))
    message, hint = diagnostic.message, diagnostic.hint
    if text.secret:
        # The message may quote the text, and with it the secret.
        message, hint = "The expression does not compile; it holds a secret named value.", ""
    return msgspec.structs.replace(
        diagnostic,
        file=file,
        line=position.line,
        column=position.column,
        message=message,
        hint=hint,
    )
