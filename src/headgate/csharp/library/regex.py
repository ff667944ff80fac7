"""System.Text.RegularExpressions: Regex, Match, Group, Capture."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from headgate.csharp.declare import DotNetType, enumeration
from headgate.csharp.errors import out_of_range
from headgate.csharp.runtime import regexes
from headgate.csharp.runtime.collections import Array, Items
from headgate.csharp.runtime.regexes import Capture, Group, Match, Options, Pattern, pattern
from headgate.csharp.types import STRING, Type

SPACE = regexes.SPACE
REGEX = DotNetType(f"{SPACE}.Regex", python=Pattern)
MATCH = DotNetType(f"{SPACE}.Match", bases=("Group",), python=Match)
GROUP = DotNetType(f"{SPACE}.Group", bases=("Capture",), python=Group)
CAPTURE = DotNetType(f"{SPACE}.Capture", python=Capture)
MATCHES = DotNetType(f"{SPACE}.MatchCollection", bases=("IEnumerable<Match>",))
GROUPS = DotNetType(f"{SPACE}.GroupCollection", bases=("IEnumerable<Group>",))
CAPTURES = DotNetType(f"{SPACE}.CaptureCollection", bases=("IEnumerable<Capture>",))
TYPES = (
    REGEX,
    MATCH,
    GROUP,
    CAPTURE,
    MATCHES,
    GROUPS,
    CAPTURES,
    enumeration(f"{SPACE}.RegexOptions", Options),
)

# -- matches ------------------------------------------------------------------------------------

CAPTURE.property("string! Value", code="{0}.text")
CAPTURE.property("int Index", code="{0}.span[0]")
CAPTURE.property("int Length", code="len({0}.text)")
GROUP.property("bool Success", code="{0}.success")
GROUP.property("string! Name", code="{0}.name")
GROUP.property("CaptureCollection! Captures", code="{0}.captures")
MATCH.property("GroupCollection! Groups", code="{0}")
MATCH.property("bool Success", code="{0}.success")
MATCH.method("Match! NextMatch()")(regexes.next_match)
MATCH.method("string! Result(string replacement)")(regexes.expanded)
MATCH.static_property("Match! Empty")(lambda: Match(pattern(""), "", None))
GROUPS.indexer("Group! this[int groupnum]")(Match.group)
GROUPS.indexer("Group! this[string groupname]")(Match.group)
GROUPS.property("int Count")(lambda match: len(match.groups()))


def item(found: Items, index: int) -> Any:
    """Return one match or capture."""
    if not 0 <= index < len(found):
        raise out_of_range("i")
    return found[index]


for declared, name in ((MATCHES, "Match"), (CAPTURES, "Capture")):
    declared.indexer(f"{name}! this[int i]")(item)
    declared.property("int Count", code="len({0})")

# -- searching ----------------------------------------------------------------------------------

Search = Callable[..., Any]


def is_match(source: Pattern, text: str | None, start: int = 0) -> bool:
    """Tell whether a pattern matches."""
    return regexes.search(source, text, start).success


def matches(source: Pattern, text: str | None) -> Items:
    """Return all matches."""
    return Items(Type(f"{SPACE}.Match"), regexes.find_all(source, text))


def replaced(source: Pattern, text: str | None, template: str, count: int = -1) -> str:
    """Replace matches by a substitution."""

    def make(match: Match) -> str:
        return regexes.expanded(match, template)

    return regexes.replace(source, text, make, count)


def replaced_by(source: Pattern, text: str | None, make: Search, count: int = -1) -> str:
    """Replace matches by what a function makes of them."""
    return regexes.replace(source, text, lambda match: make(match) or "", count)


def split(source: Pattern, text: str | None) -> Array:
    """Split at matches."""
    return Array(STRING, regexes.split(source, text))


def both(result: str, name: str, more: str, function: Search) -> None:
    """Declare a method of Regex and its static twins, which take the pattern as a text."""
    tail = f", {more}" if more else ""

    def static(text: str | None, source: str | None, *rest: Any) -> Any:
        regexes.subject(text)
        return function(pattern(source), text, *rest)

    def with_options(text: str | None, source: str | None, *rest: Any) -> Any:
        regexes.subject(text)
        *values, options = rest
        return function(pattern(source, options), text, *values)

    REGEX.method(f"{result} {name}(string input{tail})")(function)
    REGEX.static(f"{result} {name}(string input, string pattern{tail})")(static)
    REGEX.static(f"{result} {name}(string input, string pattern{tail}, RegexOptions options)")(
        with_options
    )


both("bool", "IsMatch", "", is_match)
both("Match!", "Match", "", regexes.search)
both("MatchCollection!", "Matches", "", matches)
both("string[]!", "Split", "", split)
both("string!", "Replace", "string replacement", replaced)
both("string!", "Replace", "Func<Match, string> evaluator", replaced_by)
REGEX.method("bool IsMatch(string input, int startat)")(is_match)
REGEX.method("Match! Match(string input, int startat)")(regexes.search)
REGEX.method("string! Replace(string input, string replacement, int count)")(replaced)
REGEX.method("string! Replace(string input, Func<Match, string> evaluator, int count)")(replaced_by)
REGEX.constructor("(string pattern)")(pattern)
REGEX.constructor("(string pattern, RegexOptions options)")(pattern)


@REGEX.constructor("(string pattern, RegexOptions options, TimeSpan matchTimeout)")
def with_timeout(source: str | None, options: int, _timeout: Any) -> Pattern:
    """Return a pattern; our own limit of 10 ms holds whatever the timeout says."""
    return pattern(source, options)


SPECIAL = re.compile(r"[\\*+?|{\[()^$.# ]")
NAMES = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\f": r"\f"}
ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@REGEX.static("string! Escape(string str)")
def escape(text: str | None) -> str:
    """Return a text with escapes before what has a meaning in a pattern."""
    marked = SPECIAL.sub(lambda found: f"\\{found[0]}", regexes.subject(text))
    return "".join([NAMES.get(char, char) for char in marked])


@REGEX.static("string! Unescape(string str)")
def unescape(text: str | None) -> str:
    """Undo `Escape`."""
    words = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
    return ESCAPE.sub(lambda found: words.get(found[1], found[1]), regexes.subject(text))
