"""System.Guid."""

from __future__ import annotations

import re

from headgate.csharp.budget import numeral
from headgate.csharp.errors import bad_format, null_argument
from headgate.csharp.types import simple
from headgate.csharp.values import Formattable

HEX = "[0-9a-fA-F]"
SHAPES = re.compile(
    rf"({HEX}{{32}})|({HEX}{{8}}(?:-{HEX}{{4}}){{3}}-{HEX}{{12}})"
    rf"|\{{({HEX}{{8}}(?:-{HEX}{{4}}){{3}}-{HEX}{{12}})\}}"
    rf"|\(({HEX}{{8}}(?:-{HEX}{{4}}){{3}}-{HEX}{{12}})\)"
)


class Guid(Formattable):
    """A GUID as 32 lower-case hexadecimal digits."""

    __slots__ = ("digits",)
    NET = simple("Guid")

    def __init__(self, digits: str) -> None:
        self.digits = digits

    def net_equals(self, other: object) -> bool:
        """Compare the digits."""
        return self == other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Guid) and self.digits == other.digits

    def __lt__(self, other: Guid) -> bool:
        return self.digits < other.digits

    def __gt__(self, other: Guid) -> bool:
        return self.digits > other.digits

    def __hash__(self) -> int:
        return hash(self.digits)

    def to_text(self) -> str:
        """Return the form with hyphens."""
        d = self.digits
        return f"{d[:8]}-{d[8:12]}-{d[12:16]}-{d[16:20]}-{d[20:]}"

    def format(self, form: str) -> str:
        """Return format D, N, B or P."""
        text = self.to_text()
        letter = form.upper()
        if letter == "D":
            return text
        if letter == "N":
            return self.digits
        if letter in ("B", "P"):
            return f"{{{text}}}" if letter == "B" else f"({text})"
        raise bad_format("Format string can only be D, d, N, n, P, p, B, b, X or x.")


EMPTY = Guid("0" * 32)


def parse(text: str | None) -> Guid:
    """Return the Guid in a text. Raises FormatException."""
    if text is None:
        raise null_argument("g")
    numeral(text)
    found = SHAPES.fullmatch(text.strip())
    if not found:
        raise bad_format("Guid should contain 32 digits with 4 dashes.")
    return Guid(next(part for part in found.groups() if part).replace("-", "").lower())


def from_bits(bits: int) -> Guid:
    """Return a random (version 4) Guid made of 128 random bits."""
    bits = bits & ~(0xF << 76) | 4 << 76
    bits = bits & ~(0x3 << 62) | 2 << 62
    return Guid(f"{bits:032x}")
