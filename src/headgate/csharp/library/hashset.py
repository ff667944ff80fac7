"""System.Collections.Generic.HashSet<T>."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.budget import ITEM, spend
from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.collections import NetSet
from headgate.csharp.runtime.sequences import items
from headgate.csharp.types import Type

TYPE = DotNetType("System.Collections.Generic.HashSet<T>", bases=("ISet<T>",), python=NetSet)


@TYPE.generic_constructor("()")
@TYPE.generic_constructor("(IEqualityComparer<T> comparer)")
def create(kind: Type) -> Callable[..., NetSet]:
    """Return the constructor of an empty set."""
    return lambda comparer=None: NetSet(kind, comparer and comparer.fold)


@TYPE.generic_constructor("(IEnumerable<T> collection)")
@TYPE.generic_constructor("(IEnumerable<T> collection, IEqualityComparer<T> comparer)")
def create_from(kind: Type) -> Callable[..., NetSet]:
    """Return the constructor of a set of items."""

    def make(source: Any, comparer: Any = None) -> NetSet:
        made = NetSet(kind, comparer and comparer.fold)
        for item in items(source):
            made.add(item)
        return made

    return make


TYPE.property("int Count", code="len({0})")
TYPE.method("bool Add(T item)", code="{0}.add({1})")
TYPE.method("bool Remove(T item)", code="{0}.remove({1})")
TYPE.method("bool Contains(T item)", code="{0}.contains({1})")


def keys(target: NetSet, source: Any) -> set[Any]:
    """Return the folded keys of other items."""
    spend(ITEM * len(target))
    return {target.fold(item) for item in items(source)}


@TYPE.method("void UnionWith(IEnumerable<T> other)")
def union_with(target: NetSet, source: Any) -> None:
    """Add items."""
    for item in items(source):
        target.add(item)


@TYPE.method("void IntersectWith(IEnumerable<T> other)")
def intersect_with(target: NetSet, source: Any) -> None:
    """Keep only items that the other has as well."""
    wanted = keys(target, source)
    for item in list(target):
        if target.fold(item) not in wanted:
            target.remove(item)


@TYPE.method("void ExceptWith(IEnumerable<T> other)")
def except_with(target: NetSet, source: Any) -> None:
    """Remove items."""
    for item in list(items(source)):
        target.remove(item)


TYPE.method("bool SetEquals(IEnumerable<T> other)")(
    lambda target, source: set(target.places) == keys(target, source)
)
TYPE.method("bool IsSubsetOf(IEnumerable<T> other)")(
    lambda target, source: set(target.places) <= keys(target, source)
)
TYPE.method("bool IsSupersetOf(IEnumerable<T> other)")(
    lambda target, source: set(target.places) >= keys(target, source)
)
TYPE.method("bool Overlaps(IEnumerable<T> other)")(
    lambda target, source: bool(set(target.places) & keys(target, source))
)
