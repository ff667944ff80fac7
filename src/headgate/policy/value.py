"""What an attribute that accepts expressions holds: a value to be had per call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from headgate.csharp.errors import DotNetError
from headgate.csharp.expression import CompiledExpression
from headgate.csharp.values import to_text
from headgate.model.context import Context
from headgate.policy.kinds import Kind

T = TypeVar("T")

Bounds = tuple[float | None, float | None]


class Value(Generic[T]):
    """A literal or an expression of type T.

    `of(context)` costs one call for a literal, two for an expression whose result is a T already,
    one more for converting it and one for holding it to bounds. It raises DotNetError when the
    expression fails, yields null or yields something that is no T.
    """

    __slots__ = ("constant", "literal", "of", "reads", "source")

    of: Callable[[Context], T]
    constant: bool
    literal: T | None
    """The value of a literal; None for an expression."""
    reads: frozenset[str]
    source: str
    """The text in the document, named values not put in."""

    def __init__(
        self,
        of: Callable[[Context], T],
        source: str,
        *,
        reads: frozenset[str] = frozenset(),
        constant: bool = False,
        literal: T | None = None,
    ) -> None:
        self.of = of
        self.source = source
        self.reads = reads
        self.constant = constant
        self.literal = literal

    def __repr__(self) -> str:
        return f"Value({self.source!r})"


def literal_value(value: T, source: str = "") -> Value[T]:
    """Return a value that is the same for every call."""
    return Value(lambda _: value, source, constant=True, literal=value)


def expression_value(
    expression: CompiledExpression, kind: Kind, *, source: str, bounds: Bounds = (None, None)
) -> Value[Any]:
    """Return a value that an expression yields per call, converted and held to bounds."""
    of = expression.evaluate
    if kind.convert is not None:
        of = _converted(of, kind.convert, exact=kind.exact)
    if bounds != (None, None):
        of = _bounded(of, bounds)
    return Value(of, source, reads=expression.reads, constant=expression.constant)


def condition_value(expression: CompiledExpression, kind: Kind, *, source: str) -> Value[Any]:
    """Return the value of a condition: reading a response before there is one is no match.

    Policy language, section 2, point 7.
    """
    value = expression_value(expression, kind, source=source)
    if "response" not in expression.reads:
        return value
    of = value.of

    def holds(context: Context) -> Any:
        try:
            return of(context)
        except DotNetError as error:
            is_null = error.type_name == "System.NullReferenceException"
            if context.response is None and is_null:
                return False
            raise

    value.of = holds
    return value


def _converted(
    evaluate: Callable[[Context], Any], convert: Callable[[Any], Any], *, exact: type | None
) -> Callable[[Context], Any]:
    def converted(context: Context) -> Any:
        result = evaluate(context)
        return result if type(result) is exact else convert(result)

    return converted


def _bounded(evaluate: Callable[[Context], Any], bounds: Bounds) -> Callable[[Context], Any]:
    at_least, at_most = bounds

    def bounded(context: Context) -> Any:
        result = evaluate(context)
        is_below = at_least is not None and result < at_least
        if is_below or (at_most is not None and result > at_most):
            message = f"The value {to_text(result)} is out of bounds."
            raise DotNetError("System.ArgumentOutOfRangeException", message)
        return result

    return bounded
