"""`Headers` of a message: IReadOnlyDictionary<string, string[]>, whose names ignore case."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import key_not_found, null_argument
from headgate.csharp.runtime.collections import Array
from headgate.csharp.types import STRING
from headgate.model.messages import Headers

TYPE = DotNetType(
    "Apim.Expressions.HeaderMap",
    bases=("IReadOnlyDictionary<string, string[]>",),
    python=Headers,
)

TYPE.method("string GetValueOrDefault(string name)", code="{0}.get({1})")
TYPE.method("string GetValueOrDefault(string name, string defaultValue)", code="{0}.get({1}, {2})")
TYPE.method("bool ContainsKey(string name)", code="{1} in {0}")


@TYPE.indexer("string[]! this[string name]")
def get(headers: Headers, name: str | None) -> Array:
    """Return all values. Raises KeyNotFoundException."""
    if name is None:
        raise null_argument("key")
    values = headers.values(name)
    if not values:
        raise key_not_found(name)
    return Array(STRING, values)


@TYPE.method("bool TryGetValue(string name, out string[] value)")
def try_get(headers: Headers, name: str) -> tuple[bool, Array | None]:
    """Return whether the header is there, and its values."""
    values = headers.values(name)
    return bool(values), Array(STRING, values) if values else None


@TYPE.property("int Count")
def count(headers: Headers) -> int:
    """Return the number of distinct names."""
    return len(headers.names())
