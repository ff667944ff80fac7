"""The types that attributes have: how a literal is read and how an expression's result is taken.

A kind is found from the annotation of a field: `int`, `Literal["a", "b"]`, `Duration` and so on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Literal, NewType, get_args, get_origin

import msgspec

from headgate.csharp.errors import DotNetError
from headgate.csharp.values import to_bool, to_double, to_int, to_text, type_name_of
from headgate.model.clock import SECOND
from headgate.model.messages import TOKEN
from headgate.model.record import NANO
from headgate.model.unicode import encodable

Duration = NewType("Duration", int)
"""Microseconds; documents write seconds (`60`, `0.5`) or a TimeSpan (`00:01:00`)."""

Money = NewType("Money", int)
"""Billionths of the currency that the price table is in; documents write units (`12.50`)."""

HeaderName = NewType("HeaderName", str)
"""The name of a header (RFC 9110, 5.6.2)."""

INT64 = 1 << 63
INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
NUMBER = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?")
TIME_SPAN = re.compile(r"(?:([0-9]{1,6})\.)?([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?")


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One type. `literal` raises ValueError, `convert` DotNetError."""

    name: str
    """What documentation and messages call it."""
    literal: Callable[[str], Any]
    convert: Callable[[Any], Any] | None
    """Takes an expression's result; None takes it as it is, null included."""
    exact: type | None = None
    """Results of exactly this Python type need no converting."""
    choices: tuple[str, ...] = ()
    wrong: str = ""
    """A literal that is not of this type, for tests; empty if every text is."""
    unit: int = 1
    """How many of what the value counts make one of what documents write."""


def _integer(text: str) -> int:
    if not INTEGER.fullmatch(text) or not -INT64 <= (value := int(text)) < INT64:
        raise ValueError
    return value


def _boolean(text: str) -> bool:
    word = text.lower()
    if word not in ("true", "false"):
        raise ValueError
    return word == "true"


def _number(text: str) -> float:
    if not NUMBER.fullmatch(text):
        raise ValueError
    return float(text)


def _duration(text: str) -> Duration:
    match = TIME_SPAN.fullmatch(text)
    if match is None:
        return _microseconds(_number(text))
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[:4])
    fraction = int((match[5] or "").ljust(6, "0"))
    return Duration((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * SECOND + fraction)


def _microseconds(seconds: float) -> Duration:
    if not 0 <= seconds < INT64 // SECOND:
        raise ValueError
    return Duration(round(seconds * SECOND))


def _money(text: str) -> Money:
    if not NUMBER.fullmatch(text):
        raise ValueError
    return _billionths(Decimal(text))


def _billionths(units: Decimal) -> Money:
    if abs(units) >= INT64 // NANO:
        raise ValueError
    # Rounded towards zero: a limit is never more than what was written.
    return Money(int(units * NANO))


def _header_name(text: str) -> HeaderName:
    if not TOKEN.fullmatch(text):
        raise ValueError
    return HeaderName(text)


def null_result() -> DotNetError:
    """Return the error of an expression that yields null where a value is required."""
    return DotNetError("System.ArgumentNullException", "The expression returned null.")


def to_string(value: Any) -> str:
    """Return an expression's result as an attribute of type string takes it."""
    if type(value) is str:
        return value
    if value is None:
        raise null_result()
    return to_text(value)


def to_text_or_null(value: Any) -> str | None:
    """Return an expression's result as what may be absent takes it: null stays null."""
    return None if value is None else to_text(value)


def to_long(value: Any) -> int:
    """Return an expression's result as a whole number of 64 bits."""
    if value is None:
        raise null_result()
    # Int64 and its like are integers already; `to_int` would hold them to 32 bits.
    return int(value) if isinstance(value, int) and type(value) is not bool else to_int(value)


def _to_boolean(value: Any) -> bool:
    if value is None:
        raise null_result()
    return to_bool(value)


def _to_number(value: Any) -> float:
    if value is None:
        raise null_result()
    return to_double(value)


def _to_duration(value: Any) -> Duration:
    try:
        return _duration(value) if isinstance(value, str) else _microseconds(_to_number(value))
    except ValueError as error:
        text = to_text(value)
        raise DotNetError("System.FormatException", f"'{text}' is not a duration.") from error


def _to_money(value: Any) -> Money:
    try:
        if isinstance(value, str):
            return _money(value)
        # The digits that a double shows are what its author meant.
        return _billionths(Decimal(repr(_to_number(value))))
    except (ValueError, InvalidOperation) as error:
        text = to_text(value)
        raise DotNetError("System.FormatException", f"'{text}' is no amount of money.") from error


def _to_header_name(value: Any) -> HeaderName:
    name = to_string(value)
    try:
        return _header_name(name)
    except ValueError as error:
        message = f"'{name}' is not the name of a header."
        raise DotNetError("System.FormatException", message) from error


def _to_bytes(value: Any) -> bytes:
    if value is None:
        raise null_result()
    return value if isinstance(value, bytes) else encodable(to_text(value)).encode()


STRING = Kind(name="string", literal=str, convert=to_string, exact=str)
OBJECT = Kind(name="any", literal=str, convert=None)

KINDS: dict[object, Kind] = {
    str: STRING,
    str | None: Kind(name="string", literal=str, convert=to_text_or_null, exact=str),
    bytes | None: Kind(
        name="bytes",
        literal=str.encode,
        convert=lambda value: None if value is None else _to_bytes(value),
        exact=bytes,
    ),
    object: OBJECT,
    int: Kind(name="integer", literal=_integer, convert=to_long, exact=int, wrong="many"),
    bool: Kind(
        name="boolean",
        literal=_boolean,
        convert=_to_boolean,
        exact=bool,
        choices=("true", "false"),
        wrong="perhaps",
    ),
    float: Kind(name="number", literal=_number, convert=_to_number, exact=float, wrong="much"),
    bytes: Kind(name="bytes", literal=str.encode, convert=_to_bytes, exact=bytes),
    HeaderName: Kind(
        name="header name", literal=_header_name, convert=_to_header_name, wrong="no name"
    ),
    Money: Kind(name="amount", literal=_money, convert=_to_money, wrong="much", unit=NANO),
    Duration: Kind(
        name="duration", literal=_duration, convert=_to_duration, wrong="long", unit=SECOND
    ),
}


def kind_of(annotation: Any, *, any_case: bool = False) -> Kind:
    """Return the kind for a type. Raises TypeError for a type that no attribute can have."""
    if annotation in KINDS:
        return KINDS[annotation]
    if get_origin(annotation) is Literal:
        return _choice({str(word): word for word in get_args(annotation)}, any_case)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _choice({str(member.value): member for member in annotation}, any_case)
    raise TypeError(f"no attribute can have the type {annotation!r}")


def _choice(values: dict[str, Any], any_case: bool) -> Kind:
    lookup = {word.lower(): value for word, value in values.items()} if any_case else values

    def literal(text: str) -> Any:
        try:
            return lookup[text.lower() if any_case else text]
        except KeyError as error:
            raise ValueError from error

    def convert(value: Any) -> Any:
        try:
            return literal(to_string(value))
        except ValueError as error:
            message = f"{type_name_of(value)} '{to_text(value)}' is not an allowed value."
            raise DotNetError("System.FormatException", message) from error

    choices = tuple(values)
    return Kind(
        name="choice", literal=literal, convert=convert, choices=choices, wrong="no-such-choice"
    )
