"""IJEnumerable<T> and the extension methods of Json.NET."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import null_argument
from headgate.csharp.library.jtoken import TOKEN, get_item
from headgate.csharp.runtime.collections import Array
from headgate.csharp.runtime.jsonconvert import value_reader
from headgate.csharp.runtime.sequences import items
from headgate.csharp.types import Type

TYPE = DotNetType(
    "Newtonsoft.Json.Linq.IJEnumerable<T>", kind="interface", bases=("IEnumerable<T>",)
)
EXTENSIONS = DotNetType("Newtonsoft.Json.Linq.Extensions", kind="static")
TYPES = (EXTENSIONS,)


@TYPE.indexer("IJEnumerable<JToken>! this[object key]")
def children_of(tokens: Any, key: Any) -> Array:
    """Return the child of each token under a key."""
    found = [get_item(token, key) for token in items(tokens)]
    return Array(TOKEN, [one for one in found if one is not None])


@EXTENSIONS.generic("U Value<U>(this IEnumerable<JToken> value)", static=True, extension=True)
def value_as(kind: Type) -> Callable[[Any], Any]:
    """Return a token converted to a type."""
    read = value_reader(kind)

    def value(token: Any) -> Any:
        if token is None:
            raise null_argument("value")
        return read(token)

    return value


@EXTENSIONS.generic(
    "IEnumerable<U>! Values<U>(this IEnumerable<JToken> source)", static=True, extension=True
)
def values_as(kind: Type) -> Callable[[Any], Array]:
    """Return each child converted to a type."""
    read = value_reader(kind)
    return lambda source: Array(kind, [read(token) for token in items(source)])


@EXTENSIONS.extension("IJEnumerable<JToken>! Children(this IEnumerable<JToken> source)")
def all_children(source: Any) -> Array:
    """Return the children of every token."""
    return Array(TOKEN, [child for token in items(source) for child in token.children()])


@EXTENSIONS.extension("IJEnumerable<JToken>! Values(this IEnumerable<JToken> source, object key)")
def values_of(source: Any, key: Any) -> Array:
    """Return the child of each token under a key."""
    return children_of(source, key)
