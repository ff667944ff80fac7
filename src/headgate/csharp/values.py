"""The Python form of .NET values, and their text.

    null None · bool bool · int int · string str · double float · decimal decimal.Decimal
    byte[] bytearray (bytes are understood as well)

Everything else is a class of ours, so that a boxed value keeps its type: `Int64(5)` is no `int`.
A plain Python int that the gateway puts into `context.Variables` is System.Int32.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from headgate.csharp.errors import DotNetError, bad_cast, bad_format, overflow
from headgate.csharp.numerals import double_text, parse_double, parse_integer, single
from headgate.csharp.types import (
    BYTE,
    DECIMAL,
    DOUBLE,
    INT32,
    STRING,
    Type,
    array,
    reflection_name,
    simple,
)
from headgate.model.messages import Body, Headers, Request, Response, Url


class Integer(int):
    """Base of the integers other than Int32."""

    __slots__ = ()
    NET: ClassVar[Type]


class SByte(Integer):
    """System.SByte."""

    NET = simple("SByte")


class Byte(Integer):
    """System.Byte."""

    NET = simple("Byte")


class Int16(Integer):
    """System.Int16."""

    NET = simple("Int16")


class UInt16(Integer):
    """System.UInt16."""

    NET = simple("UInt16")


class UInt32(Integer):
    """System.UInt32."""

    NET = simple("UInt32")


class Int64(Integer):
    """System.Int64."""

    NET = simple("Int64")


class UInt64(Integer):
    """System.UInt64."""

    NET = simple("UInt64")


class Char(str):
    """System.Char: one UTF-16 unit."""

    __slots__ = ()
    NET = simple("Char")


class Single(float):
    """System.Single: a double that was rounded to 32 bits."""

    __slots__ = ()
    NET = simple("Single")

    def __new__(cls, value: float) -> Single:
        """Round to 32 bits."""
        return super().__new__(cls, single(value))


class EnumValue(int):
    """Base of enums; a subclass has `NET` and `NAMES`."""

    __slots__ = ()
    NET: ClassVar[Type]
    NAMES: ClassVar[dict[int, str]]
    FLAGS: ClassVar[bool] = False

    def to_text(self) -> str:
        """Return the member's name; of flags, their names with commas."""
        value = int(self)
        if value in self.NAMES:
            return self.NAMES[value]
        if self.FLAGS and value > 0:
            bits = [name for bit, name in self.NAMES.items() if bit and value & bit == bit]
            return ", ".join(bits)
        return str(value)


def enum_class(name: str, members: dict[str, int], *, flags: bool = False) -> type[EnumValue]:
    """Return a new enum type."""
    names = {value: member for member, value in members.items()}
    body = {"__slots__": (), "NET": Type(name), "NAMES": names, "FLAGS": flags}
    return type(name.rpartition(".")[2], (EnumValue,), body)


class NetObject:
    """Base of our classes for .NET objects."""

    __slots__ = ()
    NET: ClassVar[Type] = simple("Object")

    def net_type(self) -> Type:
        """Return the run-time type."""
        return self.NET

    def to_text(self) -> str:
        """Return `ToString()`."""
        return reflection_name(self.net_type())

    def net_equals(self, other: object) -> bool:
        """Return `Equals(other)`: reference equality unless a class says otherwise."""
        return self is other


class Boxed(NetObject, ABC):
    """A .NET object around one plain value, into which System.Convert looks."""

    __slots__ = ()

    @abstractmethod
    def net_value(self) -> Any:
        """Return the value."""


class Formattable(NetObject, ABC):
    """A .NET object with formats of its own."""

    __slots__ = ()

    @abstractmethod
    def format(self, form: str) -> str:
        """Return `ToString(form)`."""


def _boolean(value: Any) -> str:
    return "True" if value else "False"


def _decimal(value: Any) -> str:
    text = format(value, "f")
    return text if value else text.removeprefix("-")


def _single(value: Any) -> str:
    return double_text(value, single_precision=True)


TEXTS: dict[type, Callable[[Any], str]] = {
    str: str,
    int: int.__repr__,
    bool: _boolean,
    float: double_text,
    Decimal: _decimal,
    Single: _single,
    Char: str,
    **dict.fromkeys((SByte, Byte, Int16, UInt16, UInt32, Int64, UInt64), int.__repr__),
    Url: str,
}


def to_text(value: Any) -> str:
    """Return the text that .NET's `ToString()` gives in the invariant culture; null is empty."""
    if value is None:
        return ""
    text = TEXTS.get(type(value))
    if text is not None:
        return text(value)
    if isinstance(value, NetObject | EnumValue):
        return value.to_text()
    if isinstance(value, DotNetError):
        return str(value)
    return reflection_name(type_of(value))


FOREIGN = {
    str: STRING,
    int: INT32,
    bool: simple("Boolean"),
    float: DOUBLE,
    Decimal: DECIMAL,
    Url: Type("Apim.Expressions.IUrl"),
    Body: Type("Apim.Expressions.IMessageBody"),
    Request: Type("Apim.Expressions.IRequest"),
    Response: Type("Apim.Expressions.IResponse"),
    Headers: Type("Apim.Expressions.HeaderMap"),
    dict: Type("Apim.Expressions.VariableMap"),
    bytes: array(BYTE),
    bytearray: array(BYTE),
}


def type_of(value: Any) -> Type:
    """Return the run-time .NET type of a value; null has none and counts as Object."""
    kind = FOREIGN.get(type(value))
    if kind is not None:
        return kind
    if isinstance(value, NetObject):
        return value.net_type()
    if isinstance(value, DotNetError):
        return Type(value.type_name)
    found = getattr(value, "NET", None)
    if isinstance(found, Type):
        return found
    return simple("Object") if value is None else Type(f"Apim.Expressions.I{type(value).__name__}")


def type_name_of(value: Any) -> str:
    """Return the .NET type name of a Python value, e.g. `System.Int64`; empty for null."""
    return "" if value is None else str(type_of(value))


def to_int(value: Any) -> int:
    """Return a value as an attribute of type int wants it: integral numbers and numeric text.

    Raises DotNetError: InvalidCast for other types, Format for text, Overflow outside 32 bits.
    """
    if isinstance(value, str) and not isinstance(value, Char):
        return parse_integer(value, INT32)
    if isinstance(value, bool | None) or not isinstance(value, int | float | Decimal):
        raise bad_cast(type_name_of(value) or "null", "System.Int32")
    if int(value) != value:
        raise bad_format(f"'{to_text(value)}' is not an integer.")
    if not -(1 << 31) <= value < 1 << 31:
        raise overflow("Value was either too large or too small for an Int32.")
    return int(value)


def to_bool(value: Any) -> bool:
    """Return a value as an attribute of type bool wants it. Raises DotNetError as `to_int`."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        if word in ("true", "false"):
            return word == "true"
        raise bad_format(f"'{value}' is not true or false.")
    raise bad_cast(type_name_of(value) or "null", "System.Boolean")


def to_double(value: Any) -> float:
    """Return a value as an attribute of type double wants it. Raises DotNetError as `to_int`."""
    if isinstance(value, str) and not isinstance(value, Char):
        return parse_double(value)
    if isinstance(value, bool | None) or not isinstance(value, int | float | Decimal):
        raise bad_cast(type_name_of(value) or "null", "System.Double")
    return float(value)
