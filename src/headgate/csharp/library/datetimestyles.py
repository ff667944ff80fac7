"""System.Globalization.DateTimeStyles."""

from __future__ import annotations

from headgate.csharp.declare import enumeration
from headgate.csharp.values import enum_class

NAME = "System.Globalization.DateTimeStyles"
MEMBERS = {
    "None": 0,
    "AllowLeadingWhite": 1,
    "AllowTrailingWhite": 2,
    "AllowInnerWhite": 4,
    "AllowWhiteSpaces": 7,
    "NoCurrentDateDefault": 8,
    "AdjustToUniversal": 16,
    "AssumeLocal": 32,
    "AssumeUniversal": 64,
    "RoundtripKind": 128,
}
TYPE = enumeration(NAME, enum_class(NAME, MEMBERS, flags=True))
