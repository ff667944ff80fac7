"""Newtonsoft.Json.Formatting."""

from __future__ import annotations

from headgate.csharp.declare import DotNetType, enumeration
from headgate.csharp.values import enum_class

NAME = "Newtonsoft.Json.Formatting"
TYPE = enumeration(NAME, enum_class(NAME, {"None": 0, "Indented": 1}))
TYPES = (DotNetType("Newtonsoft.Json.JsonConverter"),)
