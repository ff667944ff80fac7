"""Newtonsoft.Json.Linq.JsonMergeSettings and its two enums."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType, enumeration
from headgate.csharp.runtime.jsonmerge import ArrayHandling, MergeSettings, NullHandling

TYPE = DotNetType("Newtonsoft.Json.Linq.JsonMergeSettings", python=MergeSettings)
TYPES = (
    enumeration("Newtonsoft.Json.Linq.MergeArrayHandling", ArrayHandling),
    enumeration("Newtonsoft.Json.Linq.MergeNullValueHandling", NullHandling),
)

TYPE.constructor("()")(MergeSettings)


def set_arrays(settings: MergeSettings, value: int) -> int:
    """Assign how arrays merge."""
    settings.arrays = value
    return value


def set_nulls(settings: MergeSettings, value: int) -> int:
    """Assign how null merges."""
    settings.nulls = value
    return value


TYPE.property("MergeArrayHandling MergeArrayHandling", code="{0}.arrays", setter=set_arrays)
TYPE.property("MergeNullValueHandling MergeNullValueHandling", code="{0}.nulls", setter=set_nulls)
