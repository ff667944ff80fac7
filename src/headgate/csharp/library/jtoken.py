"""Newtonsoft.Json.Linq.JToken: any JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import (
    DotNetError,
    bad_argument,
    invalid_operation,
    null_argument,
    null_reference,
)
from headgate.csharp.runtime import jsonreader, jsontree
from headgate.csharp.runtime.collections import Array, Items
from headgate.csharp.runtime.jsonbase import JToken, TokenType
from headgate.csharp.runtime.jsonconvert import (
    from_object,
    to_net,
    token_cast,
    value_reader,
)
from headgate.csharp.runtime.jsonpath import select
from headgate.csharp.runtime.jsontree import JArray, JObject, JProperty, JValue
from headgate.csharp.runtime.jsonwriter import write
from headgate.csharp.types import Type, array, nullable, show, simple

TOKEN = Type("Newtonsoft.Json.Linq.JToken")
TYPE = DotNetType(
    "Newtonsoft.Json.Linq.JToken",
    bases=("IEnumerable<JToken>",),
    python=(JToken, JObject, JArray, JValue, JProperty, jsontree.JRaw),
)

# -- children -----------------------------------------------------------------------------------


def get_item(token: JToken | None, key: Any) -> JToken | None:
    """Return `token[key]`: a member by name, an element by place."""
    if type(token) is JObject and type(key) is str:
        return token.get(key)
    if token is None:
        null_reference()
    if isinstance(token, JObject):
        if isinstance(key, str):
            return token.get(key)
        raise bad_argument(f"Accessed JObject values with invalid key value: {key}.")
    if isinstance(token, JArray):
        if isinstance(key, int):
            return token.get(key)
        raise bad_argument(f'Accessed JArray values with invalid key value: "{key}".')
    raise invalid_operation(f"Cannot access child value on {token.net_type()}.")


def set_item(token: JToken, key: Any, value: JToken | None) -> JToken | None:
    """Assign `token[key]`."""
    named = isinstance(token, JObject) and isinstance(key, str)
    if not named and not (isinstance(token, JArray) and isinstance(key, int)):
        raise bad_argument(f"Set {token.net_type()} values with invalid key value.")
    assert isinstance(token, JObject | JArray)
    token.set(key, value)
    return value


TYPE.indexer("JToken this[object key]", setter=set_item, null_ok=True)(get_item)
TYPE.property("JContainer Parent")(jsontree.visible_parent)
TYPE.property("bool HasValues")(lambda token: bool(token.children()))


@TYPE.property("JTokenType Type")
def token_type(token: JToken) -> int:
    """Return JTokenType."""
    return TokenType(token.token_type)


@TYPE.property("JToken First")
def first(token: JToken) -> JToken | None:
    """Return the first child."""
    return next(iter(token.children()), None)


@TYPE.property("JToken Last")
def last(token: JToken) -> JToken | None:
    """Return the last child."""
    return next(reversed(token.children()), None)


def sibling(token: JToken, step: int) -> JToken | None:
    """Return a neighbour among the children of the parent."""
    parent = jsontree.visible_parent(token)
    if parent is None:
        return None
    children = parent.children()
    place = next(
        place for place, one in enumerate(children) if one.net_equals(token) or one is token
    )
    return children[place + step] if 0 <= place + step < len(children) else None


TYPE.property("JToken Next")(lambda token: sibling(token, 1))
TYPE.property("JToken Previous")(lambda token: sibling(token, -1))


@TYPE.property("JToken! Root")
def root(token: JToken) -> JToken:
    """Return the outermost token."""
    while token.parent is not None:
        token = token.parent
    return token


@TYPE.property("string! Path")
def path(token: JToken) -> str:
    """Return the path from the root."""
    parts: list[str] = []
    while token.parent is not None:
        key = token.name if isinstance(token, JProperty) else jsontree.key_of(token)
        if isinstance(key, int):
            parts.append(f"[{key}]")
        else:
            parts.append(f".{key}" if key.replace("_", "a").isalnum() else f"['{key}']")
        token = token.parent
    return "".join(reversed(parts)).removeprefix(".")


def listed(tokens: list[JToken]) -> Array:
    """Return tokens as a sequence."""
    return Array(TOKEN, tokens)


TYPE.method("IJEnumerable<JToken>! Children()")(lambda token: listed(token.children()))
TYPE.method("IJEnumerable<JToken>! Values()")(lambda token: listed(values(token)))


def values(token: JToken) -> list[JToken]:
    """Return the values of an object's members or an array's elements."""
    if isinstance(token, JObject):
        return [found for name in token.items if (found := token.get(name)) is not None]
    return token.children()


@TYPE.generic("IEnumerable<T>! Values<T>()")
def values_as(kind: Type) -> Callable[[JToken], Array]:
    """Return the children converted to a type."""
    read = value_reader(kind)
    return lambda token: Array(kind, [read(one) for one in values(token)])


@TYPE.method("IEnumerable<JToken>! Ancestors()")
def ancestors(token: JToken) -> Array:
    """Return parent, grandparent and so on."""
    found: list[JToken] = []
    above = jsontree.visible_parent(token)
    while above is not None:
        found.append(above)
        above = jsontree.visible_parent(above)
    return listed(found)


# -- values -------------------------------------------------------------------------------------


@TYPE.generic("T Value<T>(object key)")
def value_of_key(kind: Type) -> Callable[[JToken, Any], Any]:
    """Return a child converted to a type; a missing one gives the default."""
    read = value_reader(kind)

    def value(token: JToken, key: Any) -> Any:
        return read(token.get(key) if type(token) is JObject and key else get_item(token, key))

    return value


@TYPE.generic("T ToObject<T>()")
def to_object(kind: Type) -> Callable[[JToken], Any]:
    """Return the token as another type."""
    return lambda token: to_net(token, kind)


@TYPE.method("JToken SelectToken(string path)")
@TYPE.method("JToken SelectToken(string path, bool errorWhenNoMatch)")
def select_token(token: JToken, query: str | None, needed: bool = False) -> JToken | None:
    """Return the only token that a path finds."""
    if query is None:
        raise null_argument("path")
    found = list(select(token, query))
    if len(found) > 1:
        raise DotNetError("Newtonsoft.Json.JsonException", "Path returned multiple tokens.")
    if not found and needed:
        raise DotNetError("Newtonsoft.Json.JsonException", f"Path '{query}' does not exist.")
    return found[0] if found else None


@TYPE.method("IEnumerable<JToken>! SelectTokens(string path)")
def select_tokens(token: JToken, query: str | None) -> Array:
    """Return all tokens that a path finds."""
    if query is None:
        raise null_argument("path")
    return listed(list(select(token, query)))


@TYPE.method("string! ToString(Formatting formatting)")
def to_string(token: JToken, formatting: int) -> str:
    """Return JSON text, indented or not."""
    return write(token, bool(formatting))


@TYPE.method("string! ToString(Formatting formatting, params JsonConverter[] converters)")
def to_string_with(token: JToken, formatting: int, _converters: Items) -> str:
    """Return JSON text."""
    return write(token, bool(formatting))


TYPE.method("JToken! DeepClone()", code="{0}.clone()")
TYPE.method("void Remove()")(jsontree.remove)
TYPE.method("void Replace(JToken value)")(jsontree.replace)
TYPE.static("JToken! Parse(string json)")(jsonreader.parse)
TYPE.static("JToken! FromObject(object o)")(from_object)


@TYPE.static("bool DeepEquals(JToken t1, JToken t2)")
def deep_equals(left: JToken | None, right: JToken | None) -> bool:
    """Compare whole trees."""
    if left is None or right is None:
        return left is right
    return jsontree.same(left, right)


# -- conversions --------------------------------------------------------------------------------

VALUES = (
    *("bool", "int", "long", "short", "byte", "sbyte", "uint", "ulong", "ushort"),
    *("double", "float", "decimal", "DateTime", "DateTimeOffset", "Guid", "TimeSpan"),
)
for word in ("string", "byte[]", *VALUES, *(f"{word}?" for word in VALUES)):
    TYPE.implicit(f"JToken of({word} value)")(JValue)

NAMED = {
    **{show(kind): kind for kind in map(simple, ("Boolean", "Int32", "Int64", "Int16", "Byte"))},
    **{show(kind): kind for kind in map(simple, ("SByte", "UInt32", "UInt64", "UInt16"))},
    **{show(kind): kind for kind in map(simple, ("Double", "Single", "Decimal", "Char"))},
    **{name: simple(name) for name in ("DateTime", "DateTimeOffset", "Guid", "TimeSpan")},
}
for word, kind in NAMED.items():
    TYPE.explicit(f"{word} of(JToken value)", null_ok=True)(token_cast(kind))
    TYPE.explicit(f"{word}? of(JToken value)", null_ok=True)(token_cast(nullable(kind)))
TYPE.explicit("string of(JToken value)", null_ok=True)(token_cast(simple("String")))
TYPE.explicit("byte[] of(JToken value)", null_ok=True)(token_cast(array(simple("Byte"))))
