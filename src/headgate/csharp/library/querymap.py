"""`Url.Query`: IReadOnlyDictionary<string, string[]>, whose names ignore case."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import key_not_found
from headgate.csharp.runtime.collections import Array
from headgate.csharp.types import STRING

Query = dict[str, list[str]]

TYPE = DotNetType("Apim.Expressions.QueryMap", bases=("IReadOnlyDictionary<string, string[]>",))

TYPE.property("int Count")(len)


def find(query: Query, name: str) -> list[str] | None:
    """Return the values of a parameter, or None."""
    found = query.get(name)
    if found is None:
        folded = name.lower()
        found = next((values for known, values in query.items() if known.lower() == folded), None)
    return found


@TYPE.method("string GetValueOrDefault(string name)")
@TYPE.method("string GetValueOrDefault(string name, string defaultValue)")
def get_or_default(query: Query, name: str, default: str | None = None) -> str | None:
    """Return the values joined with commas, or the default (apim.md 8.4)."""
    values = find(query, name)
    return default if values is None else ",".join(values)


@TYPE.method("bool ContainsKey(string name)")
def contains(query: Query, name: str) -> bool:
    """Tell whether a parameter is there."""
    return find(query, name) is not None


@TYPE.indexer("string[]! this[string name]")
def get(query: Query, name: str) -> Array:
    """Return all values. Raises KeyNotFoundException."""
    values = find(query, name)
    if values is None:
        raise key_not_found(name)
    return Array(STRING, values)


@TYPE.method("bool TryGetValue(string name, out string[] value)")
def try_get(query: Query, name: str) -> tuple[bool, Array | None]:
    """Return whether the parameter is there, and its values."""
    values = find(query, name)
    return values is not None, None if values is None else Array(STRING, values)
