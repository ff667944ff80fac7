"""URL templates of operations: what they look like and what they capture.

A template is a path below the API's path and, optionally, a query: `/users/{id}?view={view}`.
A segment is a literal, a parameter `{name}`, or a mixture such as `{name}.json`. The last segment
may be `*` or `{*name}`, which stand for the rest of the path, also an empty one. What stands in
the query is required of the request, in any order (apim.md 6.4; APIM's "Add operations" page).
"""

from __future__ import annotations

import re
from urllib.parse import unquote

import msgspec

SEGMENTS_MAX = 32
"""Deepest template; Azure's own specifications stay below 20."""

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"\*?[^\s{}*/?&=]+")


class TemplateError(ValueError):
    """A template that no request could be matched against; the text says why."""


class Segment(msgspec.Struct, frozen=True):
    """One path segment: `literals` and `names` alternate, beginning and ending with a literal.

    `{name}.json` is literals ("", ".json") and names ("name",). Literals are decoded and in lower
    case, because paths compare without case.
    """

    literals: tuple[str, ...]
    names: tuple[str, ...] = ()

    def capture(self, segment: str) -> tuple[str, ...] | None:
        """Return the values of the names in a decoded segment, or None where it does not fit.

        Each name takes one character at least and otherwise as few as possible: no backtracking.
        """
        lower = segment.lower()
        first, last = self.literals[0], self.literals[-1]
        # Lengths differ for a few letters outside ASCII, whose positions would be wrong then.
        if len(lower) != len(segment) or not lower.startswith(first) or not lower.endswith(last):
            return None
        end = len(segment) - len(last)
        start = len(first)
        values = []
        for literal in self.literals[1:-1]:
            found = lower.find(literal, start + 1, end)
            if found < 0:
                return None
            values.append(segment[start:found])
            start = found + len(literal)
        if start >= end:
            return None
        values.append(segment[start:end])
        return tuple(values)


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A parsed template. `rest` is the name of a greedy last segment; `*` has the name ''."""

    segments: tuple[Segment, ...]
    rest: str | None = None
    query: tuple[tuple[str, str | None, str], ...] = ()
    """Required query: name in lower case, literal value or None, name of the capture."""

    @property
    def shape(self) -> tuple[object, ...]:
        """Return what makes two templates match the same requests: all but the names."""
        segments = tuple(segment.literals for segment in self.segments)
        query = tuple(sorted((name, value or "") for name, value, _ in self.query))
        return (segments, self.rest is not None, query)


def parse_template(text: str) -> Template:
    """Read a URL template. Raises TemplateError."""
    path, _, query = text.partition("?")
    if "#" in text:
        raise TemplateError("a URL template has no fragment")
    parts = path.strip("/").split("/") if path.strip("/") else []
    if len(parts) > SEGMENTS_MAX:
        raise TemplateError(f"more than {SEGMENTS_MAX} segments")
    rest: str | None = None
    if parts and (parts[-1] == "*" or parts[-1].startswith("{*")):
        rest = _rest_name(parts.pop())
    template = Template(
        segments=tuple(_segment(part) for part in parts), rest=rest, query=_query(query)
    )
    _refuse_repeated_names(template)
    return template


def _rest_name(part: str) -> str:
    if part == "*":
        return ""
    match = _PARAMETER.fullmatch(part)
    if match is None or not _NAME.fullmatch(match[1]):
        raise TemplateError(f"{part!r} is not {{*name}}")
    return match[1][1:]


def _segment(part: str) -> Segment:
    if not part:
        raise TemplateError("an empty segment ('//') matches nothing")
    pieces = _PARAMETER.split(part)
    literals = tuple(unquote(piece).lower() for piece in pieces[::2])
    names = tuple(pieces[1::2])
    if any(mark in literal for literal in literals for mark in "{}*"):
        raise TemplateError(f"{part!r}: braces enclose a name; '*' stands alone, at the end")
    if any(not _NAME.fullmatch(name) or name.startswith("*") for name in names):
        raise TemplateError(f"{part!r}: a parameter needs a name")
    if not all(literals[1:-1]):
        raise TemplateError(f"{part!r}: two parameters need text between them")
    if literals in ((".",), ("..",)):
        raise TemplateError("'.' and '..' are never matched")
    return Segment(literals, names)


def _query(query: str) -> tuple[tuple[str, str | None, str], ...]:
    required: list[tuple[str, str | None, str]] = []
    for item in query.split("&") if query else ():
        name, equals, value = item.partition("=")
        match = _PARAMETER.fullmatch(value)
        if not name or not equals or (match is None and ("{" in value or "}" in value)):
            raise TemplateError(f"{item!r} is not name={{parameter}} or name=value")
        if match is not None and not _NAME.fullmatch(match[1]):
            raise TemplateError(f"{item!r}: a parameter needs a name")
        lower = unquote(name).lower()
        required.append((lower, None, match[1]) if match else (lower, unquote(value), ""))
    return tuple(required)


def _refuse_repeated_names(template: Template) -> None:
    names = [name for segment in template.segments for name in segment.names]
    names += [capture for _, _, capture in template.query if capture]
    if template.rest:
        names.append(template.rest)
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise TemplateError(f"the parameter {{{name}}} appears twice")
        seen.add(name)
