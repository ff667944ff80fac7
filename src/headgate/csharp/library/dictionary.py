"""System.Collections.Generic.Dictionary<K, V>."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.library.collectioninterfaces import find
from headgate.csharp.runtime.collections import Array, Dictionary
from headgate.csharp.runtime.defaults import default_value
from headgate.csharp.runtime.sequences import items
from headgate.csharp.types import Type

TYPE = DotNetType(
    "System.Collections.Generic.Dictionary<K, V>", bases=("IDictionary<K, V>",), python=Dictionary
)


@TYPE.generic_constructor("()")
@TYPE.generic_constructor("(IEqualityComparer<K> comparer)")
def create(*kinds: Type) -> Callable[..., Dictionary]:
    """Return the constructor of an empty dictionary."""

    def make(comparer: Any = None) -> Dictionary:
        return Dictionary(kinds, comparer and comparer.fold)

    return make


@TYPE.generic_constructor("(IDictionary<K, V> dictionary)")
@TYPE.generic_constructor("(IDictionary<K, V> dictionary, IEqualityComparer<K> comparer)")
def create_from(*kinds: Type) -> Callable[..., Dictionary]:
    """Return the constructor of a copy."""

    def make(source: Any, comparer: Any = None) -> Dictionary:
        made = Dictionary(kinds, comparer and comparer.fold)
        for pair in items(source):
            made.add(pair.key, pair.value)
        return made

    return make


def assign(target: Dictionary, key: Any, value: Any) -> Any:
    """Assign a value."""
    return target.set(key, value)


TYPE.indexer("V this[K key]", setter=assign)(Dictionary.get)
TYPE.property("int Count", code="len({0})")
TYPE.method("void Add(K key, V value)", code="{0}.add({1}, {2})")
TYPE.method("bool ContainsKey(K key)", code="{0}.contains({1})")
TYPE.method("bool Remove(K key)", code="{0}.remove({1})")
TYPE.method("void Clear()", code="{0}.entries.clear()")
TYPE.property("ICollection<K>! Keys")(
    lambda source: Array(source.kinds[0], [pair.key for pair in source])
)
TYPE.property("ICollection<V>! Values")(
    lambda source: Array(source.kinds[1], [pair.value for pair in source])
)


@TYPE.method("bool ContainsValue(V value)")
def contains_value(source: Dictionary, value: Any) -> bool:
    """Tell whether a value is in the dictionary."""
    return any(pair.value == value for pair in source)


@TYPE.generic("bool TryGetValue(K key, out V value)")
def try_get(*kinds: Type) -> Callable[[Dictionary, Any], tuple[bool, Any]]:
    """Return whether a key is there, and its value or the default."""
    from_type = default_value(kinds[1])

    def get(source: Dictionary, key: Any) -> tuple[bool, Any]:
        there, value = find(source, key)
        return there, value if there else from_type

    return get
