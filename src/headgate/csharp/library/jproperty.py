"""Newtonsoft.Json.Linq.JProperty: a member of an object."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import null_argument
from headgate.csharp.runtime.collections import Array, Items
from headgate.csharp.runtime.jsonbase import JToken
from headgate.csharp.runtime.jsonconvert import content
from headgate.csharp.runtime.jsontree import JProperty
from headgate.csharp.types import OBJECT

TYPE = DotNetType("Newtonsoft.Json.Linq.JProperty", bases=("JContainer",), python=JProperty)


@TYPE.constructor("(string name, object content)")
@TYPE.constructor("(string name, params object[] content)")
def create(name: str | None, value: Any) -> JProperty:
    """Return a free-standing property."""
    if name is None:
        raise null_argument("name")
    if isinstance(value, Items) and isinstance(value, Array) and value.element == OBJECT:
        value = value[0] if len(value) == 1 else value
    found = content(value)
    return JProperty(name, found if found.parent is None else found.clone())


def set_value(target: JProperty, value: JToken | None) -> JToken | None:
    """Assign the value."""
    target.set_value(value)
    return value


TYPE.property("string! Name", code="{0}.name")
TYPE.property("JToken! Value", code="{0}.value", setter=set_value)
