"""Newtonsoft.Json.Linq.JObject."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import bad_argument, null_argument
from headgate.csharp.library.jcontainer import add
from headgate.csharp.runtime.collections import Array, Pair
from headgate.csharp.runtime.comparison import folded
from headgate.csharp.runtime.jsonbase import JToken
from headgate.csharp.runtime.jsonconvert import from_object
from headgate.csharp.runtime.jsonreader import parse_object
from headgate.csharp.runtime.jsontree import JObject, JProperty
from headgate.csharp.runtime.sequences import items as walk_items
from headgate.csharp.types import STRING, Type

TYPE = DotNetType("Newtonsoft.Json.Linq.JObject", bases=("JContainer",), python=JObject)
PROPERTY = Type("Newtonsoft.Json.Linq.JProperty")
PAIR = (STRING, Type("Newtonsoft.Json.Linq.JToken"))


def set_member(target: JObject, name: str, value: JToken | None) -> JToken | None:
    """Assign a member."""
    target.set(name, value)
    return value


TYPE.indexer("JToken this[string propertyName]", setter=set_member, null_ok=True)(JObject.get)
TYPE.constructor("()")(JObject)


@TYPE.constructor("(params object[] content)")
def of_content(values: Any) -> JObject:
    """Return an object of properties, given one by one or as sequences of them."""
    target = JObject()
    for value in values or ():
        if isinstance(value, JObject):
            for child in value.children():
                add(target, child)
        elif isinstance(value, JToken) or not hasattr(value, "__iter__"):
            add(target, value)
        else:
            for one in walk_items(value):
                add(target, one)
    return target


TYPE.property("int Count", code="len({0}.items)")
TYPE.method("void Add(string propertyName, JToken value)")(JObject.add)


@TYPE.method("bool Remove(string propertyName)")
def remove(target: JObject, name: str | None) -> bool:
    """Remove a member and tell whether it was there."""
    if name is None:
        raise null_argument("propertyName")
    if name not in target.items:
        return False
    gone = target.items.pop(name)
    if isinstance(gone, JToken):
        gone.parent = None
    return True


@TYPE.method("bool ContainsKey(string propertyName)")
def contains(target: JObject, name: str | None) -> bool:
    """Tell whether a member is there."""
    if name is None:
        raise null_argument("propertyName")
    return name in target.items


@TYPE.method("JToken GetValue(string propertyName)")
def get_value(target: JObject, name: str | None) -> JToken | None:
    """Return a member or null."""
    return None if name is None else target.get(name)


@TYPE.method("JToken GetValue(string propertyName, StringComparison comparison)")
def get_value_as(target: JObject, name: str | None, how: int) -> JToken | None:
    """Return a member whose name compares equal, an exact one first."""
    if name is None or name in target.items:
        return get_value(target, name)
    wanted = folded(name, how)
    found = next((known for known in target.items if folded(known, how) == wanted), None)
    return None if found is None else target.get(found)


@TYPE.method("bool TryGetValue(string propertyName, out JToken value)")
def try_get(target: JObject, name: str | None) -> tuple[bool, JToken | None]:
    """Return whether a member is there, and its value."""
    found = get_value(target, name)
    return found is not None, found


@TYPE.method("bool TryGetValue(string propertyName, StringComparison comparison, out JToken value)")
def try_get_as(target: JObject, name: str | None, how: int) -> tuple[bool, JToken | None]:
    """Return whether a member is there under a comparison, and its value."""
    found = get_value_as(target, name, how)
    return found is not None, found


@TYPE.method("JProperty Property(string name)")
def property_named(target: JObject, name: str | None) -> JProperty | None:
    """Return one property or null."""
    return JProperty(name, owner=target) if name is not None and name in target.items else None


@TYPE.method("IEnumerable<JProperty>! Properties()")
def properties(target: JObject) -> Array:
    """Return all properties."""
    return Array(PROPERTY, target.children())


@TYPE.method("IJEnumerable<JToken>! PropertyValues()")
def property_values(target: JObject) -> Array:
    """Return the values of all properties."""
    return Array(PAIR[1], [target.get(name) for name in target.items])


@TYPE.method("IEnumerable<KeyValuePair<string, JToken>>! GetEnumerator()")
def pairs(target: JObject) -> Array:
    """Return what `foreach` sees: names and values."""
    kind = Type("System.Collections.Generic.KeyValuePair", PAIR)
    return Array(kind, [Pair(name, target.get(name), PAIR) for name in target.items])


TYPE.static("JObject! Parse(string json)")(parse_object)


@TYPE.static("JObject! FromObject(object o)")
def object_from(value: Any) -> JObject:
    """Return a .NET object as JSON. Raises ArgumentException if that is no object."""
    found = from_object(value)
    if not isinstance(found, JObject):
        raise bad_argument("Object serialized to something else than an object.")
    return found
