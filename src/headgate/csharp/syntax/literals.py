"""Literals: escapes of characters and strings, integers and reals with their suffixes."""

from __future__ import annotations

import re
from decimal import Decimal

from headgate.csharp import tree
from headgate.csharp.diagnostics import BindError

ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{1,4}|.)", re.DOTALL)
SIMPLE = {
    "'": "'",
    '"': '"',
    "\\": "\\",
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


def unescape(text: str, at: int) -> str:
    """Return the value of the inside of a regular string or character literal."""
    if "\\" not in text:
        return text

    def one(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) > 1:
            point = int(code[1:], 16)
            if point > 0x10FFFF:
                raise BindError("HG213", f"\\{code} is no character.", at=at)
            return chr(point)
        if code not in SIMPLE:
            raise BindError("HG200", f"\\{code} is no escape sequence.", at=at)
        return SIMPLE[code]

    value = ESCAPE.sub(one, text)
    if any("\ud800" <= char <= "\udfff" for char in value):
        # Two escapes that form a surrogate pair are one character to us.
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return value


def integer(text: str, at: int) -> tree.Literal:
    """Return an integer literal with its suffix in upper case: empty, U, L or UL."""
    digits = text.rstrip("uUlL")
    suffix = text[len(digits) :].upper().replace("LU", "UL")
    value = int(digits.replace("_", ""), 0) if digits[:2].lower() in ("0x", "0b") else None
    if value is None:
        value = int(digits.replace("_", ""))
    if value >= 1 << 64:
        raise BindError("HG213", "The integer is too large.", at=at)
    return tree.Literal(at=at, kind="integer", value=value, suffix=suffix)


def real(text: str, at: int) -> tree.Literal:
    """Return a real literal with its suffix in upper case: D (also for none), F or M."""
    digits = text.rstrip("fFdDmM").replace("_", "")
    suffix = text[-1].upper() if text[-1] in "fFdDmM" else "D"
    value = Decimal(digits) if suffix == "M" else float(digits)
    return tree.Literal(at=at, kind="real", value=value, suffix=suffix)
