"""System.Enum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import bad_argument
from headgate.csharp.runtime.collections import Array, NetType
from headgate.csharp.surface import surface
from headgate.csharp.types import STRING, Type
from headgate.csharp.values import EnumValue

TYPE = DotNetType("System.Enum")


def enum_of(kind: Type) -> type[EnumValue]:
    """Return the Python class of an enum. Raises ArgumentException."""
    declared = surface().declared(kind)
    if declared is None or declared.kind != "enum":
        raise bad_argument("Type provided must be an Enum.")
    found: type[EnumValue] = declared.python[0]
    return found


@TYPE.static("bool IsDefined(Type enumType, object value)")
def is_defined(kind: NetType, value: Any) -> bool:
    """Tell whether a name or number belongs to an enum."""
    names = enum_of(kind.kind).NAMES
    return value in names.values() if isinstance(value, str) else value in names


@TYPE.static("string[]! GetNames(Type enumType)")
def get_names(kind: NetType) -> Array:
    """Return the names of all members."""
    return Array(STRING, enum_of(kind.kind).NAMES.values())


def parsed(python: type[EnumValue], text: str | None, ignore_case: bool) -> EnumValue | None:
    """Return a member by name or number, or None."""
    word = (text or "").strip()
    for number, name in python.NAMES.items():
        if name == word or (ignore_case and name.lower() == word.lower()):
            return python(number)
    return python(int(word)) if word.lstrip("-").isdigit() else None


@TYPE.static("object! Parse(Type enumType, string value)")
@TYPE.static("object! Parse(Type enumType, string value, bool ignoreCase)")
def parse(kind: NetType, text: str | None, ignore_case: bool = False) -> EnumValue:
    """Return a member by name or number. Raises ArgumentException."""
    found = parsed(enum_of(kind.kind), text, ignore_case)
    if found is None:
        raise bad_argument(f"Requested value '{text}' was not found.")
    return found


def try_parse(kind: Type) -> Callable[..., tuple[bool, EnumValue]]:
    """Return TryParse for an enum."""
    python = enum_of(kind)

    def run(text: str | None, ignore_case: bool = False) -> tuple[bool, EnumValue]:
        found = parsed(python, text, ignore_case)
        return found is not None, python(0) if found is None else found

    return run


TYPE.generic("bool TryParse<T>(string value, out T result)", static=True)(try_parse)
TYPE.generic("bool TryParse<T>(string value, bool ignoreCase, out T result)", static=True)(
    try_parse
)
