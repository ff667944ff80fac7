"""System.Globalization.NumberStyles."""

from __future__ import annotations

from headgate.csharp.declare import enumeration
from headgate.csharp.values import enum_class

NAME = "System.Globalization.NumberStyles"
MEMBERS = {
    "None": 0,
    "AllowLeadingWhite": 1,
    "AllowTrailingWhite": 2,
    "AllowLeadingSign": 4,
    "AllowTrailingSign": 8,
    "AllowParentheses": 16,
    "AllowDecimalPoint": 32,
    "AllowThousands": 64,
    "AllowExponent": 128,
    "AllowCurrencySymbol": 256,
    "AllowHexSpecifier": 512,
    "Integer": 7,
    "HexNumber": 515,
    "Number": 111,
    "Float": 167,
    "Any": 511,
}
TYPE = enumeration(NAME, enum_class(NAME, MEMBERS, flags=True))
