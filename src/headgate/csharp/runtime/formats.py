"""Composite formatting: `value.ToString(form)`, `{0,width:form}`, in the invariant culture."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Any

from headgate.csharp.budget import made, scanned, spend
from headgate.csharp.errors import bad_format, null_argument
from headgate.csharp.numerals import double_text
from headgate.csharp.runtime.dateformats import date_text, offset_text, span_text
from headgate.csharp.runtime.dates import DateTime, DateTimeOffset, TimeSpan
from headgate.csharp.runtime.texts import bounded
from headgate.csharp.values import Boxed, EnumValue, Formattable, Single, to_text

STANDARD = re.compile(r"([A-Za-z])(\d{0,3})")
HOLE = re.compile(r"\{\{|\}\}|\{(\d{1,6})\s*(?:,\s*(-?\d{1,6})\s*)?(?::([^{}]*))?\}|[{}]")
EXACT = Context(prec=400)
Number = int | float | Decimal
WORDS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def formatted(value: Any, form: str | None) -> str:
    """Return `value.ToString(form)`. Raises FormatException."""
    if value is None:
        return ""
    if not form:
        return to_text(value)
    if isinstance(value, EnumValue):
        return _enum(value, form)
    if isinstance(value, bool | str):
        return to_text(value)
    if isinstance(value, int | float | Decimal):
        return number(value, form)
    for kind, text in OWN.items():
        if isinstance(value, kind):
            return text(value, form)
    if isinstance(value, Formattable):
        return value.format(form)
    if isinstance(value, Boxed):
        return formatted(value.net_value(), form)
    return to_text(value)


OWN: dict[type, Callable[[Any, str], str]] = {
    DateTime: date_text,
    DateTimeOffset: offset_text,
    TimeSpan: span_text,
}


def _enum(value: EnumValue, form: str) -> str:
    if form in "gGfF":
        return value.to_text()
    if form in "dD":
        return str(int(value))
    if form in "xX":
        return f"{int(value):08X}"
    raise bad_format('Format string can be only "G", "g", "X", "x", "F", "f", "D" or "d".')


def placed(value: Any, width: int, form: str) -> str:
    """Return a value as text, padded to a width: to the right if it is negative."""
    text = formatted(value, form) if form else to_text(value)
    bounded(abs(width))
    return text.rjust(width) if width > 0 else text.ljust(-width)


SCAN = 20
"""Units of a character of a format."""


def composite(template: str | None, values: list[Any]) -> str:
    """Return `string.Format(template, values)`."""
    if template is None:
        raise null_argument("format")

    def one(found: re.Match[str]) -> str:
        token = found[0]
        if token in ("{{", "}}"):
            return token[0]
        if found[1] is None or int(found[1]) >= len(values):
            raise bad_format("Index (zero based) must be less than the size of the argument list.")
        return made(placed(values[int(found[1])], int(found[2] or 0), found[3] or ""))

    scanned(template, SCAN)
    return HOLE.sub(one, template)


# -- numbers ------------------------------------------------------------------------------------


NUMBER = 3_000
"""Units of a number in a format."""


def number(value: Number, form: str) -> str:
    """Return a number in a standard (`N2`) or custom (`#,##0.00`) format."""
    spend(NUMBER + SCAN * len(form))
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return WORDS[float.__repr__(value)]
    found = STANDARD.fullmatch(form)
    if found is None:
        return custom(value, form)
    letter = found[1].upper()
    handler = STANDARDS.get(letter)
    if handler is None or (letter in "DX" and not isinstance(value, int)):
        raise bad_format("Format specifier was invalid.")
    places = int(found[2]) if found[2] else None
    text = handler(value, places)
    return text.lower() if found[1] in "xe" else text


def exact(value: Number) -> Decimal:
    """Return the exact decimal value of a number."""
    return Decimal(float(value)) if isinstance(value, float) else Decimal(value)


def rounded(value: Number, places: int) -> Decimal:
    """Round to decimals: doubles to even on a tie, decimals and integers away from zero."""
    mode = ROUND_HALF_EVEN if isinstance(value, float) else ROUND_HALF_UP
    return exact(value).quantize(Decimal(1).scaleb(-places), mode, EXACT)


def _rounded_text(value: Number, places: int, commas: str) -> str:
    # Python rounds the exact value of a double to even as well.
    if isinstance(value, float):
        return format(value, f"{commas}.{places}f")
    return format(rounded(value, places), f"{commas}f")


def fixed(value: Number, places: int | None) -> str:
    """Format F."""
    text = _rounded_text(value, 2 if places is None else places, "")
    return text if text.strip("-0.") else text.removeprefix("-")


def grouped(value: Number, places: int | None) -> str:
    """Format N."""
    text = _rounded_text(value, 2 if places is None else places, ",")
    return text if text.strip("-0.,") else text.removeprefix("-")


def percent(value: Number, places: int | None) -> str:
    """Format P."""
    count = 2 if places is None else places
    return f"{grouped(rounded(value, count + 2).scaleb(2, EXACT), places)} %"


def currency(value: Number, places: int | None) -> str:
    """Format C, with the currency sign of the invariant culture."""
    text = grouped(value, places)
    return f"(¤{text[1:]})" if text.startswith("-") else f"¤{text}"


def decimal_digits(value: Number, places: int | None) -> str:
    """Format D."""
    whole = int(value)
    return ("-" if whole < 0 else "") + str(abs(whole)).rjust(bounded(places or 1), "0")


WIDTHS = {"Byte": 8, "SByte": 8, "Int16": 16, "UInt16": 16, "Int64": 64, "UInt64": 64}


def hexadecimal(value: Number, places: int | None) -> str:
    """Format X: two's complement in the width of the type."""
    whole = int(value)
    if whole < 0:
        whole += 1 << WIDTHS.get(type(value).__name__, 32)
    return f"{whole:X}".rjust(places or 1, "0")


def exponential(value: Number, places: int | None, digits: int = 3) -> str:
    """Format E: at least three digits of exponent."""
    count = 6 if places is None else places
    mode = ROUND_HALF_EVEN if isinstance(value, float) else ROUND_HALF_UP
    context = Context(prec=count + 1, rounding=mode)
    sign, figures, exponent = context.plus(exact(value)).as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, figures)).ljust(count + 1, "0")
    power = exponent + len(figures) - 1 if any(figures) else 0
    fraction = f".{text[1 : count + 1]}" if count else ""
    mark = "+" if power >= 0 else "-"
    return f"{'-' if sign else ''}{text[0]}{fraction}E{mark}{abs(power):0{digits}d}"


def general(value: Number, places: int | None) -> str:
    """Format G: the shortest text, or a number of significant digits."""
    if not places:
        return to_text(value)
    mode = ROUND_HALF_EVEN if isinstance(value, float) else ROUND_HALF_UP
    short = Context(prec=places, rounding=mode).plus(exact(value)).normalize(EXACT)
    power = short.adjusted()
    if short and (power >= places or power < -5):
        figures = len(short.as_tuple().digits)
        return exponential(short, figures - 1, digits=2)
    return format(short, "f")


def roundtrip(value: Number, places: int | None) -> str:
    """Format R."""
    return (
        double_text(value, single_precision=isinstance(value, Single))
        if isinstance(value, float)
        else to_text(value)
    )


STANDARDS: dict[str, Callable[[Number, int | None], str]] = {
    "C": currency,
    "D": decimal_digits,
    "E": exponential,
    "F": fixed,
    "G": general,
    "N": grouped,
    "P": percent,
    "R": roundtrip,
    "X": hexadecimal,
}


# -- custom formats -----------------------------------------------------------------------------

TOKEN = re.compile(r"""\\.|'[^']*'?|"[^"]*"?|[0#.,%‰]|[eE][+-]?0+|.""", re.DOTALL)


def custom(value: Number, form: str) -> str:
    """Return a number in a custom format; `;` parts positive, negative and zero."""
    sections = split_sections(form)
    amount = exact(value)
    if isinstance(value, float):
        # .NET takes 15 digits of a double (7 of a float) for custom formats.
        digits = 7 if isinstance(value, Single) else 15
        amount = Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(amount)
    negative = amount < 0
    section = sections[0]
    if negative and len(sections) > 1 and sections[1]:
        section, negative, amount = sections[1], False, -amount
    text, zero = pattern(abs(amount), section)
    if zero and len(sections) > 2:
        return pattern(Decimal(0), sections[2])[0]
    return f"-{text}" if negative and not zero else text


def split_sections(form: str) -> list[str]:
    """Split a custom format at its semicolons outside of quotes."""
    sections = [""]
    for token in TOKEN.findall(form):
        if token == ";" and len(sections) < 3:
            sections.append("")
        else:
            sections[-1] += token
    return sections


def pattern(amount: Decimal, section: str) -> tuple[str, bool]:
    """Lay out one section; tell also whether all of its digits came out zero."""
    tokens = TOKEN.findall(section)
    point = tokens.index(".") if "." in tokens else len(tokens)
    whole = [token for token in tokens[:point] if token in "0#"]
    fraction = [token for token in tokens[point:] if token in "0#"]
    commas = [place for place, token in enumerate(tokens[:point]) if token == ","]
    last_digit = max([p for p, t in enumerate(tokens[:point]) if t in "0#"], default=-1)
    scale = sum(place > last_digit for place in commas)
    group = any(place < last_digit for place in commas)
    shift = 2 * tokens.count("%") + 3 * tokens.count("‰") - 3 * scale
    power = next((token for token in tokens if token[0] in "eE" and len(token) > 1), "")
    amount = amount.scaleb(shift, EXACT)
    exponent = 0
    if power and amount:
        exponent = amount.adjusted() - max(len(whole) - 1, 0)
        amount = amount.scaleb(-exponent, EXACT)
    amount = amount.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP, EXACT)
    left, _, right = format(amount, "f").partition(".")
    least = len(whole) - whole.index("0") if "0" in whole else 0
    left = left.lstrip("0").rjust(least, "0")
    keep = max([place + 1 for place, token in enumerate(fraction) if token == "0"], default=0)
    right = right[:keep] + right[keep:].rstrip("0")
    if group:
        left = f"{int(left or 0):,}".rjust(0) if least <= len(left) and left else left
    return lay_out(tokens, left, right, (power, exponent)), not amount


def lay_out(tokens: list[str], left: str, right: str, power: tuple[str, int]) -> str:
    """Put digits into the places of a section."""
    out: list[str] = []
    placed_left = placed_point = False
    for token in tokens:
        if token in "0#,":
            if not placed_left and not placed_point and token != ",":
                out.append(left)
                placed_left = True
        elif token == ".":
            if not placed_point:
                out.append(("" if placed_left else left) + (f".{right}" if right else ""))
            placed_left = placed_point = True
        elif token == power[0]:
            sign = "-" if power[1] < 0 else "+" if "+" in token else ""
            out.append(f"{token[0]}{sign}{abs(power[1]):0{token.count('0')}d}")
        elif token[0] == "\\":
            out.append(token[1:])
        elif token[0] in "'\"":
            out.append(token.strip(token[0]))
        else:
            out.append(token)
    return "".join(out)
