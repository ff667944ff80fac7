"""System.Char: one UTF-16 unit."""

from __future__ import annotations

import unicodedata
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import bad_format
from headgate.csharp.library.string import WHITE, lower, upper
from headgate.csharp.values import Char

TYPE = DotNetType(
    "System.Char", kind="struct", python=Char, default=Char("\0"), bases=("IComparable",)
)
TYPE.constant("char MinValue", Char("\0"))
TYPE.constant("char MaxValue", Char("\uffff"))


def category(char: str) -> str:
    """Return the Unicode category."""
    return unicodedata.category(char)


TYPE.static("bool IsDigit(char c)")(lambda char: category(char) == "Nd")
TYPE.static("bool IsNumber(char c)")(lambda char: category(char)[0] == "N")
TYPE.static("bool IsLetter(char c)")(lambda char: category(char)[0] == "L")
TYPE.static("bool IsLetterOrDigit(char c)")(
    lambda char: category(char)[0] == "L" or category(char) == "Nd"
)
TYPE.static("bool IsWhiteSpace(char c)")(lambda char: char in WHITE)
TYPE.static("bool IsUpper(char c)")(lambda char: category(char) == "Lu")
TYPE.static("bool IsLower(char c)")(lambda char: category(char) == "Ll")
TYPE.static("bool IsPunctuation(char c)")(lambda char: category(char)[0] == "P")
TYPE.static("bool IsSymbol(char c)")(lambda char: category(char)[0] == "S")
TYPE.static("bool IsControl(char c)")(lambda char: category(char) == "Cc")
TYPE.static("bool IsSeparator(char c)")(lambda char: category(char)[0] == "Z")
TYPE.static("char ToUpper(char c)")(lambda char: Char(upper(char)))
TYPE.static("char ToLower(char c)")(lambda char: Char(lower(char)))
TYPE.static("char ToUpperInvariant(char c)")(lambda char: Char(upper(char)))
TYPE.static("char ToLowerInvariant(char c)")(lambda char: Char(lower(char)))
TYPE.static("double GetNumericValue(char c)")(lambda char: unicodedata.numeric(char, -1.0))
TYPE.static("string! ToString(char c)", code="'' + {0}")
TYPE.method("string! ToString()", code="'' + {0}")


@TYPE.static("char Parse(string s)")
def parse(text: str) -> Char:
    """Return the only character of a text."""
    if len(text) != 1:
        raise bad_format("String must be exactly one character long.")
    return Char(text)


@TYPE.method("bool Equals(object obj)")
def equals(char: str, other: Any) -> bool:
    """Compare with another character."""
    return type(other) is Char and char == other


@TYPE.method("int CompareTo(char value)")
def compare_to(char: str, other: str) -> int:
    """Return the difference of the codes."""
    return ord(char) - ord(other)
