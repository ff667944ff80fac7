"""From method and path to API and operation (apim.md 7.6; policy language, section 4).

The rules, in the order in which they decide:

1. The API whose path has the most segments in common with the request wins; no other API is tried
   after that. An API with an empty path takes what no other API takes.
2. Segment by segment, a literal goes before a mixture (`{name}.json`), a mixture before a
   parameter, a parameter before a wildcard. A way that leads nowhere is given up for the next.
3. Of operations with one path, the one that requires more of the query goes first; then the one
   that names the method before the one with method `*`. HEAD is a method like any other.

Paths compare without case and percent-decoded, segment by segment; `%2F` is part of a segment,
never a separator. One slash at the end changes nothing. An empty segment (`//`) matches only
wildcards. A path with a dot segment matches nothing (`safety`). Captured values are decoded.

Operations of an API form a trie. A place in it is reached by one way only, so a hostile path costs
one visit of each place at most; what lies deeper than the deepest template is never split.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from urllib.parse import unquote, unquote_plus

import msgspec

from headgate.model.entities import Api, Operation
from headgate.routing.safety import climbs
from headgate.routing.template import Segment, Template, parse_template

QUERY_PARAMETERS_MAX = 1000
"""Parameters of a query that are looked at; what follows them is not."""
RECENT_MAX = 1024
"""Matches kept."""
RECENT_LENGTH_MAX = 512
"""Characters of path and query of a match that is kept, so that they take half a megabyte."""


class Match(msgspec.Struct, frozen=True):
    """What a request is for. `remainder` is the path below the API's path, as it was sent.

    Requests for the same URL may share it: nobody changes `parameters`.
    """

    api: Api
    operation: Operation
    parameters: dict[str, str]
    remainder: str


class NoMatch(msgspec.Struct, frozen=True):
    """Nothing to call; `method` means that another method would have matched."""

    reason: Literal["api", "operation", "method", "path"]


def prefixes(api: Api) -> tuple[str, ...]:
    """Return the paths at which an API answers, in lower case, without slashes around them.

    A revision is reached at `path;rev=N`, the current one also without it.
    """
    base = "/".join(part for part in api.path.split("/") if part)
    if api.version_in_path and api.version:
        base = f"{base}/{api.version}".strip("/")
    base = unquote(base).lower()
    revised = f"{base};rev={api.revision}"
    return (base, revised) if api.is_current else (revised,)


class _Route:
    """One operation at its place: what it requires of the query and where its values stand."""

    __slots__ = ("captures", "captures_any", "method", "operation", "query", "rest", "rest_index")

    def __init__(self, operation: Operation, template: Template) -> None:
        self.operation = operation
        self.method = operation.method
        self.query = template.query
        self.rest = template.rest
        self.rest_index = len(template.segments)
        self.captures = tuple(
            (index, segment, segment.names[0] if segment.literals == ("", "") else "")
            for index, segment in enumerate(template.segments)
            if segment.names
        )
        """Index of the segment, the segment, and the name where it is nothing but a parameter."""
        self.captures_any = bool(self.captures or self.query or self.rest)

    def parameters(self, segments: list[str], query: dict[str, str]) -> dict[str, str]:
        """Return the values that the template captures, from decoded segments."""
        values: dict[str, str] = {}
        for index, segment, name in self.captures:
            if name:
                values[name] = segments[index]
            else:
                captured = segment.capture(segments[index]) or ()
                values.update(zip(segment.names, captured, strict=True))
        for name, literal, capture in self.query:
            if literal is None:
                values[capture] = query[name]
        if self.rest:
            values[self.rest] = "/".join(segments[self.rest_index :])
        return values


class _Place:
    """A place in the trie of an API's operations."""

    __slots__ = ("here", "literals", "mixtures", "parameter", "single", "wildcard")

    def __init__(self) -> None:
        self.single = False
        """Whether a segment leads to one place at most, so that there is no way to come back to."""
        self.literals: dict[str, _Place] = {}
        self.mixtures: list[tuple[Segment, _Place]] = []
        self.parameter: _Place | None = None
        self.here: list[_Route] = []
        self.wildcard: list[_Route] = []

    def settle(self) -> None:
        """Decide `single` here and below, once all templates are in."""
        self.single = not (self.mixtures or self.wildcard or (self.literals and self.parameter))
        places = [*self.literals.values(), *(place for _, place in self.mixtures)]
        for place in (*places, self.parameter) if self.parameter else places:
            place.settle()

    def below(self, segment: Segment) -> _Place:
        """Return the place that a template's segment leads to, made where there is none yet."""
        if not segment.names:
            return self.literals.setdefault(segment.literals[0], _Place())
        if segment.literals == ("", ""):
            self.parameter = self.parameter or _Place()
            return self.parameter
        for known, place in self.mixtures:
            if known.literals == segment.literals:
                return place
        place = _Place()
        self.mixtures.append((segment, place))
        # More literal text goes first, whatever the order of the specification.
        self.mixtures.sort(key=lambda entry: -sum(map(len, entry[0].literals)))
        return place


class _Search:
    """One request on its way through the trie of one API."""

    __slots__ = ("method", "other_method", "query", "query_string", "segments")

    def __init__(self, method: str, segments: list[str], *, query_string: str) -> None:
        self.method = method
        self.segments = segments
        self.query_string = query_string
        self.query: dict[str, str] | None = None
        self.other_method = False

    def below(self, place: _Place, index: int) -> _Route | None:
        """Return the best route at or below a place that segments up to `index` led to."""
        segments = self.segments
        while place.single and index < len(segments):
            segment = segments[index]
            only = place.literals.get(segment.lower()) or (place.parameter if segment else None)
            if only is None:
                return None
            place = only
            index += 1
        found: _Route | None = None
        if index == len(segments):
            found = self.choose(place.here)
        else:
            segment = segments[index]
            literal = place.literals.get(segment.lower())
            if literal is not None:
                found = self.below(literal, index + 1)
            if found is None and place.mixtures:
                found = self._through_mixtures(place, index)
            if found is None and place.parameter is not None and segment:
                found = self.below(place.parameter, index + 1)
        if found is None and place.wildcard:
            return self.choose(place.wildcard)
        return found

    def _through_mixtures(self, place: _Place, index: int) -> _Route | None:
        for segment, next_place in place.mixtures:
            if segment.capture(self.segments[index]) is None:
                continue
            found = self.below(next_place, index + 1)
            if found is not None:
                return found
        return None

    def choose(self, routes: list[_Route]) -> _Route | None:
        """Return the first route whose query and method fit."""
        for route in routes:
            if route.query and not self._has(route.query):
                continue
            if route.method == self.method or route.method == "*":
                return route
            self.other_method = True
        return None

    def _has(self, required: tuple[tuple[str, str | None, str], ...]) -> bool:
        if self.query is None:
            self.query = _read_query(self.query_string)
        for name, literal, _ in required:
            value = self.query.get(name)
            if value is None or (literal is not None and value != literal):
                return False
        return True


def _read_query(query_string: str) -> dict[str, str]:
    """Return the first value of each parameter, decoded, by its name in lower case."""
    values: dict[str, str] = {}
    encoded = "%" in query_string or "+" in query_string
    for item in query_string[1:].split("&", QUERY_PARAMETERS_MAX):
        name, _, value = item.partition("=")
        if encoded:
            name, value = unquote_plus(name), unquote_plus(value)
        values.setdefault(name.lower(), value)
    return values


class _Table:
    """The operations of one API, found below one of its paths."""

    __slots__ = ("api", "depth", "root")

    def __init__(self, api: Api) -> None:
        self.api = api
        self.root = _Place()
        self.depth = 0
        for operation in api.operations:
            template = parse_template(operation.url_template)
            place = self.root
            for segment in template.segments:
                place = place.below(segment)
            routes = place.here if template.rest is None else place.wildcard
            routes.append(_Route(operation, template))
            routes.sort(key=lambda route: (-len(route.query), route.operation.method == "*"))
            self.depth = max(self.depth, len(template.segments))
        self.root.settle()


class _Prefix:
    """A segment of the APIs' paths."""

    __slots__ = ("children", "table")

    def __init__(self) -> None:
        self.children: dict[str, _Prefix] = {}
        self.table: _Table | None = None


class Router:
    """Which operation a request is for; built once per snapshot, read by every call.

    Callers of an LLM use few distinct URLs, so the last matches are kept: 0.2 µs instead of 3.
    """

    __slots__ = ("_depth", "_recent", "_root")

    def __init__(self, apis: Iterable[Api]) -> None:
        self._root = _Prefix()
        self._depth = 1
        self._recent: dict[tuple[str, str, str], Match] = {}
        for api in apis:
            table = _Table(api)
            for prefix in prefixes(api):
                self._add(prefix, table)

    def _add(self, prefix: str, table: _Table) -> None:
        node = self._root
        segments = prefix.split("/") if prefix else []
        for segment in segments:
            node = node.children.setdefault(segment, _Prefix())
        node.table = node.table or table
        # One piece more than the deepest template: what is left over stays in one piece.
        self._depth = max(self._depth, len(segments) + table.depth + 1)

    def match(self, method: str, path: str, *, query_string: str = "") -> Match | NoMatch:
        """Find the operation for a request's method (upper case), raw path and query string."""
        key = (method, path, query_string)
        recent = self._recent.get(key)
        if recent is not None:
            return recent
        found = self._find(method, path, query_string=query_string)
        if isinstance(found, Match) and len(path) + len(query_string) <= RECENT_LENGTH_MAX:
            if len(self._recent) >= RECENT_MAX:
                self._recent.clear()
            self._recent[key] = found
        return found

    def _find(self, method: str, path: str, *, query_string: str) -> Match | NoMatch:
        if path[:1] != "/" or climbs(path):
            return NoMatch("path")
        trimmed = path[1:-1] if path[-1] == "/" else path[1:]
        raw = trimmed.split("/", self._depth) if trimmed else []
        segments = [unquote(segment) for segment in raw] if "%" in path else raw
        node = self._root
        table, used, length, offset = node.table, 0, 0, 0
        for index, segment in enumerate(segments, 1):
            child = node.children.get(segment.lower())
            if child is None:
                break
            node = child
            length += len(raw[index - 1]) + 1
            if node.table is not None:
                table, used, offset = node.table, index, length
        if table is None:
            return NoMatch("api")
        below = segments[used:]
        search = _Search(method, below, query_string=query_string)
        route = search.below(table.root, 0)
        if route is None:
            return NoMatch("method" if search.other_method else "operation")
        parameters = route.parameters(below, search.query or {}) if route.captures_any else {}
        return Match(table.api, route.operation, parameters, path[offset:])
