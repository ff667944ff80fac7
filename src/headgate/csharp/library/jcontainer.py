"""Newtonsoft.Json.Linq.JContainer: what JObject, JArray and JProperty share."""

from __future__ import annotations

from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import bad_argument
from headgate.csharp.runtime import jsontree
from headgate.csharp.runtime.collections import Array
from headgate.csharp.runtime.jsonbase import JToken
from headgate.csharp.runtime.jsonconvert import content
from headgate.csharp.runtime.jsonmerge import merge
from headgate.csharp.runtime.jsontree import JArray, JObject, JProperty
from headgate.csharp.types import Type

TYPE = DotNetType("Newtonsoft.Json.Linq.JContainer", bases=("JToken",))
TOKEN = Type("Newtonsoft.Json.Linq.JToken")

TYPE.property("int Count")(lambda token: len(token.children()))


def add(container: JToken, value: Any, *, first: bool = False) -> None:
    """Add one value: a property to an object, anything to an array."""
    if isinstance(container, JArray):
        place = 0 if first else len(container.items)
        container.items.insert(place, jsontree.adopted(content(value), container))
    elif isinstance(container, JObject) and isinstance(value, JProperty):
        container.add(value.name, value.value)
        if first:
            container.items = {value.name: container.items.pop(value.name), **container.items}
        value.parent = container
    else:
        raise bad_argument(f"Can not add {type(value).__name__} to {container.net_type()}.")


TYPE.method("void Add(object content)")(add)


@TYPE.method("void AddFirst(object content)")
def add_first(container: JToken, value: Any) -> None:
    """Add in front of everything else."""
    add(container, value, first=True)


@TYPE.method("void RemoveAll()")
def remove_all(container: JToken) -> None:
    """Remove all children."""
    if isinstance(container, JObject | JArray):
        container.items.clear()


@TYPE.method("IEnumerable<JToken>! Descendants()")
def descendants(container: JToken) -> Array:
    """Return everything below, depth first."""
    found: list[JToken] = []

    def visit(token: JToken) -> None:
        for child in token.children():
            found.append(child)
            visit(child)

    visit(container)
    return Array(TOKEN, found)


TYPE.method("void Merge(object content)")(merge)
TYPE.method("void Merge(object content, JsonMergeSettings settings)")(merge)
