"""Between .NET values and JSON trees: casts of tokens, ToObject<T>, FromObject."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from headgate.csharp.budget import made, spend
from headgate.csharp.errors import (
    DotNetError,
    bad_argument,
    bad_cast,
    null_argument,
)
from headgate.csharp.runtime.collections import (
    Anonymous,
    Array,
    Dictionary,
    NetList,
    NetTuple,
    Pair,
)
from headgate.csharp.runtime.converting import from_base64, to_boolean, to_number
from headgate.csharp.runtime.dateparsing import parse_date, parse_offset
from headgate.csharp.runtime.dates import UTC, DateTime, DateTimeOffset, TimeSpan
from headgate.csharp.runtime.guids import Guid
from headgate.csharp.runtime.guids import parse as parse_guid
from headgate.csharp.runtime.jsonbase import UNDEFINED, Json, JToken
from headgate.csharp.runtime.jsontree import JArray, JObject, JProperty, JValue, wrap
from headgate.csharp.runtime.sequences import walk
from headgate.csharp.runtime.spans import parse_span
from headgate.csharp.surface import surface
from headgate.csharp.types import (
    BOOLEAN,
    CHAR,
    DOUBLE,
    DYNAMIC,
    INT32,
    NULLABLE,
    NUMERIC,
    OBJECT,
    RANGES,
    STRING,
    Type,
    array,
    show,
    simple,
)
from headgate.csharp.values import Char, EnumValue, NetObject, to_text, type_name_of, type_of

CONVERSION = 1_000
"""Units of one value between .NET and JSON."""

LINQ = "Newtonsoft.Json.Linq"
NUMBERS = (bool, int, float, Decimal, str)


def value_of(token: JToken | None, target: str) -> Any:
    """Return what a JValue or the property of one holds; of anything else the cast fails."""
    if isinstance(token, JProperty):
        token = token.value
    if not isinstance(token, JValue):
        raise bad_argument(f"Can not convert {type_name_of(token)} to {target}.")
    return token.value


def as_number(kind: Type) -> Callable[[Any], Any]:
    """Return the conversion of a raw value to a number."""
    convert, name = to_number(kind), show(kind)

    def number(value: Any) -> Any:
        if not isinstance(value, NUMBERS):
            raise bad_argument(f"Can not convert {type_name_of(value)} to {name}.")
        return convert(value)

    return number


def as_boolean(value: Any) -> bool:
    """Return a raw value as a boolean."""
    if not isinstance(value, NUMBERS):
        raise bad_argument(f"Can not convert {type_name_of(value)} to Boolean.")
    return to_boolean(value)


def as_char(value: Any) -> Char:
    """Return a raw value as a character."""
    text = chr(value) if isinstance(value, int) else to_text(value)
    if len(text) != 1:
        raise bad_argument("String must be exactly one character long.")
    return Char(text)


def as_date(value: Any) -> DateTime:
    """Return a raw value as a DateTime."""
    if isinstance(value, DateTimeOffset):
        return DateTime(value.utc, UTC)
    if isinstance(value, str):
        return parse_date(value)
    if not isinstance(value, DateTime):
        raise bad_argument("Can not convert to DateTime.")
    return value


def as_offset(value: Any) -> DateTimeOffset:
    """Return a raw value as a DateTimeOffset."""
    if isinstance(value, DateTime):
        return DateTimeOffset(value.ticks)
    if isinstance(value, str):
        return parse_offset(value)
    if not isinstance(value, DateTimeOffset):
        raise bad_argument("Can not convert to DateTimeOffset.")
    return value


def as_guid(value: Any) -> Guid:
    """Return a raw value as a Guid."""
    if isinstance(value, str):
        return parse_guid(value)
    if not isinstance(value, Guid):
        raise bad_argument("Can not convert to Guid.")
    return value


def as_span(value: Any) -> TimeSpan:
    """Return a raw value as a TimeSpan."""
    if isinstance(value, str):
        return parse_span(value)
    if not isinstance(value, TimeSpan):
        raise bad_argument("Can not convert to TimeSpan.")
    return value


def as_text(value: Any) -> str:
    """Return a raw value as a string."""
    return to_text(value)


def as_bytes(value: Any) -> bytearray:
    """Return a raw value as bytes: a text is base64."""
    if isinstance(value, str):
        return from_base64(value)
    if not isinstance(value, bytes | bytearray):
        raise bad_argument("Can not convert to Byte[].")
    return bytearray(value)


CASTS: dict[Type, Callable[[Any], Any]] = {
    BOOLEAN: as_boolean,
    CHAR: as_char,
    STRING: as_text,
    simple("DateTime"): as_date,
    simple("DateTimeOffset"): as_offset,
    simple("Guid"): as_guid,
    simple("TimeSpan"): as_span,
    array(simple("Byte")): as_bytes,
    **{kind: as_number(kind) for kind in NUMERIC - {CHAR}},
}
"""From a raw value that is not null to a type."""


@cache
def token_cast(kind: Type) -> Callable[[JToken | None], Any]:
    """Return the explicit conversion of JToken to a type."""
    bare = kind.args[0] if kind.name == NULLABLE else kind
    convert, name = CASTS[bare], show(kind)
    null_ok = kind.name in (NULLABLE, "[]") or kind == STRING
    plain: dict[Type, type] = {INT32: int, STRING: str, BOOLEAN: bool, DOUBLE: float}
    same = plain.get(bare)
    low, high = RANGES.get(bare, (0, 0))

    def cast(token: JToken | None) -> Any:
        if token is None:
            if null_ok:
                return None
            raise null_argument("value")
        value = token.value if type(token) is JValue else value_of(token, name)
        found = type(value)
        if found is same and (low == high or low <= value <= high):
            return value
        if value is None:
            if null_ok:
                return None
            raise bad_argument(f"Can not convert Null to {name}.")
        return convert(value)

    return cast


@cache
def value_reader(kind: Type) -> Callable[[JToken | None], Any]:
    """Return `Value<T>()` of a token: missing gives the default, other types are converted."""
    bare = kind.args[0] if kind.name == NULLABLE else kind
    known = surface()
    declared = known.declared(kind)
    default = declared.default if declared else None
    is_token = bare.name.startswith(LINQ)
    null_ok = not known.is_value(kind)

    def read(token: JToken | None) -> Any:
        if token is None:
            return default
        if is_token:
            if known.is_subtype(type_of(token), bare):
                return token
            raise bad_cast(type_name_of(token), show(kind))
        if isinstance(token, JProperty):
            token = token.value
        if not isinstance(token, JValue):
            raise bad_cast(type_name_of(token), show(kind))
        if token.value is None or token.value is UNDEFINED:
            if null_ok:
                return None
            raise bad_cast("null", show(kind))
        if bare in (OBJECT, DYNAMIC):
            return token.net_value()
        convert = CASTS.get(bare)
        if convert is None:
            raise bad_cast(type_name_of(token.value), show(kind))
        return convert(token.value)

    return read


# -- ToObject -----------------------------------------------------------------------------------


def unserializable(kind: Type) -> DotNetError:
    """Return the error for a type that JSON does not convert to."""
    return DotNetError(
        "Newtonsoft.Json.JsonSerializationException",
        f"Cannot deserialize the current JSON into type '{show(kind)}'.",
    )


def to_net(raw: Json, kind: Type) -> Any:
    """Return `ToObject<T>()` of a raw value or token."""
    spend(CONVERSION)
    token = raw if isinstance(raw, JToken) else wrap(raw)
    if kind in (OBJECT, DYNAMIC):
        return token.net_value() if isinstance(token, JValue) else token
    if kind.name.startswith(LINQ):
        return value_reader(kind)(token)
    if isinstance(token, JValue):
        return scalar_to_net(token, kind)
    if kind.name == "[]":
        return Array(kind.args[0], elements(token, kind.args[0], kind))
    if kind.name.rpartition(".")[2] in ("List", "IList", "IEnumerable", "ICollection"):
        return NetList(kind.args[0], elements(token, kind.args[0], kind))
    if kind.name.rpartition(".")[2] in ("Dictionary", "IDictionary") and isinstance(token, JObject):
        found = Dictionary(kind.args)
        for name in token.items:
            found.set(name, to_net(token.get(name), kind.args[1]))
        return found
    raise unserializable(kind)


def elements(token: JToken, element: Type, kind: Type) -> list[Any]:
    """Return the elements of an array, each converted."""
    if not isinstance(token, JArray):
        raise unserializable(kind)
    return [to_net(one, element) for one in token.children()]


def scalar_to_net(token: JValue, kind: Type) -> Any:
    """Convert a value; what does not fit raises an exception of Json.NET."""
    null_ok = not surface().is_value(kind)
    bare = kind.args[0] if kind.name == NULLABLE else kind
    if token.value is None:
        if null_ok:
            return None
        raise unserializable(kind)
    convert = CASTS.get(bare)
    if convert is None:
        raise unserializable(kind)
    try:
        return convert(token.value)
    except DotNetError as error:
        raise DotNetError(
            "Newtonsoft.Json.JsonReaderException",
            f"Could not convert to {show(kind)}: {to_text(token.value)}.",
            inner=error,
        ) from error


# -- from .NET values ---------------------------------------------------------------------------

KEPT = (str, bool, float, Decimal, DateTime, DateTimeOffset, TimeSpan, Guid, bytes, bytearray)


def from_net(value: Any) -> Json:
    """Return the JSON of a .NET value, as FromObject and SerializeObject see it."""
    spend(CONVERSION)
    if type(value) is str:
        made(value)
    if value is None or isinstance(value, JToken):
        return value
    if isinstance(value, EnumValue):
        return int(value)
    if isinstance(value, KEPT):
        return JValue(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Anonymous):
        return {name: from_net(one) for name, one in value.fields.items()}
    if isinstance(value, Dictionary):
        return {to_text(pair.key): from_net(pair.value) for pair in value}
    if isinstance(value, dict):
        return {name: from_net(one) for name, one in value.items()}
    if isinstance(value, Pair):
        return {"Key": from_net(value.key), "Value": from_net(value.value)}
    if isinstance(value, NetTuple):
        return {f"Item{place}": from_net(one) for place, one in enumerate(value.items, 1)}
    if isinstance(value, NetObject) and hasattr(value, "__iter__"):
        return [from_net(one) for one in walk(value)]
    raise DotNetError(
        "Newtonsoft.Json.JsonSerializationException", f"Cannot serialize {type_name_of(value)}."
    )


def from_object(value: Any) -> JToken:
    """Return `JToken.FromObject(value)`."""
    if value is None:
        raise null_argument("o")
    raw = from_net(value)
    return raw.clone() if isinstance(raw, JToken) and not isinstance(raw, JValue) else owned(raw)


def owned(raw: Json) -> JToken:
    """Return raw JSON as a token whose inner tokens know their parents."""
    token = raw if isinstance(raw, JToken) else wrap(raw)
    return token.clone() if not isinstance(token, JValue) else token


def content(value: Any) -> JToken:
    """Return what a constructor makes of one value: a token stays, a collection is an array."""
    if isinstance(value, JToken):
        return value
    if isinstance(value, NetObject) and hasattr(value, "__iter__"):
        found = JArray()
        for one in walk(value):
            found.items.append(content(one) if not isinstance(one, JToken) else one)
        return found.clone()
    return JValue(value)
