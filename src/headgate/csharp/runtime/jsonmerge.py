"""JContainer.Merge."""

from __future__ import annotations

from typing import Any

from headgate.csharp.runtime.jsonbase import JToken
from headgate.csharp.runtime.jsontree import JArray, JObject, JProperty, JValue, adopted, same
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject, enum_class

ArrayHandling = enum_class(
    "Newtonsoft.Json.Linq.MergeArrayHandling",
    {"Concat": 0, "Union": 1, "Replace": 2, "Merge": 3},
)
NullHandling = enum_class(
    "Newtonsoft.Json.Linq.MergeNullValueHandling", {"Ignore": 0, "Merge": 1}, flags=True
)
CONCAT, UNION, REPLACE = 0, 1, 2


class MergeSettings(NetObject):
    """JsonMergeSettings."""

    __slots__ = ("arrays", "nulls")
    NET = Type("Newtonsoft.Json.Linq.JsonMergeSettings")

    def __init__(self) -> None:
        self.arrays: int = CONCAT
        self.nulls: int = 0


def merge(target: JToken, source: Any, settings: MergeSettings | None = None) -> None:
    """Merge a container into another one in place."""
    settings = settings or MergeSettings()
    if isinstance(source, JProperty):
        source = JObject({source.name: source.value})
    if isinstance(target, JObject) and isinstance(source, JObject):
        _objects(target, source, settings)
    elif isinstance(target, JArray) and isinstance(source, JArray):
        _arrays(target, source, settings)


def _objects(target: JObject, source: JObject, settings: MergeSettings) -> None:
    for name in source.items:
        value, known = source.get(name), target.get(name)
        if known is None:
            target.set(name, value)
        elif isinstance(value, JValue):
            if value.value is not None or settings.nulls:
                target.set(name, value)
        elif type(known) is not type(value):
            target.set(name, value)
        else:
            merge(known, value, settings)


def _arrays(target: JArray, source: JArray, settings: MergeSettings) -> None:
    if settings.arrays == REPLACE:
        target.items.clear()
    for place, item in enumerate(source.children()):
        if settings.arrays == UNION and any(same(item, known) for known in target.items):
            continue
        if settings.arrays > REPLACE and place < len(target.items):
            known = target.get(place)
            if isinstance(known, JObject | JArray) and type(known) is type(item):
                merge(known, item, settings)
            else:
                target.set(place, item)
            continue
        target.items.append(adopted(item, target))
