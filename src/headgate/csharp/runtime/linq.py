"""The operators of LINQ over Python iterables. Whoever calls them has checked for null."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cmp_to_key
from operator import itemgetter
from typing import Any

from headgate.csharp.budget import ITEM, spend
from headgate.csharp.errors import invalid_operation, out_of_range
from headgate.csharp.runtime.collections import Grouping, Sequence, plain_key
from headgate.csharp.runtime.equality import compare
from headgate.csharp.runtime.sequences import walk
from headgate.csharp.types import Type

Items = Iterable[Any]
KEY = itemgetter(0)
COMPARISON = 250
"""Units of one comparison of a sort."""
Pick = Callable[..., Any]


def no_elements() -> Exception:
    """Return the error of an operator that needs an element."""
    return invalid_operation("Sequence contains no elements")


# -- lazy ---------------------------------------------------------------------------------------


def select_indexed(source: Items, pick: Pick) -> Iterator[Any]:
    """Yield results for items and their places."""
    for place, item in enumerate(source):
        yield pick(item, place)


def where_indexed(source: Items, test: Pick) -> Iterator[Any]:
    """Yield items that pass a test with their places."""
    for place, item in enumerate(source):
        if test(item, place):
            yield item


def select_many(source: Items, pick: Pick, result: Pick | None = None) -> Iterator[Any]:
    """Yield the items of the sequences behind items."""
    for item in source:
        for inner in walk(pick(item)):
            yield inner if result is None else result(item, inner)


def take(source: Items, count: int) -> Iterator[Any]:
    """Yield the first items."""
    if count <= 0:
        return
    for item in source:
        yield item
        count -= 1
        if count == 0:
            return


def skip(source: Items, count: int) -> Iterator[Any]:
    """Yield all but the first items."""
    for place, item in enumerate(source):
        if place >= count:
            yield item


def take_while(source: Items, test: Pick) -> Iterator[Any]:
    """Yield items until one fails."""
    for item in source:
        if not test(item):
            return
        yield item


def skip_while(source: Items, test: Pick) -> Iterator[Any]:
    """Yield items from the first that fails."""
    started = False
    for item in source:
        started = started or not test(item)
        if started:
            yield item


def fold_of(comparer: Any) -> Callable[[Any], Any]:
    """Return what makes keys of items."""
    fold: Callable[[Any], Any] = plain_key if comparer is None else comparer.fold
    return fold


def distinct(source: Items, comparer: Any = None) -> Iterator[Any]:
    """Yield each item once."""
    fold, seen = fold_of(comparer), set()
    for item in source:
        key = fold(item)
        if key not in seen:
            seen.add(key)
            yield item


def union(source: Items, other: Any, comparer: Any = None) -> Iterator[Any]:
    """Yield the items of both once."""
    yield from distinct(concat(source, other), comparer)


def intersect(source: Items, other: Any, comparer: Any = None) -> Iterator[Any]:
    """Yield the items that both have."""
    fold = fold_of(comparer)
    wanted = {fold(item) for item in walk(other)}
    for item in distinct(source, comparer):
        if fold(item) in wanted:
            yield item


def except_(source: Items, other: Any, comparer: Any = None) -> Iterator[Any]:
    """Yield the items that the other has not."""
    fold = fold_of(comparer)
    unwanted = {fold(item) for item in walk(other)}
    for item in distinct(source, comparer):
        if fold(item) not in unwanted:
            yield item


def concat(source: Items, other: Any) -> Iterator[Any]:
    """Yield the items of both."""
    yield from source
    yield from walk(other)


def zip_(source: Items, other: Any, pick: Pick) -> Iterator[Any]:
    """Yield results for pairs, as long as both last."""
    for left, right in zip(source, walk(other), strict=False):
        yield pick(left, right)


def reverse(source: Items) -> Iterator[Any]:
    """Yield the items from the last to the first."""
    yield from reversed(list(source))


def append(source: Items, item: Any) -> Iterator[Any]:
    """Yield the items and one more."""
    yield from source
    yield item


def prepend(source: Items, item: Any) -> Iterator[Any]:
    """Yield one more and the items."""
    yield item
    yield from source


def groups(
    source: Items, kinds: tuple[Type, Type], key: Pick, pick: Pick | None, comparer: Any = None
) -> list[Grouping]:
    """Return the items grouped by key, in order of first appearance."""
    found: dict[Any, Grouping] = {}
    fold = fold_of(comparer)
    for item in source:
        spend(2 * ITEM)
        value = key(item)
        group = found.setdefault(fold(value) if value is not None else None, Grouping(value, kinds))
        group.append(item if pick is None else pick(item))
    return list(found.values())


def join(source: Items, other: Any, left: Pick, right: Pick, result: Pick) -> Iterator[Any]:
    """Yield results for pairs whose keys are equal."""
    table: dict[Any, list[Any]] = {}
    for item in walk(other):
        table.setdefault(right(item), []).append(item)
    for item in source:
        for match in table.get(left(item), ()):
            yield result(item, match)


def group_join(
    source: Items, other: Any, keys: tuple[Pick, Pick], kind: Type, result: Pick
) -> Iterator[Any]:
    """Yield results for items with all their matches."""
    table: dict[Any, list[Any]] = {}
    for item in walk(other):
        table.setdefault(keys[1](item), []).append(item)
    for item in source:
        key = keys[0](item)
        yield result(item, Grouping(key, (kind, kind), table.get(key, ())))


def sorting(items: list[Any]) -> int:
    """Return the units that it takes to sort items."""
    size = len(items)
    return COMPARISON * size * size.bit_length()


class Ordered(Sequence):
    """`IOrderedEnumerable<T>`: sorted when it is enumerated, stable."""

    __slots__ = ("keys", "source")

    def __init__(self, element: Type, source: Any, keys: list[tuple[Pick, bool, Any]]) -> None:
        super().__init__(element, self.sorted)
        self.source = source
        self.keys = keys
        """Selector, descending, comparer; the most important first."""

    def net_type(self) -> Type:
        """Return `IOrderedEnumerable<T>`."""
        return Type("System.Linq.IOrderedEnumerable", (self.element,))

    def sorted(self) -> list[Any]:
        """Return the items in order."""
        found = list(walk(self.source))
        for pick, descending, comparer in reversed(self.keys):
            spend(sorting(found))
            keyed = cmp_to_key(compare if comparer is None else comparer.order)
            decorated = [(keyed(pick(item)), item) for item in found]
            decorated.sort(key=KEY, reverse=descending)
            found = [item for _, item in decorated]
        return found


# -- eager --------------------------------------------------------------------------------------


def first(source: Items, test: Pick | None = None) -> Any:
    """Return the first item. Raises InvalidOperationException when there is none."""
    for item in source:
        if test is None or test(item):
            return item
    raise no_elements()


def last(source: Items, test: Pick | None = None) -> Any:
    """Return the last item."""
    found = [item for item in source if test is None or test(item)]
    if not found:
        raise no_elements()
    return found[-1]


def single(source: Items, test: Pick | None = None) -> Any:
    """Return the only item."""
    found = [item for item in source if test is None or test(item)]
    if not found:
        raise no_elements()
    if len(found) > 1:
        raise invalid_operation("Sequence contains more than one element")
    return found[0]


def element_at(source: Items, index: int) -> Any:
    """Return the item at a place."""
    for place, item in enumerate(source):
        if place == index:
            return item
    raise out_of_range("index")


def count(source: Items, test: Pick | None = None) -> int:
    """Return the number of items."""
    if test is None:
        return sum(1 for _ in source)
    return sum(1 for item in source if test(item))


def any_(source: Items, test: Pick | None = None) -> bool:
    """Tell whether there is an item."""
    return any(test is None or test(item) for item in source)


def all_(source: Items, test: Pick) -> bool:
    """Tell whether all items pass."""
    return all(map(test, source))


def best(source: Items, sign: int, pick: Pick | None) -> Any:
    """Return the largest (sign 1) or smallest value; nulls do not count. None: there is none."""
    found: Any = None
    for item in source:
        value = item if pick is None else pick(item)
        if value is None:
            continue
        if found is None or compare(value, found) * sign > 0:
            found = value
    return found


def aggregate(source: Items, step: Pick) -> Any:
    """Return the items folded into one."""
    iterator = iter(source)
    for total in iterator:
        for item in iterator:
            total = step(total, item)
        return total
    raise no_elements()


def aggregate_from(source: Items, seed: Any, step: Pick, result: Pick | None = None) -> Any:
    """Return the items folded into a seed."""
    for item in source:
        seed = step(seed, item)
    return seed if result is None else result(seed)


def sequence_equal(source: Items, other: Any) -> bool:
    """Tell whether two sequences have the same items."""
    return list(source) == list(walk(other))
