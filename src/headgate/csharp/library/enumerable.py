"""System.Linq.Enumerable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import DotNetError, null_argument, out_of_range
from headgate.csharp.runtime import linq
from headgate.csharp.runtime.arithmetic import divide_decimal, fit_decimal, fitted_checked
from headgate.csharp.runtime.casts import CLASSES, caster, numeric_cast, tester
from headgate.csharp.runtime.collections import (
    MAX_ITEMS,
    Array,
    Dictionary,
    Grouping,
    NetList,
    NetSet,
    Sequence,
)
from headgate.csharp.runtime.defaults import default_value
from headgate.csharp.runtime.equality import equal
from headgate.csharp.runtime.sequences import items, walk
from headgate.csharp.surface import surface
from headgate.csharp.types import (
    BYTE,
    DECIMAL,
    DOUBLE,
    INT32,
    INT64,
    NULLABLE,
    SINGLE,
    Type,
    show,
)

TYPE = DotNetType("System.Linq.Enumerable", kind="static")
SOURCE = "this IEnumerable<T> source"
Function = Callable[..., Any]


def lazy(text: str, element: int, operator: Callable[..., Iterable[Any]]) -> None:
    """Declare an operator that yields items; `element` is the type parameter of its items."""

    def specialize(*kinds: Type) -> Function:
        kind = kinds[element]

        def run(source: Any, *rest: Any) -> Sequence:
            if source is None:
                raise null_argument("source")
            return Sequence(kind, lambda: operator(walk(source), *rest))

        return run

    TYPE.generic(text, static=True, extension=True)(specialize)


def eager(text: str, operator: Function) -> None:
    """Declare an operator that returns one value."""

    def run(source: Any, *rest: Any) -> Any:
        return operator(items(source), *rest)

    TYPE.extension(text)(run)


def typed(text: str, specialize: Callable[..., Function]) -> None:
    """Declare an operator whose function depends on its types."""
    TYPE.generic(text, static=True, extension=True)(specialize)


lazy(f"IEnumerable<R>! Select<T, R>({SOURCE}, Func<T, R> selector)", 1, lambda s, f: map(f, s))
lazy(f"IEnumerable<R>! Select<T, R>({SOURCE}, Func<T, int, R> selector)", 1, linq.select_indexed)
lazy(f"IEnumerable<T>! Where<T>({SOURCE}, Func<T, bool> test)", 0, lambda s, f: filter(f, s))
lazy(f"IEnumerable<T>! Where<T>({SOURCE}, Func<T, int, bool> test)", 0, linq.where_indexed)
lazy(
    f"IEnumerable<R>! SelectMany<T, R>({SOURCE}, Func<T, IEnumerable<R>> selector)",
    1,
    linq.select_many,
)
lazy(
    f"IEnumerable<R>! SelectMany<T, C, R>({SOURCE}, Func<T, IEnumerable<C>> selector, "
    "Func<T, C, R> result)",
    2,
    linq.select_many,
)
lazy(f"IEnumerable<T>! Take<T>({SOURCE}, int count)", 0, linq.take)
lazy(f"IEnumerable<T>! Skip<T>({SOURCE}, int count)", 0, linq.skip)
lazy(f"IEnumerable<T>! TakeWhile<T>({SOURCE}, Func<T, bool> test)", 0, linq.take_while)
lazy(f"IEnumerable<T>! SkipWhile<T>({SOURCE}, Func<T, bool> test)", 0, linq.skip_while)
lazy(f"IEnumerable<T>! Concat<T>({SOURCE}, IEnumerable<T> other)", 0, linq.concat)
lazy(f"IEnumerable<T>! Reverse<T>({SOURCE})", 0, linq.reverse)
lazy(f"IEnumerable<T>! Append<T>({SOURCE}, T element)", 0, linq.append)
lazy(f"IEnumerable<T>! Prepend<T>({SOURCE}, T element)", 0, linq.prepend)
lazy(
    f"IEnumerable<R>! Zip<T, U, R>({SOURCE}, IEnumerable<U> other, Func<T, U, R> result)",
    2,
    linq.zip_,
)
lazy(
    f"IEnumerable<R>! Join<T, U, K, R>({SOURCE}, IEnumerable<U> inner, Func<T, K> outerKey, "
    "Func<U, K> innerKey, Func<T, U, R> result)",
    3,
    linq.join,
)
for comparer in ("", ", IEqualityComparer<T> comparer"):
    lazy(f"IEnumerable<T>! Distinct<T>({SOURCE}{comparer})", 0, linq.distinct)
    OTHER = f"{SOURCE}, IEnumerable<T> other{comparer}"
    lazy(f"IEnumerable<T>! Union<T>({OTHER})", 0, linq.union)
    lazy(f"IEnumerable<T>! Intersect<T>({OTHER})", 0, linq.intersect)
    lazy(f"IEnumerable<T>! Except<T>({OTHER})", 0, linq.except_)


def group_join(*kinds: Type) -> Function:
    """Join with all matches of each item."""

    def run(source: Any, other: Any, *rest: Any) -> Sequence:
        keys, result = rest[:2], rest[2]
        return Sequence(
            kinds[3],
            lambda: linq.group_join(items(source), other, keys, kinds[1], result),
        )

    return run


typed(
    f"IEnumerable<R>! GroupJoin<T, U, K, R>({SOURCE}, IEnumerable<U> inner, Func<T, K> outerKey, "
    "Func<U, K> innerKey, Func<T, IEnumerable<U>, R> result)",
    group_join,
)


# -- order --------------------------------------------------------------------------------------


def order_by(descending: bool, more: bool) -> Callable[..., Function]:
    """Return OrderBy, ThenBy and their descending twins."""

    def specialize(*kinds: Type) -> Function:
        def run(source: Any, key: Function, comparer: Any = None) -> linq.Ordered:
            if source is None:
                raise null_argument("source")
            keys = [*source.keys] if more else []
            start = source.source if more else source
            return linq.Ordered(kinds[0], start, [*keys, (key, descending, comparer)])

        return run

    return specialize


for word, descending in (("", False), ("Descending", True)):
    for compared in ("", ", IComparer<K> comparer"):
        RESULT = "IOrderedEnumerable<T>!"
        typed(
            f"{RESULT} OrderBy{word}<T, K>({SOURCE}, Func<T, K> key{compared})",
            order_by(descending, False),
        )
        typed(
            f"{RESULT} ThenBy{word}<T, K>(this IOrderedEnumerable<T> source, "
            f"Func<T, K> key{compared})",
            order_by(descending, True),
        )


# -- groups -------------------------------------------------------------------------------------


def group_by(*kinds: Type) -> Function:
    """Return groups of items."""
    pair = (kinds[1], kinds[-1] if len(kinds) > 2 else kinds[0])

    def run(source: Any, key: Function, pick: Any = None) -> Sequence:
        if source is None:
            raise null_argument("source")
        element = Type("System.Linq.IGrouping", pair)
        return Sequence(element, lambda: linq.groups(walk(source), pair, key, pick))

    return run


def group_by_result(*kinds: Type) -> Function:
    """Return one result for each group."""
    pair = (kinds[1], kinds[0])

    def run(source: Any, key: Function, result: Function) -> Sequence:
        def make() -> list[Any]:
            found = linq.groups(items(source), pair, key, None)
            return [result(group.key, group) for group in found]

        return Sequence(kinds[2], make)

    return run


KEY = f"{SOURCE}, Func<T, K> key"
typed(f"IEnumerable<IGrouping<K, T>>! GroupBy<T, K>({KEY})", group_by)
typed(
    f"IEnumerable<IGrouping<K, E>>! GroupBy<T, K, E>({KEY}, Func<T, E> element)",
    group_by,
)
typed(
    f"IEnumerable<R>! GroupBy<T, K, R>({KEY}, Func<K, IEnumerable<T>, R> result)",
    group_by_result,
)


def to_lookup(*kinds: Type) -> Function:
    """Return a lookup: groups by key."""

    def run(source: Any, key: Function) -> Dictionary:
        found = Dictionary((kinds[1], kinds[0]))
        for group in linq.groups(items(source), (kinds[1], kinds[0]), key, None):
            found.set(group.key, group)
        return found

    return run


typed(f"ILookup<K, T>! ToLookup<T, K>({KEY})", to_lookup)


def to_dictionary(*kinds: Type) -> Function:
    """Return a dictionary by key."""
    pair = (kinds[1], kinds[-1] if len(kinds) > 2 else kinds[0])

    def run(source: Any, key: Function, *rest: Any) -> Dictionary:
        comparer = next((one for one in rest if one is not None and not callable(one)), None)
        pick = next((one for one in rest if callable(one)), None)
        found = Dictionary(pair, comparer and comparer.fold)
        for item in items(source):
            found.add(key(item), item if pick is None else pick(item))
        return found

    return run


for compared in ("", ", IEqualityComparer<K> comparer"):
    typed(f"Dictionary<K, T>! ToDictionary<T, K>({KEY}{compared})", to_dictionary)
    typed(
        f"Dictionary<K, E>! ToDictionary<T, K, E>({KEY}, Func<T, E> element{compared})",
        to_dictionary,
    )


# -- collections --------------------------------------------------------------------------------


def to_array(kind: Type) -> Function:
    """Return an array of the items."""
    if kind == BYTE:
        return lambda source: bytearray(items(source))
    return lambda source: Array(kind, items(source))


typed(f"T[]! ToArray<T>({SOURCE})", to_array)
typed(f"List<T>! ToList<T>({SOURCE})", lambda kind: lambda s: NetList(kind, items(s)))
TYPE.extension(f"IEnumerable<T> AsEnumerable<T>({SOURCE})")(items)


def to_set(kind: Type) -> Function:
    """Return a set of the items."""

    def run(source: Any, comparer: Any = None) -> NetSet:
        found = NetSet(kind, comparer and comparer.fold)
        for item in items(source):
            found.add(item)
        return found

    return run


typed(f"HashSet<T>! ToHashSet<T>({SOURCE})", to_set)
typed(f"HashSet<T>! ToHashSet<T>({SOURCE}, IEqualityComparer<T> comparer)", to_set)


def of_type(kind: Type) -> Function:
    """Return the items of a type."""
    test = tester(surface(), kind)
    return lambda source: Sequence(kind, lambda: filter(test, items(source)))


def cast(kind: Type) -> Function:
    """Return the items cast to a type."""
    convert = caster(surface(), kind)
    return lambda source: Sequence(kind, lambda: map(convert, items(source)))


typed("IEnumerable<R>! OfType<R>(this System.Collections.IEnumerable source)", of_type)
typed("IEnumerable<R>! Cast<R>(this System.Collections.IEnumerable source)", cast)


def default_if_empty(kind: Type) -> Function:
    """Return the items, or one default."""

    default = default_value(kind)

    def run(source: Any, value: Any = default) -> Sequence:
        return Sequence(kind, lambda: list(items(source)) or [value])

    return run


typed(f"IEnumerable<T>! DefaultIfEmpty<T>({SOURCE})", default_if_empty)
typed(f"IEnumerable<T>! DefaultIfEmpty<T>({SOURCE}, T defaultValue)", default_if_empty)


# -- one value ----------------------------------------------------------------------------------


def or_default(operator: Function) -> Callable[[Type], Function]:
    """Return an operator that gives the default where the other finds nothing."""

    def specialize(kind: Type) -> Function:
        default = default_value(kind)

        def run(source: Any, *rest: Any) -> Any:
            try:
                return operator(items(source), *rest)
            except DotNetError as error:
                if error.message.startswith("Sequence contains no") or error.parameter == "index":
                    return default
                raise

        return run

    return specialize


for word, operator in (("First", linq.first), ("Last", linq.last), ("Single", linq.single)):
    for test in ("", ", Func<T, bool> test"):
        eager(f"T {word}<T>({SOURCE}{test})", operator)
        typed(f"T {word}OrDefault<T>({SOURCE}{test})", or_default(operator))
eager(f"T ElementAt<T>({SOURCE}, int index)", linq.element_at)
typed(f"T ElementAtOrDefault<T>({SOURCE}, int index)", or_default(linq.element_at))
for test in ("", ", Func<T, bool> test"):
    eager(f"bool Any<T>({SOURCE}{test})", linq.any_)
    eager(f"int Count<T>({SOURCE}{test})", linq.count)
    eager(
        f"long LongCount<T>({SOURCE}{test})",
        lambda source, *rest: CLASSES[INT64](linq.count(source, *rest)),
    )
eager(f"bool All<T>({SOURCE}, Func<T, bool> test)", linq.all_)
eager(f"bool SequenceEqual<T>({SOURCE}, IEnumerable<T> other)", linq.sequence_equal)
eager(f"T Aggregate<T>({SOURCE}, Func<T, T, T> step)", linq.aggregate)
eager(f"A Aggregate<T, A>({SOURCE}, A seed, Func<A, T, A> step)", linq.aggregate_from)
eager(
    f"R Aggregate<T, A, R>({SOURCE}, A seed, Func<A, T, A> step, Func<A, R> result)",
    linq.aggregate_from,
)
eager(
    f"bool Contains<T>({SOURCE}, T value)",
    lambda source, value: any(equal(item, value) for item in source),
)
eager(
    f"bool Contains<T>({SOURCE}, T value, IEqualityComparer<T> comparer)",
    lambda source, value, comparer: any(comparer.equals(item, value) for item in source),
)


def extreme(sign: int) -> Callable[..., Function]:
    """Return Max or Min; of value types an empty sequence is an error."""

    def specialize(*kinds: Type) -> Function:
        needed = surface().is_value(kinds[-1])

        def run(source: Any, pick: Function | None = None) -> Any:
            found = linq.best(items(source), sign, pick)
            if found is None and needed:
                raise linq.no_elements()
            return found

        return run

    return specialize


for word, sign in (("Max", 1), ("Min", -1)):
    typed(f"T {word}<T>({SOURCE})", extreme(sign))
    typed(f"R {word}<T, R>({SOURCE}, Func<T, R> selector)", extreme(sign))


def summed(kind: Type) -> Function:
    """Return Sum for a numeric type; nulls do not count, integers may not overflow."""
    bare = kind.args[0] if kind.name == NULLABLE else kind
    if bare == DECIMAL:
        finish: Function = fit_decimal
    else:
        finish = fitted_checked(bare) if bare in (INT32, INT64) else CLASSES[bare]
    zero = numeric_cast(bare, False)(0)

    def run(source: Any, pick: Function | None = None) -> Any:
        values = items(source) if pick is None else map(pick, items(source))
        return finish(sum((value for value in values if value is not None), zero))

    return run


def averaged(kind: Type) -> Function:
    """Return Average for a numeric type."""
    bare = kind.args[0] if kind.name == NULLABLE else kind

    def run(source: Any, pick: Function | None = None) -> Any:
        values = items(source) if pick is None else map(pick, items(source))
        found = [value for value in values if value is not None]
        if not found:
            if kind.name == NULLABLE:
                return None
            raise linq.no_elements()
        if bare == DECIMAL:
            return divide_decimal(sum(found), numeric_cast(DECIMAL, False)(len(found)))
        mean = float(sum(found)) / len(found)
        return CLASSES[SINGLE](mean) if bare == SINGLE else mean

    return run


for base in (INT32, INT64, DOUBLE, SINGLE, DECIMAL):
    for number in (base, Type(NULLABLE, (base,))):
        name = show(number)
        mean = base if base in (DECIMAL, SINGLE) else DOUBLE
        average = show(mean) + ("?" if number.name == NULLABLE else "")
        total = show(base) if number == base else f"{show(base)}?"
        TYPE.extension(f"{total} Sum(this IEnumerable<{name}> source)")(summed(number))
        TYPE.extension(f"{total} Sum<T>({SOURCE}, Func<T, {name}> selector)")(summed(number))
        TYPE.extension(f"{average} Average(this IEnumerable<{name}> source)")(averaged(number))
        TYPE.extension(f"{average} Average<T>({SOURCE}, Func<T, {name}> selector)")(
            averaged(number)
        )


# -- sources ------------------------------------------------------------------------------------


@TYPE.static("IEnumerable<int>! Range(int start, int count)")
def range_(start: int, count: int) -> Sequence:
    """Return consecutive integers."""
    if count < 0 or count > MAX_ITEMS:
        raise out_of_range("count")
    return Sequence(INT32, lambda: range(start, start + count))


def repeat(kind: Type) -> Function:
    """Return one value several times."""

    def run(value: Any, count: int) -> Sequence:
        if count < 0 or count > MAX_ITEMS:
            raise out_of_range("count")
        return Sequence(kind, lambda: (value for _ in range(count)))

    return run


TYPE.generic("IEnumerable<T>! Repeat<T>(T element, int count)", static=True)(repeat)
TYPE.generic("T[]! Empty<T>()", static=True)(lambda kind: lambda: Array(kind))

GROUPING = DotNetType(
    "System.Linq.IGrouping<K, T>", kind="interface", bases=("IEnumerable<T>",), python=Grouping
)
GROUPING.property("K Key", code="{0}.key")
ORDERED = DotNetType(
    "System.Linq.IOrderedEnumerable<T>", kind="interface", bases=("IEnumerable<T>",)
)
LOOKUP = DotNetType(
    "System.Linq.ILookup<K, T>", kind="interface", bases=("IEnumerable<IGrouping<K, T>>",)
)
TYPES = (GROUPING, ORDERED, LOOKUP)
LOOKUP.property("int Count", code="len({0})")
LOOKUP.method("bool Contains(K key)", code="{0}.contains({1})")


@LOOKUP.indexer("IEnumerable<T>! this[K key]")
def look_up(found: Dictionary, key: Any) -> Any:
    """Return the group of a key, empty if there is none."""
    return found.find(key) or Array(found.kinds[1])
