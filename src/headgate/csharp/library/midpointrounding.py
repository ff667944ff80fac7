"""System.MidpointRounding."""

from __future__ import annotations

from headgate.csharp.declare import enumeration
from headgate.csharp.values import enum_class

NAME = "System.MidpointRounding"
TYPE = enumeration(NAME, enum_class(NAME, {"ToEven": 0, "AwayFromZero": 1}))
