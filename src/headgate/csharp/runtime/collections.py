"""Arrays, lists, dictionaries, sets and other containers as .NET has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from headgate.csharp.budget import BUDGET, ITEM, keyed, made, spend
from headgate.csharp.errors import (
    DotNetError,
    index_out_of_range,
    invalid_operation,
    key_not_found,
    null_argument,
    out_of_range,
    overflow,
)
from headgate.csharp.types import Type, array, enumerable, reflection_name
from headgate.csharp.values import Byte, NetObject, to_text

WORD = 8
"""Units, and bytes, of the room for one element."""

MEMBER = 600
"""Units of a member of a value that is compared, hashed or printed with it."""
ENTRY = 800
"""Units of a pair that is added."""

MAX_BYTES = 64 << 20
"""Bytes that one `byte[]` may have."""

STEP = ITEM
"""Units of an item that a lazy sequence hands on."""

MAX_ITEMS = 1_000_000
"""Elements that one array or sequence may be asked to make room for."""


class Items(list[Any], NetObject):
    """A Python list that knows its .NET element type."""

    __slots__ = ("element",)

    def __init__(self, element: Type, items: Iterable[Any] = ()) -> None:
        super().__init__(items)
        self.element = element

    def __hash__(self) -> int:  # type: ignore[override]  # .NET compares lists by identity
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other


class Array(Items):
    """`T[]`."""

    __slots__ = ()

    def net_type(self) -> Type:
        """Return `T[]`."""
        return array(self.element)


class NetList(Items):
    """`List<T>`."""

    __slots__ = ()

    def net_type(self) -> Type:
        """Return `List<T>`."""
        return Type("System.Collections.Generic.List", (self.element,))


def new_array(element: Type, default: Any, size: int) -> Array:
    """Return `new T[size]`."""
    if size < 0:
        raise overflow()
    if size > MAX_ITEMS:
        raise DotNetError("System.OutOfMemoryException", "The array is too large.")
    spend(size * WORD)
    return Array(element, [default] * size)


def room(target: list[Any]) -> int:
    """Return how many items more a list may hold. Raises OutOfMemoryException if too many."""
    left = MAX_ITEMS - len(target)
    if left < 0:
        raise DotNetError("System.OutOfMemoryException", "The list is too large.")
    return left


class NetQueue(Items):
    """`Queue<T>`."""

    __slots__ = ()

    def net_type(self) -> Type:
        """Return `Queue<T>`."""
        return Type("System.Collections.Generic.Queue", (self.element,))


class NetStack(Items):
    """`Stack<T>`, the top first."""

    __slots__ = ()

    def net_type(self) -> Type:
        """Return `Stack<T>`."""
        return Type("System.Collections.Generic.Stack", (self.element,))


def to_bytes(values: Iterable[int]) -> bytearray:
    """Return a `byte[]` of given values."""
    return bytearray(values)


def new_bytes(size: int) -> bytearray:
    """Return `new byte[size]`."""
    if not 0 <= size <= MAX_BYTES:
        raise overflow()
    spend(size)
    return bytearray(size)


def array_get(items: Any, index: int) -> Any:
    """Return `array[index]`."""
    if index < 0 or index >= len(items):
        raise index_out_of_range()
    return Byte(items[index]) if isinstance(items, bytearray) else items[index]


def array_set(items: Any, index: int, value: Any) -> Any:
    """Assign `array[index]`."""
    if index < 0 or index >= len(items):
        raise index_out_of_range()
    items[index] = value
    return value


def list_get(items: list[Any], index: int) -> Any:
    """Return `list[index]`."""
    if index < 0 or index >= len(items):
        raise out_of_range("index")
    return items[index]


def list_set(items: list[Any], index: int, value: Any) -> Any:
    """Assign `list[index]`."""
    if index < 0 or index >= len(items):
        raise out_of_range("index")
    items[index] = value
    return value


class Pair(NetObject):
    """`KeyValuePair<K, V>`."""

    __slots__ = ("key", "kinds", "value")

    def __init__(self, key: Any, value: Any, kinds: tuple[Type, ...]) -> None:
        self.key = key
        self.value = value
        self.kinds = kinds

    def net_type(self) -> Type:
        """Return `KeyValuePair<K, V>`."""
        return Type("System.Collections.Generic.KeyValuePair", self.kinds)

    def to_text(self) -> str:
        """Return `[key, value]`."""
        spend(2 * MEMBER)
        return made(f"[{to_text(self.key)}, {to_text(self.value)}]")

    def __eq__(self, other: object) -> bool:
        spend(2 * MEMBER)
        return isinstance(other, Pair) and (self.key, self.value) == (other.key, other.value)

    def __hash__(self) -> int:
        spend(2 * MEMBER)
        return hash((SALT, self.key, self.value))


SALT = hash("headgate")
"""Differs in every process: nobody can choose values that hash alike."""


def plain_key(key: Any) -> Any:
    """Return what stands for a key with the default comparer: nearly always the key.

    Of decimals that is a text, since Python gives too many of them one hash.
    """
    kind = type(key)
    if kind is str:
        keyed(key)
    elif kind is Decimal:
        spend(ENTRY)
        return f"{key.normalize():f}", Decimal
    return key


class Dictionary(NetObject):
    """`Dictionary<K, V>`: `entries` by the key as its comparer folds it."""

    __slots__ = ("entries", "fold", "kinds")

    def __init__(self, kinds: tuple[Type, ...], fold: Callable[[Any], Any] | None = None) -> None:
        self.kinds = kinds
        self.fold = fold or plain_key
        self.entries: dict[Any, Pair] = {}

    def net_type(self) -> Type:
        """Return `Dictionary<K, V>`."""
        return Type("System.Collections.Generic.Dictionary", self.kinds)

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Pair]:
        return watched(self.entries, self.entries.values())

    def place(self, key: Any) -> Any:
        """Return the folded key. Raises ArgumentNullException for null."""
        if key is None:
            raise null_argument("key")
        return self.fold(key)

    def get(self, key: Any) -> Any:
        """Return `dictionary[key]`. Raises KeyNotFoundException."""
        found = self.entries.get(self.place(key))
        if found is None:
            raise key_not_found(to_text(key))
        return found.value

    def find(self, key: Any, default: Any = None) -> Any:
        """Return the value or a default."""
        found = self.entries.get(self.place(key))
        return default if found is None else found.value

    def contains(self, key: Any) -> bool:
        """Return `ContainsKey`."""
        return self.place(key) in self.entries

    def set(self, key: Any, value: Any) -> Any:
        """Assign `dictionary[key]`."""
        place = self.place(key)
        spend(ENTRY)
        known = self.entries.get(place)
        self.entries[place] = Pair(known.key if known else key, value, self.kinds)
        return value

    def add(self, key: Any, value: Any) -> None:
        """Add a pair. Raises ArgumentException for a key that is there."""
        if self.contains(key):
            raise DotNetError(
                "System.ArgumentException", "An item with the same key has already been added."
            )
        self.set(key, value)

    def remove(self, key: Any) -> bool:
        """Remove a key and tell whether it was there."""
        return self.entries.pop(self.place(key), None) is not None


def watched(owner: Any, items: Iterable[Any]) -> Iterator[Any]:
    """Yield items; a change of the collection meanwhile is an error, as in .NET."""
    size = len(owner)
    iterator = iter(items)
    while True:
        if len(owner) != size:
            raise invalid_operation(
                "Collection was modified; enumeration operation may not execute."
            )
        try:
            item = next(iterator)
        except StopIteration:
            return
        BUDGET.left -= ITEM
        if BUDGET.left < 0:
            BUDGET.spend(0)
        yield item


def counted(items: Iterable[Any]) -> Iterator[Any]:
    """Yield items that are made one by one, and charged."""
    for item in items:
        BUDGET.left -= 3 * ITEM
        if BUDGET.left < 0:
            BUDGET.spend(0)
        yield item


class NetSet(NetObject):
    """`HashSet<T>`: items by their folded key, in order of insertion.

    .NET puts an added item into the place of the last removed one; `free` remembers those places.
    """

    __slots__ = ("element", "fold", "free", "places", "slots")

    def __init__(self, element: Type, fold: Callable[[Any], Any] | None = None) -> None:
        self.element = element
        self.fold = fold or plain_key
        self.slots: list[Any] = []
        self.free: list[int] = []
        self.places: dict[Any, int] = {}

    def net_type(self) -> Type:
        """Return `HashSet<T>`."""
        return Type("System.Collections.Generic.HashSet", (self.element,))

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[Any]:
        spend(len(self.places) * 2 * ITEM)
        return watched(self.places, [self.slots[place] for place in sorted(self.places.values())])

    def contains(self, item: Any) -> bool:
        """Tell whether an item is in the set."""
        return self.fold(item) in self.places

    def add(self, item: Any) -> bool:
        """Add an item and tell whether it is new."""
        key = self.fold(item)
        spend(ITEM)
        if key in self.places:
            return False
        place = self.free.pop() if self.free else len(self.slots)
        self.slots[place : place + 1] = [item]
        self.places[key] = place
        return True

    def remove(self, item: Any) -> bool:
        """Remove an item and tell whether it was there."""
        place = self.places.pop(self.fold(item), None)
        if place is None:
            return False
        self.free.append(place)
        return True


class Anonymous(NetObject):
    """An object of an anonymous type; equal if all members are."""

    __slots__ = ("fields", "kind")

    def __init__(self, kind: Type, *values: Any) -> None:
        self.kind = kind
        self.fields = dict(zip([name for name, _ in kind.fields], values, strict=True))

    def net_type(self) -> Type:
        """Return the anonymous type."""
        return self.kind

    def to_text(self) -> str:
        """Return `{ a = 1, b = x }`."""
        spend(MEMBER * len(self.fields))
        shown = ", ".join(f"{name} = {to_text(value)}" for name, value in self.fields.items())
        return made(f"{{ {shown} }}")

    def net_equals(self, other: object) -> bool:
        """Compare member by member."""
        return self == other

    def __eq__(self, other: object) -> bool:
        spend(MEMBER * len(self.fields))
        return isinstance(other, Anonymous) and self.fields == other.fields

    def __hash__(self) -> int:
        spend(MEMBER * len(self.fields))
        return hash((SALT, *self.fields.values()))


class NetTuple(NetObject):
    """`Tuple<...>`."""

    __slots__ = ("items", "kinds")

    def __init__(self, kinds: tuple[Type, ...], *items: Any) -> None:
        self.kinds = kinds
        self.items = items

    def net_type(self) -> Type:
        """Return `Tuple<...>`."""
        return Type("System.Tuple", self.kinds)

    def to_text(self) -> str:
        """Return `(1, a)`."""
        spend(MEMBER * len(self.items))
        return made(f"({', '.join(map(to_text, self.items))})")

    def net_equals(self, other: object) -> bool:
        """Compare item by item."""
        return self == other

    def __eq__(self, other: object) -> bool:
        spend(MEMBER * len(self.items))
        return isinstance(other, NetTuple) and self.items == other.items

    def __hash__(self) -> int:
        spend(MEMBER * len(self.items))
        return hash((SALT, *self.items))


class Grouping(Items):
    """`IGrouping<K, T>`: items with a key."""

    __slots__ = ("key", "key_kind")

    def __init__(self, key: Any, kinds: tuple[Type, Type], items: Iterable[Any] = ()) -> None:
        super().__init__(kinds[1], items)
        self.key = key
        self.key_kind = kinds[0]

    def net_type(self) -> Type:
        """Return `IGrouping<K, T>`."""
        return Type("System.Linq.IGrouping", (self.key_kind, self.element))

    def to_text(self) -> str:
        """Return the name of .NET's own class."""
        return reflection_name(Type("System.Linq.Grouping", (self.key_kind, self.element)))


class Sequence(NetObject):
    """A lazy `IEnumerable<T>`: every enumeration starts again and counts against the budget."""

    __slots__ = ("element", "make")

    def __init__(self, element: Type, make: Callable[[], Iterable[Any]]) -> None:
        self.element = element
        self.make = make

    def net_type(self) -> Type:
        """Return `IEnumerable<T>`; .NET has a hidden type here."""
        return enumerable(self.element)

    def __iter__(self) -> Iterator[Any]:
        budget = BUDGET
        for item in self.make():
            budget.left -= STEP
            if budget.left < 0:
                budget.spend(0)
            yield item


class NetType(NetObject):
    """`System.Type`, what `GetType()` and `typeof` return."""

    __slots__ = ("kind",)
    NET = Type("System.Type")

    def __init__(self, kind: Type) -> None:
        self.kind = kind

    def to_text(self) -> str:
        """Return the reflection name."""
        return reflection_name(self.kind)

    def net_equals(self, other: object) -> bool:
        """Compare the types."""
        return self == other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NetType) and self.kind == other.kind

    def __hash__(self) -> int:
        return hash(self.kind)
