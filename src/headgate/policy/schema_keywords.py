"""The keywords of JSON Schema that look at one value, compiled to checks (OpenAPI 3.0 and 3.1)."""

from __future__ import annotations

import ipaddress
import operator
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import orjson
import regex  # type: ignore[import-untyped]  # the package has no type information

MAX_WORK = 60_000
"""Units of one validation, each a quarter of a microsecond: less than 20 ms."""
KEY = 20
"""Units of writing a value down, to compare it with others."""
DEPTH_MAX = 60
"""References inside of each other, as they apply to one value."""
MESSAGES_MAX = 5
PATTERN = 20
"""Units of a pattern that takes `QUICK` seconds at most."""
QUICK, SLOW = 0.00002, 0.004


class SchemaError(Exception):
    """A schema cannot be compiled; the message says why."""


class TooMuchWork(Exception):
    """A value takes more work to validate than the event loop can wait for."""


class Run:
    """One validation: what it found, and what it may still do."""

    __slots__ = ("depth", "left", "messages", "path")

    def __init__(self, left: int = MAX_WORK) -> None:
        self.left = left
        self.depth = 0
        self.path: list[str] = []
        """Steps from the value to the part of it that is looked at, such as `.a` and `[0]`."""
        self.messages: list[str] = []

    def spend(self, units: int) -> None:
        """Count work. Raises TooMuchWork."""
        self.left -= units
        if self.left < 0:
            raise TooMuchWork

    def tell(self, message: str) -> None:
        """Take an error."""
        if len(self.messages) < MESSAGES_MAX:
            path = "".join(self.path).removeprefix(".")
            self.messages.append(f"{message} Path '{path}'.")


Check = Callable[[Any, Run], None]
"""Tells the run what is wrong with a value."""

KINDS: dict[str, type] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}
NAMES = {dict: "Object", list: "Array", str: "String", bool: "Boolean", type(None): "Null"}


def is_number(value: Any) -> bool:
    """Tell whether a value is a number, which true is not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_kind(value: Any, kind: str) -> bool:
    """Tell whether a value is of a type of JSON Schema; 1.0 is an integer."""
    expected = KINDS.get(kind)
    if expected is not None:
        return isinstance(value, expected)
    if not is_number(value):
        return False
    return kind == "number" or isinstance(value, int) or value.is_integer()


def name_of(value: Any) -> str:
    """Return what a message calls the type of a value."""
    return NAMES.get(type(value)) or ("Integer" if isinstance(value, int) else "Number")


def plain(value: Any) -> Any:
    """Return a value whose whole numbers are integers, so that equal values are written alike."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return value


def key_of(value: Any, run: Run) -> bytes:
    """Return a text that is the same for equal values."""
    if isinstance(value, list | dict):
        run.spend(KEY * weight(value))
    try:
        return orjson.dumps(plain(value), option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return repr(value).encode()


def weight(value: Any) -> int:
    """Return how many values stand in one; reading has refused what nests too deeply."""
    if isinstance(value, dict):
        return 1 + sum(map(weight, value.values()))
    return 1 + sum(map(weight, value)) if isinstance(value, list) else 1


def type_check(schema: dict[str, Any]) -> Check | None:
    """Compile `type`, with OpenAPI 3.0's `nullable`."""
    given = schema.get("type")
    kinds = [given] if isinstance(given, str) else list(given or ())
    if not kinds:
        return None
    for kind in kinds:
        if kind not in KINDS and kind not in ("integer", "number"):
            raise SchemaError(f"There is no type {kind!r}.")
    if schema.get("nullable") is True:
        kinds.append("null")
    expected = ", ".join(str(kind).capitalize() for kind in kinds)

    def check(value: Any, run: Run) -> None:
        for kind in kinds:
            if is_kind(value, kind):
                return
        run.tell(f"Invalid type. Expected {expected} but got {name_of(value)}.")

    return check


def enum_check(schema: dict[str, Any]) -> Check | None:
    """Compile `enum` and `const`."""
    if "enum" not in schema and "const" not in schema:
        return None
    free = Run(1 << 60)
    sets = []
    if isinstance(schema.get("enum"), list):
        sets.append({key_of(one, free) for one in schema["enum"]})
    if "const" in schema:
        sets.append({key_of(schema["const"], free)})
    is_nullable = schema.get("nullable") is True

    def check(value: Any, run: Run) -> None:
        key = key_of(value, run)
        if (value is not None or not is_nullable) and any(key not in one for one in sets):
            run.tell("Value is not defined in enum.")

    return check


def number_check(schema: dict[str, Any]) -> Check | None:
    """Compile the bounds of numbers."""
    least: Any = schema.get("minimum")
    most: Any = schema.get("maximum")
    above: Any = schema.get("exclusiveMinimum")
    below: Any = schema.get("exclusiveMaximum")
    # In OpenAPI 3.0 these two are true or false, and say of the bound that it is excluded.
    if above is True:
        above, least = least, None
    if below is True:
        below, most = most, None
    tests: list[tuple[Callable[[Any, Any], bool], Any, str]] = [
        (fits, bound, words)
        for fits, bound, words in (
            (operator.ge, least, "is less than minimum value of"),
            (operator.le, most, "exceeds maximum value of"),
            (operator.gt, above, "does not exceed"),
            (operator.lt, below, "is not less than"),
            (is_multiple, schema.get("multipleOf"), "is not a multiple of"),
        )
        if is_number(bound)
    ]
    if not tests:
        return None

    def check(value: Any, run: Run) -> None:
        if is_number(value):
            for fits, bound, words in tests:
                if not fits(value, bound):
                    run.tell(f"{name_of(value)} {value} {words} {bound}.")

    return check


def is_multiple(value: Any, step: Any) -> bool:
    """Tell whether a number is a multiple of another, floats roughly; 0 says nothing."""
    if step == 0:
        return True
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    quotient = value / step
    return bool(abs(quotient) < 2**53 and abs(quotient - round(quotient)) < 1e-9)


def whole(value: Any) -> int | None:
    """Return a whole number; None for anything else."""
    return int(value) if is_number(value) else None


def size_check(schema: dict[str, Any]) -> Check | None:
    """Compile how long texts, arrays and objects may be, and `uniqueItems`."""
    tests: list[tuple[Any, str, int, int | None]] = []
    for kind, noun in ((str, "Length"), (list, "Items"), (dict, "Properties")):
        least, most = (whole(schema.get(f"{end}{noun}")) for end in ("min", "max"))
        if least is not None or most is not None:
            tests.append((kind, noun, least or 0, most))
    is_set = schema.get("uniqueItems") is True
    if not tests and not is_set:
        return None

    def check(value: Any, run: Run) -> None:
        for kind, noun, least, most in tests:
            if isinstance(value, kind):
                if len(value) < least:
                    run.tell(f"{noun} {len(value)} is less than minimum of {least}.")
                if most is not None and len(value) > most:
                    run.tell(f"{noun} {len(value)} exceeds maximum of {most}.")
        if is_set and isinstance(value, list):
            run.spend(KEY * len(value))
            if len({key_of(one, run) for one in value}) < len(value):
                run.tell("Non-unique array items.")

    return check


class Pattern:
    """A regular expression whose search is bounded in time."""

    __slots__ = ("_search", "source")

    def __init__(self, source: Any) -> None:
        try:
            self._search = regex.compile(source).search
        except (regex.error, TypeError, RecursionError) as error:
            raise SchemaError(f"The pattern {source!r} makes no sense: {error}.") from error
        self.source = source

    def matches(self, text: str, run: Run) -> bool:
        """Tell whether it is found in a text. Raises TooMuchWork."""
        run.spend(PATTERN)
        try:
            return self._search(text, timeout=QUICK) is not None
        except TimeoutError:
            run.spend(MAX_WORK // 3)
        try:
            return self._search(text, timeout=SLOW) is not None
        except TimeoutError as error:
            raise TooMuchWork from error


def pattern_check(schema: dict[str, Any]) -> Check | None:
    """Compile `pattern`."""
    if "pattern" not in schema:
        return None
    pattern = Pattern(schema["pattern"])

    def check(value: Any, run: Run) -> None:
        if isinstance(value, str) and not pattern.matches(value, run):
            run.tell(f"String does not match regex pattern '{pattern.source}'.")

    return check


TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")


def is_time(text: str) -> bool:
    """Tell whether a text is a time as RFC 3339 has it."""
    datetime.fromisoformat(text[:19])
    return TIME.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Tell whether a text is a date as RFC 3339 has it."""
    date.fromisoformat(text)
    return len(text) == 10


def parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    """Return a test whether something can be parsed."""
    return lambda text: parse(text) is not None


FORMATS: dict[str, Callable[[Any], bool]] = {
    "date-time": is_time,
    "date": is_date,
    "uuid": parses(uuid.UUID),
    "ipv4": parses(ipaddress.IPv4Address),
    "ipv6": parses(ipaddress.IPv6Address),
    "email": parses(EMAIL.fullmatch),
    "uri": parses(URI.fullmatch),
}
WHOLE = {"int32": 31, "int64": 63}


def format_check(schema: dict[str, Any]) -> Check | None:
    """Compile `format`; one that is not known says nothing."""
    name = schema.get("format")
    bits = WHOLE.get(str(name))
    if bits is not None:

        def check_whole(value: Any, run: Run) -> None:
            if is_number(value) and not -(1 << bits) <= value < 1 << bits:
                run.tell(f"Integer {value} is out of range for {name}.")

        return check_whole
    test = FORMATS.get(str(name))
    if test is None:
        return None

    def check(value: Any, run: Run) -> None:
        if isinstance(value, str):
            run.spend(4)
            try:
                is_fit = len(value) <= 4096 and test(value)
            except ValueError:
                is_fit = False
            if not is_fit:
                run.tell(f"String does not validate against format '{name}'.")

    return check


def plain_checks(schema: dict[str, Any]) -> Iterator[Check]:
    """Yield the checks of the keywords that look at one value. Raises SchemaError."""
    for compiled in (
        type_check,
        enum_check,
        number_check,
        size_check,
        pattern_check,
        format_check,
    ):
        check = compiled(schema)
        if check is not None:
            yield check
