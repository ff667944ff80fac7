"""System.StringSplitOptions."""

from __future__ import annotations

from headgate.csharp.declare import enumeration
from headgate.csharp.values import enum_class

NAME = "System.StringSplitOptions"
TYPE = enumeration(NAME, enum_class(NAME, {"None": 0, "RemoveEmptyEntries": 1}, flags=True))
