"""The collection interfaces of System.Collections.Generic: members by the value's own class."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import DotNetError, key_not_found
from headgate.csharp.runtime.collections import (
    Array,
    Dictionary,
    NetSet,
    array_get,
    array_set,
    list_get,
    list_set,
)
from headgate.csharp.runtime.jsonbase import JToken
from headgate.csharp.runtime.jsontree import JArray
from headgate.csharp.runtime.sequences import walk
from headgate.csharp.types import STRING
from headgate.csharp.values import to_text
from headgate.model.messages import Headers

GENERIC = "System.Collections.Generic"
COLLECTION = DotNetType(
    f"{GENERIC}.ICollection<T>", kind="interface", bases=("IReadOnlyCollection<T>",)
)
READ_COLLECTION = DotNetType(
    f"{GENERIC}.IReadOnlyCollection<T>", kind="interface", bases=("IEnumerable<T>",)
)
LIST = DotNetType(f"{GENERIC}.IList<T>", kind="interface", bases=("ICollection<T>",))
READ_LIST = DotNetType(
    f"{GENERIC}.IReadOnlyList<T>", kind="interface", bases=("IReadOnlyCollection<T>",)
)
SET = DotNetType(f"{GENERIC}.ISet<T>", kind="interface", bases=("ICollection<T>",))
READ_MAP = DotNetType(
    f"{GENERIC}.IReadOnlyDictionary<K, V>",
    kind="interface",
    bases=("IReadOnlyCollection<KeyValuePair<K, V>>",),
)
MAP = DotNetType(
    f"{GENERIC}.IDictionary<K, V>",
    kind="interface",
    bases=("IReadOnlyDictionary<K, V>", "ICollection<KeyValuePair<K, V>>"),
)


@READ_COLLECTION.property("int Count")
def count(source: Any) -> int:
    """Return the number of items."""
    if isinstance(source, Headers):
        return len(source.names())
    if isinstance(source, JToken):
        return len(source.children())
    return len(source)


def fixed_size() -> DotNetError:
    """Return the error of adding to an array."""
    return DotNetError("System.NotSupportedException", "Collection was of a fixed size.")


def add(target: Any, item: Any) -> None:
    """Add an item."""
    if isinstance(target, Array | bytearray):
        raise fixed_size()
    if isinstance(target, NetSet):
        target.add(item)
    elif isinstance(target, JArray):
        target.items.append(item)
    else:
        target.append(item)


COLLECTION.method("void Add(T item)")(add)


@COLLECTION.method("void Clear()")
def clear(target: Any) -> None:
    """Remove all items."""
    if isinstance(target, Array | bytearray):
        raise fixed_size()
    target.clear()


@COLLECTION.method("bool Contains(T item)")
def contains(target: Any, item: Any) -> bool:
    """Tell whether an item is in the collection."""
    return target.contains(item) if isinstance(target, NetSet) else item in walk(target)


def get(items: Any, index: int) -> Any:
    """Return an element."""
    if isinstance(items, JArray):
        return items.get(index)
    return (
        array_get(items, index) if isinstance(items, Array | bytearray) else list_get(items, index)
    )


def set_(items: Any, index: int, value: Any) -> Any:
    """Assign an element."""
    setter = array_set if isinstance(items, Array | bytearray) else list_set
    return setter(items, index, value)


LIST.indexer("T this[int index]", setter=set_)(get)
READ_LIST.indexer("T this[int index]")(get)


@LIST.method("int IndexOf(T item)")
def index_of(items: Any, item: Any) -> int:
    """Return the place of an item, or -1."""
    return next((place for place, one in enumerate(walk(items)) if one == item), -1)


# -- dictionaries -------------------------------------------------------------------------------


def find(source: Any, key: Any) -> tuple[bool, Any]:
    """Return whether a key is there, and its value."""
    if isinstance(source, Dictionary):
        return source.contains(key), source.find(key)
    if isinstance(source, Headers):
        values = source.values(key)
        return bool(values), Array(STRING, values) if values else None
    value = source.get(key)
    return key in source, Array(STRING, value) if type(value) is list else value


@READ_MAP.indexer("V this[K key]")
def look_up(source: Any, key: Any) -> Any:
    """Return the value of a key. Raises KeyNotFoundException."""
    there, value = find(source, key)
    if not there:
        raise key_not_found(to_text(key))
    return value


READ_MAP.method("bool ContainsKey(K key)")(lambda source, key: find(source, key)[0])
READ_MAP.method("bool TryGetValue(K key, out V value)")(find)


@READ_MAP.property("IEnumerable<K>! Keys")
def keys(source: Any) -> Array:
    """Return the keys."""
    return Array(STRING, [pair.key for pair in walk(source)])


@READ_MAP.property("IEnumerable<V>! Values")
def values(source: Any) -> Array:
    """Return the values."""
    return Array(STRING, [pair.value for pair in walk(source)])


def joined_values(source: Any, name: str, default: str | None = None) -> str | None:
    """Return values joined with commas, as the extension methods of APIM do (apim.md 8.4)."""
    there, value = find(source, name)
    if not there:
        return default
    return value if isinstance(value, str) else ",".join(value)


EXTENSIONS = DotNetType("Apim.Expressions.ContextExtensions", kind="static")
for kind in ("string[]", "string"):
    THIS = f"this IReadOnlyDictionary<string, {kind}> map"
    EXTENSIONS.extension(f"string GetValueOrDefault({THIS}, string name)")(joined_values)
    EXTENSIONS.extension(f"string GetValueOrDefault({THIS}, string name, string defaultValue)")(
        joined_values
    )


@EXTENSIONS.extension(
    "string[] GetValueOrDefault(this IReadOnlyDictionary<string, string[]> map, string name,"
    " string[] defaultValue)"
)
def listed_values(source: Any, name: str, default: Array) -> Any:
    """Return the values as they are, as .NET's CollectionExtensions do."""
    there, value = find(source, name)
    return value if there else default


MAP.method("void Add(K key, V value)", code="{0}.add({1}, {2})")
MAP.method("bool Remove(K key)", code="{0}.remove({1})")


def assign(target: Dictionary, key: Any, value: Any) -> Any:
    """Assign a value."""
    return target.set(key, value)


MAP.indexer("V this[K key]", setter=assign)(look_up)
TYPES = (COLLECTION, READ_COLLECTION, LIST, READ_LIST, SET, READ_MAP, MAP, EXTENSIONS)
