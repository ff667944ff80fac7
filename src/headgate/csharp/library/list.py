"""System.Collections.Generic.List<T>."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from itertools import islice
from typing import Any

from headgate.csharp.budget import ITEM, spend
from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import bad_argument, out_of_range
from headgate.csharp.runtime.collections import WORD, Array, NetList, list_get, list_set, room
from headgate.csharp.runtime.equality import compare, equal
from headgate.csharp.runtime.linq import sorting
from headgate.csharp.runtime.sequences import items
from headgate.csharp.types import Type

LOOK = 150
"""Units of an item that is compared."""

TYPE = DotNetType(
    "System.Collections.Generic.List<T>", bases=("IList<T>", "IReadOnlyList<T>"), python=NetList
)


@TYPE.generic_constructor("()")
@TYPE.generic_constructor("(int capacity)")
def create(kind: Type) -> Callable[..., NetList]:
    """Return the constructor of an empty list."""
    return lambda _capacity=0: NetList(kind)


@TYPE.generic_constructor("(IEnumerable<T> collection)")
def create_from(kind: Type) -> Callable[[Any], NetList]:
    """Return the constructor of a list of items."""
    return lambda source: NetList(kind, items(source))


TYPE.indexer("T this[int index]", setter=list_set)(list_get)
TYPE.property("int Count", code="len({0})")
TYPE.property("int Capacity", code="len({0})")
TYPE.method("void Add(T item)", code="{0}.append({1})")
TYPE.method("void Clear()", code="{0}.clear()")


@TYPE.method("void AddRange(IEnumerable<T> collection)")
def add_range(target: NetList, source: Any) -> None:
    """Add several items. Raises OutOfMemoryException for more than a list may hold."""
    target.extend(list(islice(items(source), room(target) + 1)))
    room(target)


@TYPE.method("void Insert(int index, T item)")
def insert(target: NetList, index: int, item: Any) -> None:
    """Insert an item."""
    if not 0 <= index <= len(target):
        raise out_of_range("index")
    spend(len(target) - index)
    target.insert(index, item)


@TYPE.method("bool Remove(T item)")
def remove(target: NetList, item: Any) -> bool:
    """Remove the first such item and tell whether there was one."""
    place = index_of(target, item)
    if place >= 0:
        del target[place]
    return place >= 0


@TYPE.method("void RemoveAt(int index)")
def remove_at(target: NetList, index: int) -> None:
    """Remove the item at a place."""
    list_get(target, index)
    spend(len(target) - index)
    del target[index]


@TYPE.method("int RemoveAll(Predicate<T> match)")
def remove_all(target: NetList, test: Callable[[Any], bool]) -> int:
    """Remove items that match and return how many they were."""
    spend(ITEM * len(target))
    kept = [item for item in target if not test(item)]
    gone = len(target) - len(kept)
    target[:] = kept
    return gone


@TYPE.method("int IndexOf(T item)")
def index_of(target: NetList, item: Any) -> int:
    """Return the place of an item, or -1."""
    spend(LOOK * len(target))
    return next((place for place, one in enumerate(target) if equal(one, item)), -1)


@TYPE.method("bool Contains(T item)")
def contains(target: NetList, item: Any) -> bool:
    """Tell whether an item is in the list."""
    return index_of(target, item) >= 0


@TYPE.method("void Reverse()")
def reverse(target: NetList) -> None:
    """Reverse the list in place."""
    spend(len(target))
    target.reverse()


@TYPE.method("void Sort()")
def sort(target: NetList) -> None:
    """Sort the list in place."""
    spend(sorting(target))
    target.sort(key=cmp_to_key(compare))


@TYPE.method("void Sort(Comparison<T> comparison)")
def sort_by(target: NetList, comparison: Callable[[Any, Any], int]) -> None:
    """Sort the list in place by a comparison."""
    spend(sorting(target))
    target.sort(key=cmp_to_key(comparison))


@TYPE.method("T[]! ToArray()")
def to_array(target: NetList) -> Array:
    """Return the items as an array."""
    spend(WORD * len(target))
    return Array(target.element, target)


TYPE.method("IReadOnlyList<T>! AsReadOnly()", code="{0}")


@TYPE.method("List<T>! GetRange(int index, int count)")
def get_range(target: NetList, index: int, count: int) -> NetList:
    """Return a part of the list."""
    if index < 0 or count < 0:
        raise out_of_range("index")
    if index + count > len(target):
        raise bad_argument("Offset and length were out of bounds.")
    spend(WORD * count)
    return NetList(target.element, target[index : index + count])


@TYPE.method("T Find(Predicate<T> match)")
def find(target: NetList, test: Callable[[Any], bool]) -> Any:
    """Return the first item that matches, or null."""
    return next((item for item in target if test(item)), None)


TYPE.method("bool Exists(Predicate<T> match)")(lambda target, test: any(map(test, target)))
TYPE.method("bool TrueForAll(Predicate<T> match)")(lambda target, test: all(map(test, target)))


@TYPE.method("List<T>! FindAll(Predicate<T> match)")
def find_all(target: NetList, test: Callable[[Any], bool]) -> NetList:
    """Return all items that match."""
    return NetList(target.element, filter(test, target))


@TYPE.method("int FindIndex(Predicate<T> match)")
def find_index(target: NetList, test: Callable[[Any], bool]) -> int:
    """Return the place of the first item that matches, or -1."""
    return next((place for place, item in enumerate(target) if test(item)), -1)


@TYPE.method("void ForEach(Action<T> action)")
def for_each(target: NetList, action: Callable[[Any], Any]) -> None:
    """Do something with each item."""
    for item in target:
        action(item)
