"""Newtonsoft.Json.Linq.JArray."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import bad_argument, out_of_range
from headgate.csharp.library.jcontainer import add
from headgate.csharp.runtime.jsonbase import JToken
from headgate.csharp.runtime.jsonconvert import from_object
from headgate.csharp.runtime.jsonreader import parse_array
from headgate.csharp.runtime.jsontree import JArray, adopted

TYPE = DotNetType(
    "Newtonsoft.Json.Linq.JArray", bases=("JContainer", "IList<JToken>"), python=JArray
)


def set_element(target: JArray, index: int, value: JToken | None) -> JToken | None:
    """Assign an element."""
    target.set(index, value)
    return value


TYPE.indexer("JToken! this[int index]", setter=set_element, null_ok=True)(JArray.get)
TYPE.constructor("()")(JArray)


@TYPE.constructor("(JArray other)")
def copy(other: JArray) -> JToken:
    """Return a deep copy."""
    return other.clone()


@TYPE.constructor("(params object[] content)")
@TYPE.constructor("(object content)")
def of_content(values: Any) -> JArray:
    """Return an array of values; a sequence gives its items."""
    target = JArray()
    single = isinstance(values, JToken | str) or not hasattr(values, "__iter__")
    for value in [values] if single else values:
        add(target, value)
    return target


TYPE.property("int Count", code="len({0}.items)")
TYPE.method("void Add(JToken item)")(add)
TYPE.method("void Clear()", code="{0}.items.clear()")


@TYPE.method("void Insert(int index, JToken item)")
def insert(target: JArray, index: int, item: JToken | None) -> None:
    """Insert an element."""
    if not 0 <= index <= len(target.items):
        raise out_of_range("index")
    target.items.insert(index, adopted(item, target))


@TYPE.method("void RemoveAt(int index)")
def remove_at(target: JArray, index: int) -> None:
    """Remove the element at a place."""
    target.get(index).parent = None
    del target.items[index]


@TYPE.method("int IndexOf(JToken item)")
def index_of(target: JArray, item: JToken | None) -> int:
    """Return the place of a token, found by reference, or -1."""
    return next((place for place, one in enumerate(target.items) if one is item), -1)


@TYPE.method("bool Contains(JToken item)")
def contains(target: JArray, item: JToken | None) -> bool:
    """Tell whether a token is an element, found by reference."""
    return index_of(target, item) >= 0


@TYPE.method("bool Remove(JToken item)")
def remove(target: JArray, item: JToken | None) -> bool:
    """Remove a token and tell whether it was there."""
    place = index_of(target, item)
    if place >= 0:
        remove_at(target, place)
    return place >= 0


TYPE.static("JArray! Parse(string json)")(parse_array)


@TYPE.static("JArray! FromObject(object o)")
def array_from(value: Any) -> JArray:
    """Return a .NET collection as JSON. Raises ArgumentException if that is no array."""
    found = from_object(value)
    if not isinstance(found, JArray):
        raise bad_argument("Object serialized to something else than an array.")
    return found
