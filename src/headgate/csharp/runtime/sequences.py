"""Enumeration of everything that .NET enumerates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from headgate.csharp.errors import null_argument
from headgate.csharp.runtime.collections import Array, Items, Pair, counted, watched
from headgate.csharp.runtime.texts import units
from headgate.csharp.types import OBJECT, STRING, array
from headgate.csharp.values import Byte, Char
from headgate.model.messages import Headers

VARIABLE_PAIR = (STRING, OBJECT)
VALUES_PAIR = (STRING, array(STRING))


def walk(source: Any) -> Iterable[Any]:
    """Return the items of a collection, as values of their .NET type."""
    kind = type(source)
    if issubclass(kind, Items):
        return watched(source, source)
    if issubclass(kind, str):
        return counted(map(Char, units(source)))
    if issubclass(kind, bytes | bytearray):
        return counted(map(Byte, source))
    if kind is Headers:
        return header_pairs(source)
    if kind is dict:
        return mapping_pairs(source)
    return source  # type: ignore[no-any-return]  # a .NET object of ours that enumerates


def items(source: Any) -> Iterable[Any]:
    """Return the items of the source of a LINQ method, which may not be null."""
    if source is None:
        raise null_argument("source")
    return walk(source)


def header_pairs(headers: Headers) -> Iterator[Pair]:
    """Yield each header once with all its values."""
    for name in headers.names():
        yield Pair(name, Array(STRING, headers.values(name)), VALUES_PAIR)


def mapping_pairs(mapping: dict[str, Any]) -> Iterator[Pair]:
    """Yield the pairs of variables, query parameters or matched parameters."""
    for name, value in mapping.items():
        if type(value) is list:
            yield Pair(name, Array(STRING, value), VALUES_PAIR)
        else:
            yield Pair(name, value, VARIABLE_PAIR)
