"""The values of XPath 1.0, their conversions, comparisons, arithmetic, and its function library."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from itertools import takewhile
from typing import Any

import msgspec

from headgate.csharp.budget import scanned, spend
from headgate.csharp.numerals import double_text
from headgate.csharp.runtime.texts import joined, units, whole
from headgate.csharp.runtime.xmlnames import BLANKS, XML
from headgate.csharp.runtime.xmltree import (
    Attribute,
    Element,
    Instruction,
    Node,
    Text,
    after,
    ancestors,
    inner_text,
    qualified,
)
from headgate.csharp.runtime.xpathsyntax import path_error

Value = list[Node] | str | float | bool
NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)")
PAIR = 200
"""Units of a comparison of two nodes."""
NAN = float("nan")


class Focus(msgspec.Struct, frozen=True):
    """Where an expression is evaluated: node, its place among those looked at, their number."""

    node: Node
    place: int
    size: int


# -- conversions --------------------------------------------------------------------------------


def text_at(node: Node) -> str:
    """Return the text of a node; texts side by side are one to XPath."""
    if not isinstance(node, Text):
        return inner_text(node)
    run = takewhile(lambda one: isinstance(one, Text), after(node))
    return joined(node.value, *[one.value for one in run if isinstance(one, Text)])


def text_of(value: Value) -> str:
    """Return `string(value)`."""
    if isinstance(value, list):
        return text_at(value[0]) if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else number_text(value)


def number_text(value: float) -> str:
    """Return a number as .NET writes it, with an exponent where it has one."""
    return double_text(value) if value else "0"


def number_of(value: Value) -> float:
    """Return `number(value)`; NaN for what is no number."""
    if isinstance(value, bool | float):
        return float(value)
    text = text_of(value)
    scanned(text)
    found = NUMBER.fullmatch(text.strip(BLANKS))
    return float(found[0]) if found else NAN


def truth_of(value: Value) -> bool:
    """Return `boolean(value)`."""
    if isinstance(value, float):
        return value == value and value != 0
    return bool(value)


# -- operators ----------------------------------------------------------------------------------


def divided(left: float, right: float) -> float:
    """Return `left div right`."""
    if right:
        return left / right
    if not left or left != left:
        return NAN
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def remainder(left: float, right: float) -> float:
    """Return `left mod right`, with the sign of the left one."""
    if not right or math.isinf(left) or left != left or right != right:
        return NAN
    return math.fmod(left, right)


ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": divided,
    "mod": remainder,
}
RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(op: str, left: Value, right: Value) -> Value:
    """Apply an arithmetic operator or a comparison; of nodes one that fits is enough."""
    if op in ARITHMETIC:
        return ARITHMETIC[op](number_of(left), number_of(right))
    relation = RELATIONS[op]
    if isinstance(left, bool) or isinstance(right, bool):
        one, other = truth_of(left), truth_of(right)
        return relation(one, other) if op in ("=", "!=") else relation(float(one), float(other))
    lefts = [text_at(node) for node in left] if isinstance(left, list) else [left]
    rights = [text_at(node) for node in right] if isinstance(right, list) else [right]
    spend(PAIR * len(lefts) * len(rights))
    return any(related(op, one, other) for one in lefts for other in rights)


def related(op: str, one: str | float, other: str | float) -> bool:
    """Compare two plain values: as texts only if both are, and only for equality."""
    if op in ("=", "!=") and isinstance(one, str) and isinstance(other, str):
        return RELATIONS[op](one, other)
    return RELATIONS[op](number_of(one), number_of(other))


# -- functions ----------------------------------------------------------------------------------


def first(focus: Focus, given: tuple[Value, ...]) -> Node | None:
    """Return the node that a function is about: of the set it is given, or the one at hand."""
    if not given:
        return focus.node
    nodes = given[0]
    if not isinstance(nodes, list):
        raise path_error("Expression must evaluate to a node-set.")
    return nodes[0] if nodes else None


def local_name(focus: Focus, *given: Value) -> str:
    """Return the name without prefix."""
    node = first(focus, given)
    if isinstance(node, Instruction):
        return node.target
    return node.local if isinstance(node, Element | Attribute) else ""


def full_name(focus: Focus, *given: Value) -> str:
    """Return the name with its prefix."""
    node = first(focus, given)
    return qualified(node) if isinstance(node, Element | Attribute) else local_name(focus, *given)


def namespace_uri(focus: Focus, *given: Value) -> str:
    """Return the namespace."""
    node = first(focus, given)
    return node.space if isinstance(node, Element | Attribute) else ""


def string(focus: Focus, *given: Value) -> str:
    """Return the text of a value, or of the node at hand."""
    return text_of(given[0]) if given else text_at(focus.node)


def number(focus: Focus, *given: Value) -> float:
    """Return the number of a value, or of the node at hand."""
    return number_of(given[0] if given else text_at(focus.node))


def count(_: Focus, nodes: Value) -> float:
    """Return how many nodes there are."""
    if not isinstance(nodes, list):
        raise path_error("Expression must evaluate to a node-set.")
    return float(len(nodes))


def total(_: Focus, nodes: Value) -> float:
    """Return the sum of the numbers of nodes."""
    if not isinstance(nodes, list):
        raise path_error("Expression must evaluate to a node-set.")
    return float(sum([number_of(text_at(node)) for node in nodes]))


def before(_: Focus, text: Value, part: Value) -> str:
    """Return what stands in front of a part."""
    head, found, _rest = text_of(text).partition(text_of(part) or "\0")
    return head if found else ""


def behind(_: Focus, text: Value, part: Value) -> str:
    """Return what stands behind a part."""
    found = text_of(part)
    return text_of(text).partition(found)[2] if found else text_of(text)


def rounded(value: Value) -> float:
    """Return the nearest integer, the greater of two."""
    found = number_of(value)
    return found if math.isinf(found) or found != found else float(math.floor(found + 0.5))


def integral(rule: Callable[[float], int], value: Value) -> float:
    """Return an integer below or above."""
    found = number_of(value)
    return found if math.isinf(found) or found != found else float(rule(found))


def substring(_: Focus, text: Value, start: Value, *length: Value) -> str:
    """Return the characters from a place, counted from 1."""
    found = units(text_of(text))
    low = rounded(start)
    high = low + rounded(length[0]) if length else math.inf
    if low != low or high != high:
        return ""
    begin = int(max(low, 1.0)) - 1 if low < len(found) + 1 else len(found)
    end = int(max(high, 1.0)) - 1 if high < len(found) + 1 else len(found)
    return whole(found[begin:end])


def normalized(focus: Focus, *given: Value) -> str:
    """Return a text with single blanks between words."""
    text = string(focus, *given)
    scanned(text, 4)
    return " ".join([part for part in re.split("[ \t\r\n]+", text) if part])


def translated(_: Focus, text: Value, source: Value, target: Value) -> str:
    """Return a text with characters put for others, or taken out."""
    given, wanted = text_of(source), text_of(target)
    found = text_of(text)
    scanned(found, 20)
    table: dict[int, str | None] = {}
    for place, char in enumerate(given):
        table.setdefault(ord(char), wanted[place] if place < len(wanted) else None)
    return found.translate(table)


def language(focus: Focus, wanted: Value) -> bool:
    """Tell whether `xml:lang` around the node names a language."""
    for node in [focus.node, *ancestors(focus.node)]:
        found = node.attribute("lang", XML) if isinstance(node, Element) else None
        if found is not None:
            said, asked = found.value.lower(), text_of(wanted).lower()
            return said == asked or said.startswith(asked + "-")
    return False


FUNCTIONS: dict[str, tuple[Callable[..., Value], int, int]] = {
    "last": (lambda focus: float(focus.size), 0, 0),
    "position": (lambda focus: float(focus.place), 0, 0),
    "count": (count, 1, 1),
    "local-name": (local_name, 0, 1),
    "name": (full_name, 0, 1),
    "namespace-uri": (namespace_uri, 0, 1),
    "string": (string, 0, 1),
    "concat": (lambda _, *given: joined(*map(text_of, given)), 2, 64),
    "starts-with": (lambda _, text, part: text_of(text).startswith(text_of(part)), 2, 2),
    "contains": (lambda _, text, part: text_of(part) in text_of(text), 2, 2),
    "substring-before": (before, 2, 2),
    "substring-after": (behind, 2, 2),
    "substring": (substring, 2, 3),
    "string-length": (lambda focus, *given: float(len(units(string(focus, *given)))), 0, 1),
    "normalize-space": (normalized, 0, 1),
    "translate": (translated, 3, 3),
    "boolean": (lambda _, value: truth_of(value), 1, 1),
    "not": (lambda _, value: not truth_of(value), 1, 1),
    "true": (lambda _: True, 0, 0),
    "false": (lambda _: False, 0, 0),
    "lang": (language, 1, 1),
    "number": (number, 0, 1),
    "sum": (total, 1, 1),
    "floor": (lambda _, value: integral(math.floor, value), 1, 1),
    "ceiling": (lambda _, value: integral(math.ceil, value), 1, 1),
    "round": (lambda _, value: rounded(value), 1, 1),
}
"""Each function with the fewest and the most arguments it takes."""
