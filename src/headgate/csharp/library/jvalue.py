"""Newtonsoft.Json.Linq.JValue: a value, JSON's null included."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.equality import compare
from headgate.csharp.runtime.formats import formatted
from headgate.csharp.runtime.jsontree import JValue

TYPE = DotNetType("Newtonsoft.Json.Linq.JValue", bases=("JToken", "IComparable"), python=JValue)

for word in ("long", "double", "decimal", "bool", "string", "char", "float", "ulong"):
    TYPE.constructor(f"({word} value)")(JValue)
for word in ("DateTime", "DateTimeOffset", "Guid", "TimeSpan", "object"):
    TYPE.constructor(f"({word} value)")(JValue)


@TYPE.constructor("(JValue other)")
def copy(other: JValue) -> JValue:
    """Return a copy."""
    return JValue(other.value)


def set_value(token: JValue, value: Any) -> Any:
    """Assign `Value`."""
    token.value = value
    return value


TYPE.property("object Value", setter=set_value)(JValue.net_value)
TYPE.method("string! ToString(string format)")(lambda token, form: formatted(token.value, form))
TYPE.method("string! ToString(string format, IFormatProvider provider)")(
    lambda token, form, _: formatted(token.value, form)
)
TYPE.method("bool Equals(JValue other)")(JValue.net_equals)
TYPE.method("int CompareTo(JValue obj)")(lambda left, right: compare(left.value, right.value))
TYPE.static("JValue! CreateString(string value)")(JValue)


@TYPE.static("JValue! CreateNull()")
def create_null() -> JValue:
    """Return JSON's null."""
    return JValue(None)
