"""Puts named values into a tree before anything in it is read (apim.md 7.4).

Replacement is textual and happens once: a value that holds `{{…}}` itself is not read again. Liquid
templates use the same braces, so in them unknown names stay as they are.

Deployment scripts fill placeholders `{name}` before a document reaches APIM; `headgate check` fills
those whose value it is given.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from headgate.policy.findings import Findings, nearest, quote
from headgate.policy.node import Node
from headgate.policy.surroundings import Surroundings
from headgate.policy.text import Pieces, Text

REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9_.\-]{1,256})\s*\}\}")
REFERENCE_OR_PLACEHOLDER = re.compile(REFERENCE.pattern + r"|\{([A-Za-z0-9_.\-]{1,256})\}")


def substitute(root: Node, surroundings: Surroundings, *, findings: Findings) -> None:
    """Replace the references in all attribute values and element texts of a tree."""
    stack: list[tuple[Node, Findings | None]] = [(root, findings)]
    while stack:
        node, telling = stack.pop()
        template = node.attributes.get("template")
        is_liquid = template is not None and template.text.value == "liquid"
        inner = None if is_liquid else telling
        stack.extend((child, inner) for child in reversed(node.children))
        for attribute in node.attributes.values():
            attribute.text = replaced(attribute.text, surroundings, findings=telling)
        if node.text is not None:
            node.text = replaced(node.text, surroundings, findings=inner)


def replaced(text: Text, surroundings: Surroundings, *, findings: Findings | None) -> Text:
    """Return the text with its references replaced; without findings unknown ones are kept."""
    if "{" not in text.value:
        return text
    parts: list[str] = []
    pieces: Pieces = [piece for piece in text.pieces if piece[0] == 0][-1:]
    length = last = 0
    is_secret = is_unresolved = False
    pattern = REFERENCE_OR_PLACEHOLDER if surroundings.variables else REFERENCE
    for match in pattern.finditer(text.value):
        found = _value_of(match, surroundings)
        if found is None:
            if findings is not None and match[1]:
                is_unresolved = True
                _report(match, text, surroundings=surroundings, findings=findings)
            continue
        value, secret = found
        is_secret |= secret
        pieces += _moved(text.pieces, start=last, end=match.start(), by=length - last)
        parts += text.value[last : match.start()], value
        length += match.start() - last
        pieces.append((length, text.source_offset(match.start())))
        length += len(value)
        last = match.end()
        pieces.append((length, text.source_offset(last - 1) + 1))
    if not parts:
        text.unresolved = is_unresolved
        return text
    pieces += _moved(text.pieces, start=last, end=len(text.value), by=length - last)
    parts.append(text.value[last:])
    return Text(
        "".join(parts),
        text.source,
        pieces=pieces,
        shown=text.shown,
        secret=is_secret,
        unresolved=is_unresolved,
    )


def _moved(pieces: Pieces, *, start: int, end: int, by: int) -> Pieces:
    """Return the pieces that begin between two offsets, moved."""
    first = bisect_right(pieces, start, key=_value_offset)
    last = bisect_left(pieces, end, key=_value_offset)
    return [(at + by, source) for at, source in pieces[first:last]]


def _value_offset(piece: tuple[int, int]) -> int:
    return piece[0]


def _value_of(match: re.Match[str], surroundings: Surroundings) -> tuple[str, bool] | None:
    """Return what a reference or placeholder stands for, and whether that is secret."""
    given = surroundings.variables.get(match[match.lastindex or 0])
    if given is not None:
        return given, False
    named = surroundings.named_values.get(match[1] or "")
    return None if named is None else (named.value, named.secret)


def _report(
    match: re.Match[str], text: Text, *, surroundings: Surroundings, findings: Findings
) -> None:
    allowed = surroundings.allow_missing_named_values
    findings.add(
        "HG182",
        text.place(match.start()),
        message=f"No named value is called {quote(match[1])}.",
        hint=nearest(match[1], [*surroundings.named_values, *surroundings.variables]),
        severity="warning" if allowed else "error",
    )
