"""System.Boolean."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import DotNetError
from headgate.csharp.numerals import parse_boolean
from headgate.csharp.runtime.numerics import compare

TYPE = DotNetType(
    "System.Boolean",
    kind="struct",
    python=bool,
    default=False,
    bases=("IComparable", "IConvertible"),
)

TYPE.static("bool Parse(string value)")(parse_boolean)
TYPE.constant("string TrueString", "True")
TYPE.constant("string FalseString", "False")
TYPE.method("int CompareTo(bool value)")(compare)


@TYPE.static("bool TryParse(string value, out bool result)")
def try_parse(text: str | None) -> tuple[bool, bool]:
    """Return whether the text is a boolean, and the boolean."""
    try:
        return True, parse_boolean(text)
    except DotNetError:
        return False, False


@TYPE.method("string! ToString()")
def to_string(value: bool) -> str:
    """Return True or False."""
    return "True" if value else "False"


@TYPE.method("bool Equals(object obj)")
def equals(value: bool, other: Any) -> bool:
    """Compare with another boolean."""
    return value is other
