"""Json.NET's tree: JObject, JArray, JProperty, JValue over plain dicts and lists.

A container holds what the parser made; a child becomes a token when somebody reads it and takes its
raw place. A large body of which a policy reads two members therefore costs two tokens.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from headgate.csharp.budget import ITEM, made, spend
from headgate.csharp.errors import (
    DotNetError,
    bad_argument,
    invalid_operation,
    null_argument,
    out_of_range,
)
from headgate.csharp.runtime.dateparsing import json_date
from headgate.csharp.runtime.dates import DateTime, DateTimeOffset, TimeSpan
from headgate.csharp.runtime.guids import Guid
from headgate.csharp.runtime.jsonbase import LINQ, UNDEFINED, Json, JToken, Undefined
from headgate.csharp.runtime.jsonwriter import write
from headgate.csharp.types import Type
from headgate.csharp.values import Boxed, Char, Int64, Single, to_text

COPY = 1_500
"""Units of a token that is copied."""
NODE = 700
"""Units of a token that is made or compared."""

VALUE_TYPES: dict[type, int] = {
    type(None): 10,
    bool: 9,
    float: 7,
    Single: 7,
    Decimal: 7,
    str: 8,
    Char: 8,
    DateTime: 12,
    DateTimeOffset: 12,
    bytearray: 14,
    bytes: 14,
    Guid: 15,
    TimeSpan: 17,
    Undefined: 11,
}


class JValue(JToken, Boxed):
    """A value. A Python int inside is what Json.NET keeps as a long."""

    __slots__ = ("value",)
    NET = Type(f"{LINQ}.JValue")

    def __init__(self, value: Any, parent: JToken | None = None) -> None:
        self.value = value
        self.parent = parent

    @property
    def token_type(self) -> int:
        """Return JTokenType, by the class of the value."""
        return VALUE_TYPES.get(type(self.value), 6)

    def raw(self) -> Json:
        """Return the value."""
        return self.value

    def clone(self) -> JToken:
        """Return a copy."""
        return JValue(self.value)

    def net_value(self) -> Any:
        """Return the value as .NET has it."""
        value = self.value
        return Int64(value) if type(value) is int else None if value is UNDEFINED else value

    def to_text(self) -> str:
        """Return the text of the value; null is empty."""
        return to_text(self.value) if self.value is not UNDEFINED else ""

    def net_equals(self, other: object) -> bool:
        """Compare values of two JValues."""
        return isinstance(other, JValue) and same(self, other)


class JRaw(JValue):
    """JSON text that is written as it is."""

    __slots__ = ()
    NET = Type(f"{LINQ}.JRaw")

    @property
    def token_type(self) -> int:
        """Return Raw."""
        return 13

    def clone(self) -> JToken:
        """Return a copy."""
        return JRaw(self.value)


class JObject(JToken):
    """An object: `items` by name, in order."""

    __slots__ = ("items",)
    NET = Type(f"{LINQ}.JObject")
    TYPE = 1

    def __init__(self, items: dict[str, Json] | None = None, parent: JToken | None = None) -> None:
        self.items: dict[str, Json] = {} if items is None else items
        self.parent = parent

    def raw(self) -> Json:
        """Return the dict."""
        return self.items

    def get(self, name: str | None) -> JToken | None:
        """Return a member, None if there is none."""
        items = self.items
        if name in items:
            item = items[name]
            if isinstance(item, JToken):
                return item
            token = items[name] = wrap(item, self)
            return token
        if name is None:
            raise null_argument("propertyName")
        return None

    def set(self, name: str, value: JToken | None) -> None:
        """Assign a member."""
        if name is None:
            raise null_argument("propertyName")
        spend(NODE)
        self.items[name] = adopted(value, self)

    def add(self, name: str, value: JToken | None) -> None:
        """Add a member. Raises ArgumentException if it is there."""
        if name in self.items:
            raise bad_argument(
                f"Can not add property {name} to {LINQ}.JObject. "
                "Property with the same name already exists on object."
            )
        self.set(name, value)

    def children(self) -> list[JToken]:
        """Return the properties."""
        spend(NODE * len(self.items))
        return [JProperty(name, owner=self) for name in self.items]

    def clone(self) -> JToken:
        """Return a deep copy."""
        copy = JObject()
        spend(COPY * len(self.items))
        for name, item in self.items.items():
            copy.items[name] = copied(item, copy)
        return copy

    def to_text(self) -> str:
        """Return indented JSON."""
        return write(self, True)


class JArray(JToken):
    """An array."""

    __slots__ = ("items",)
    NET = Type(f"{LINQ}.JArray")
    TYPE = 2

    def __init__(self, items: list[Json] | None = None, parent: JToken | None = None) -> None:
        self.items: list[Json] = [] if items is None else items
        self.parent = parent

    def raw(self) -> Json:
        """Return the list."""
        return self.items

    def get(self, index: int) -> JToken:
        """Return an element. Raises ArgumentOutOfRangeException."""
        items = self.items
        if not 0 <= index < len(items):
            raise out_of_range("index")
        item = items[index]
        if isinstance(item, JToken):
            return item
        token = items[index] = wrap(item, self)
        return token

    def set(self, index: int, value: JToken | None) -> None:
        """Assign an element."""
        if not 0 <= index < len(self.items):
            raise out_of_range("index")
        self.items[index] = adopted(value, self)

    def children(self) -> list[JToken]:
        """Return the elements."""
        spend(NODE * len(self.items))
        return [self.get(place) for place in range(len(self.items))]

    def clone(self) -> JToken:
        """Return a deep copy."""
        copy = JArray()
        spend(COPY * len(self.items))
        copy.items = [copied(item, copy) for item in self.items]
        return copy

    def to_text(self) -> str:
        """Return indented JSON."""
        return write(self, True)


class JProperty(JToken):
    """A name and a value: a view on the member of an object, or free-standing."""

    __slots__ = ("content", "name")
    NET = Type(f"{LINQ}.JProperty")
    TYPE = 4

    def __init__(
        self, name: str, content: JToken | None = None, owner: JObject | None = None
    ) -> None:
        self.name = name
        self.parent = owner
        self.content = content

    @property
    def value(self) -> JToken:
        """Return the value."""
        if isinstance(self.parent, JObject):
            found = self.parent.get(self.name)
            if found is not None:
                return found
        if self.content is None:
            self.content = JValue(None)
        return self.content

    def set_value(self, value: JToken | None) -> None:
        """Replace the value."""
        if isinstance(self.parent, JObject):
            self.parent.set(self.name, value)
        else:
            self.content = value if value is not None else JValue(None)

    def children(self) -> list[JToken]:
        """Return the value."""
        return [self.value]

    def raw(self) -> Json:
        """Return name and value."""
        return self.name, self.value

    def clone(self) -> JToken:
        """Return a free-standing copy."""
        return JProperty(self.name, self.value.clone())

    def to_text(self) -> str:
        """Return `"name": value`."""
        return write(self, True)

    def net_equals(self, other: object) -> bool:
        """Compare views of the same member."""
        if not isinstance(other, JProperty) or self.parent is None:
            return self is other
        return self.parent is other.parent and self.name == other.name


def wrap(raw: Json, parent: JToken | None = None) -> JToken:
    """Return a raw value as a token. Texts that look like a date become one, as in Json.NET."""
    kind = type(raw)
    if kind is dict:
        return JObject(raw, parent)
    if kind is list:
        return JArray(raw, parent)
    if kind is str and len(raw) >= 10 and (raw[0] == "/" or raw[10:11] == "T"):
        date = json_date(raw)
        return JValue(raw if date is None else date, parent)
    return JValue(raw, parent)


def adopted(value: JToken | None, parent: JToken) -> JToken:
    """Return a token that a container may own: null as a JValue, a copy if it has a parent."""
    if value is None:
        return JValue(None, parent)
    if value.parent is not None or value is parent:
        value = value.clone()
    if isinstance(value, JProperty):
        raise bad_argument("Can not add JProperty here.")
    if type(value) is JValue and type(value.value) is str:
        # The same text in many places is written as often.
        made(value.value)
    value.parent = parent
    return value


def copied(item: Json, parent: JToken) -> Json:
    """Return a deep copy of a raw value or token."""
    if isinstance(item, JToken):
        token = item.clone()
        token.parent = parent
        return token
    if isinstance(item, dict | list):
        return wrap(item).clone().raw()
    return item


def key_of(token: JToken) -> str | int:
    """Return the name or place of a token in its parent."""
    parent = token.parent
    if isinstance(parent, JObject):
        spend(ITEM * len(parent.items))
        return next(name for name, item in parent.items.items() if item is token)
    assert isinstance(parent, JArray)
    spend(ITEM * len(parent.items))
    return next(place for place, item in enumerate(parent.items) if item is token)


def visible_parent(token: JToken) -> JToken | None:
    """Return `Parent`: of a member its property, of a property the object."""
    if isinstance(token.parent, JObject) and not isinstance(token, JProperty):
        return JProperty(str(key_of(token)), owner=token.parent)
    return token.parent


def remove(token: JToken) -> None:
    """Take a token out of its parent."""
    parent = token.parent
    if parent is None:
        raise invalid_operation("The parent is missing.")
    if isinstance(token, JProperty) and isinstance(parent, JObject):
        token.content = token.value
        token.content.parent = None
        del parent.items[token.name]
    elif isinstance(parent, JArray):
        del parent.items[int(key_of(token))]
    else:
        raise DotNetError(
            "Newtonsoft.Json.JsonException", f"Cannot add or remove items from {LINQ}.JProperty."
        )
    token.parent = None


def replace(token: JToken, value: JToken | None) -> None:
    """Put another value into the place of a token."""
    parent = token.parent
    if parent is None:
        raise invalid_operation("The parent is missing.")
    if isinstance(parent, JObject):
        parent.set(str(key_of(token)), value)
    else:
        assert isinstance(parent, JArray)
        parent.set(int(key_of(token)), value)
    token.parent = None


def same(left: Json, right: Json) -> bool:
    """Return `JToken.DeepEquals`: order of members does not matter, integer and float differ."""
    one = left.raw() if isinstance(left, JToken) else left
    other = right.raw() if isinstance(right, JToken) else right
    if isinstance(one, JToken) or isinstance(other, JToken):
        return same(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        spend(NODE * len(one))
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        spend(NODE * len(one))
        return len(one) == len(other) and all(map(same, one, other))
    kinds = VALUE_TYPES.get(type(one), 6), VALUE_TYPES.get(type(other), 6)
    return kinds[0] == kinds[1] and bool(one == other)
