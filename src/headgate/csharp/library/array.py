"""System.Array and `T[]`, whose Python form is `collections.Array`; of `byte[]` a bytearray."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import bad_argument, null_argument, out_of_range
from headgate.csharp.runtime.collections import Array, array_get, array_set, new_array
from headgate.csharp.runtime.defaults import default_value
from headgate.csharp.runtime.equality import compare, equal
from headgate.csharp.runtime.sequences import items
from headgate.csharp.types import Type

ELEMENTS = DotNetType("[]<T>", bases=("System.Array", "IList<T>", "IReadOnlyList<T>"), python=Array)
TYPE = DotNetType("System.Array", python=())
TYPES = (ELEMENTS,)

ELEMENTS.indexer("T this[int index]", setter=array_set)(array_get)
TYPE.property("int Length")(len)
TYPE.property("long LongLength")(len)
TYPE.property("int Rank", code="1")


# -- static methods -----------------------------------------------------------------------------


def typed(text: str, specialize: Callable[[Type], Callable[..., Any]]) -> None:
    """Declare a static method whose function depends on the element type."""
    TYPE.generic(text, static=True)(specialize)


@TYPE.static("int IndexOf<T>(T[] array, T value)")
def index_of(source: Any, value: Any) -> int:
    """Return the place of a value, or -1."""
    return next((place for place, item in enumerate(items(source)) if equal(item, value)), -1)


@TYPE.static("bool Exists<T>(T[] array, Predicate<T> match)")
def exists(source: Any, test: Callable[[Any], bool]) -> bool:
    """Tell whether an element matches."""
    return any(map(test, items(source)))


@TYPE.static("bool TrueForAll<T>(T[] array, Predicate<T> match)")
def true_for_all(source: Any, test: Callable[[Any], bool]) -> bool:
    """Tell whether all elements match."""
    return all(map(test, items(source)))


@TYPE.static("int FindIndex<T>(T[] array, Predicate<T> match)")
def find_index(source: Any, test: Callable[[Any], bool]) -> int:
    """Return the place of the first element that matches, or -1."""
    return next((place for place, item in enumerate(items(source)) if test(item)), -1)


def find(kind: Type) -> Callable[..., Any]:
    """Return the first element that matches, or the default."""
    default = default_value(kind)
    return lambda source, test: next(filter(test, items(source)), default)


def find_last(kind: Type) -> Callable[..., Any]:
    """Return the last element that matches, or the default."""
    default = default_value(kind)
    return lambda source, test: next(filter(test, reversed(list(items(source)))), default)


typed("T Find<T>(T[] array, Predicate<T> match)", find)
typed("T FindLast<T>(T[] array, Predicate<T> match)", find_last)
typed(
    "T[]! FindAll<T>(T[] array, Predicate<T> match)",
    lambda kind: lambda source, test: Array(kind, filter(test, items(source))),
)
typed("T[]! Empty<T>()", lambda kind: lambda: Array(kind))


def resize(kind: Type) -> Callable[..., Any]:
    """Return an array of another size with the same elements."""
    default = default_value(kind)

    def run(source: Any, size: int) -> tuple[None, Any]:
        found = new_array(kind, default, size)
        old = list(source or ())[:size]
        found[: len(old)] = old
        return None, found

    return run


typed("void Resize<T>(ref T[] array, int newSize)", resize)
TYPE.generic(
    "R[]! ConvertAll<T, R>(T[] array, Converter<T, R> converter)",
    static=True,
)(lambda _, kind: lambda source, pick: Array(kind, map(pick, items(source))))


@TYPE.static("void Sort<T>(T[] array)")
def sort(source: Any) -> None:
    """Sort in place."""
    source[:] = sorted(items(source), key=cmp_to_key(compare))


@TYPE.static("void Reverse(Array array)")
def reverse(source: Any) -> None:
    """Reverse in place."""
    source.reverse()


@TYPE.static("void Copy(Array sourceArray, Array destinationArray, int length)")
def copy(source: Any, target: Any, count: int) -> None:
    """Copy elements from the start."""
    copy_part(source, 0, target, 0, count)


@TYPE.static(
    "void Copy(Array sourceArray, int sourceIndex, Array destinationArray, "
    "int destinationIndex, int length)"
)
def copy_part(source: Any, start: int, target: Any, place: int, count: int) -> None:
    """Copy some elements."""
    if source is None or target is None:
        raise null_argument("array")
    if min(start, place, count) < 0:
        raise out_of_range("length")
    if start + count > len(source) or place + count > len(target):
        raise bad_argument("Source array was not long enough.")
    target[place : place + count] = source[start : start + count]


@TYPE.method("object! Clone()")
def clone(source: Any) -> Any:
    """Return a copy."""
    return bytearray(source) if isinstance(source, bytearray) else Array(source.element, source)


@TYPE.method("object GetValue(int index)")
def get_value(source: Any, index: int) -> Any:
    """Return an element."""
    return array_get(source, index)
