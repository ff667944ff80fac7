"""System.Text.RegularExpressions on the `regex` package, which can be interrupted.

.NET's dialect differs in little: `\\z`, `\\k<name>`, numbers of named groups, substitutions.
Balancing groups and class subtraction are refused. A match may take 10 ms; each one that takes
longer costs a good part of the evaluation's budget, so an expression cannot go on offending.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import regex  # type: ignore[import-untyped]  # the package has no type information

from headgate.csharp.budget import made, scanned, spend
from headgate.csharp.errors import DotNetError, bad_argument, null_argument
from headgate.csharp.runtime.collections import Items
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject, enum_class

SPACE = "System.Text.RegularExpressions"
UNITS_A_SECOND = 500_000_000
QUICK = 5_000
"""Units that every search costs, and its time; `PER_CHAR` more for each character."""
PER_CHAR = 2
SLOW = 4_000_000
"""What a search costs when that was not enough: 8 ms."""
COMPILING = 100_000
"""Units of a pattern that was not used lately, and `PER_SIGN` more for each character."""
PER_SIGN = 5_000
FIND = 1_000
"""Units of one match that was found."""
MAX_PATTERN = 4000
MAX_MATCHES = 100_000
Options = enum_class(
    f"{SPACE}.RegexOptions",
    {
        "None": 0,
        "IgnoreCase": 1,
        "Multiline": 2,
        "ExplicitCapture": 4,
        "Compiled": 8,
        "Singleline": 16,
        "IgnorePatternWhitespace": 32,
        "RightToLeft": 64,
        "ECMAScript": 256,
        "CultureInvariant": 512,
    },
    flags=True,
)
EXPLICIT = 4
FLAGS = {
    1: regex.IGNORECASE,
    2: regex.MULTILINE,
    16: regex.DOTALL,
    32: regex.VERBOSE,
    64: regex.REVERSE,
    256: regex.ASCII,
}
TOKEN = re.compile(
    r"\\k(?:<(?P<back>\w+)>|'(?P<quoted>\w+)')|\\z|\\Z|\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]"
    r"|\(\?<(?P<balance>\w*-)|\(\?'(?P<name>\w+)'|\(\?n\)|(?P<plain>\((?!\?))|.",
    re.DOTALL,
)
REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}")
MAX_REPEAT = 2000
SUBSTITUTION = re.compile(r"\$(?:(\d+)|\{(\w+)\}|([$&`'+_]))")


def refused(what: str) -> DotNetError:
    """Return the error for a construct that is not supported."""
    return DotNetError("System.NotSupportedException", f"{what} are not supported.")


def translated(pattern: str, options: int) -> str:
    """Return a .NET pattern in the dialect of `regex`."""
    explicit = bool(options & EXPLICIT)
    out: list[str] = []
    for found in TOKEN.finditer(pattern):
        token = found[0]
        if found["back"] or found["quoted"]:
            out.append(f"(?P={found['back'] or found['quoted']})")
        elif token == r"\z":
            out.append(r"\Z")
        elif token == r"\Z":
            out.append(r"(?=\n?\Z)")
        elif found["balance"]:
            raise refused("Balancing groups")
        elif found["name"]:
            out.append(f"(?P<{found['name']}>")
        elif token == "(?n)":
            explicit = True
        elif found["plain"] and explicit:
            out.append("(?:")
        elif token[0] == "[" and "-[" in token[1:]:
            raise refused("Character class subtractions")
        else:
            out.append(token)
    return "".join(out)


class Pattern(NetObject):
    """`Regex`: a compiled pattern and its groups under .NET's numbers."""

    __slots__ = ("compiled", "names", "numbers", "source")
    NET = Type(f"{SPACE}.Regex")

    def __init__(self, source: str, options: int) -> None:
        spend(COMPILING + PER_SIGN * len(source))
        self.source = source
        flags = 0
        for bit, flag in FLAGS.items():
            if options & bit:
                flags |= flag
        try:
            self.compiled = regex.compile(translated(source, options), flags)
        except (regex.error, OverflowError, RecursionError) as error:
            raise bad_argument(f'parsing "{source}" - {error}') from error
        named = sorted(self.compiled.groupindex.items(), key=lambda item: item[1])
        places = {place for _, place in named}
        plain = [place for place in range(1, self.compiled.groups + 1) if place not in places]
        self.numbers = [0, *plain, *[place for _, place in named]]
        """The group of `regex` behind each of .NET's: named ones come last there."""
        self.names = {name: self.numbers.index(place) for name, place in named}

    def to_text(self) -> str:
        """Return the pattern."""
        return self.source


@lru_cache(256)
def cached(source: str, options: int) -> Pattern:
    """Return a compiled pattern."""
    return Pattern(source, options)


def pattern(source: str | None, options: int = 0) -> Pattern:
    """Return a pattern. Raises ArgumentNull or Argument."""
    if source is None:
        raise null_argument("pattern")
    repeats = [int(part) for found in REPEAT.findall(source) for part in found if part]
    if len(source) > MAX_PATTERN or any(count > MAX_REPEAT for count in repeats):
        raise bad_argument("The pattern is too large.")
    return cached(source, int(options))


def subject(text: str | None) -> str:
    """Return the text to search, which may not be null."""
    if text is None:
        raise null_argument("input")
    return text


def timed(text: str, run: Callable[[float], Any]) -> Any:
    """Run a search, given its timeout in seconds. Raises RegexMatchTimeoutException.

    How long a match takes cannot be told beforehand. So it gets a little time, paid in advance;
    one that needs more pays for more and starts again.
    """
    size = len(text)
    spend(QUICK + PER_CHAR * size)
    try:
        return run((QUICK + PER_CHAR * size) / UNITS_A_SECOND)
    except TimeoutError:
        spend(SLOW)
    try:
        return run(SLOW / UNITS_A_SECOND)
    except TimeoutError as error:
        raise DotNetError(
            f"{SPACE}.RegexMatchTimeoutException", "The regular expression takes too long."
        ) from error


class Group(NetObject):
    """`Group`: what one pair of parentheses caught."""

    __slots__ = ("captures", "name", "span", "text")
    NET = Type(f"{SPACE}.Group")

    def __init__(self, match: Match, place: int | None, name: str) -> None:
        found = match.found
        caught = found is not None and place is not None and found.group(place) is not None
        self.name = name
        self.text: str = found.group(place) if caught else ""
        self.span: tuple[int, int] = found.span(place) if caught else (0, 0)
        spans = found.spans(place) if caught else []
        kind = Type(f"{SPACE}.Capture")
        self.captures = Items(kind, [Capture(match.subject, span) for span in spans])

    @property
    def success(self) -> bool:
        """Tell whether the group caught something."""
        return bool(self.captures)

    def to_text(self) -> str:
        """Return what it caught last."""
        return self.text


class Capture(NetObject):
    """`Capture`: one catch of a group."""

    __slots__ = ("span", "text")
    NET = Type(f"{SPACE}.Capture")

    def __init__(self, text: str, span: tuple[int, int]) -> None:
        self.span = span
        self.text = text[span[0] : span[1]]

    def to_text(self) -> str:
        """Return the text."""
        return self.text


class Match(NetObject):
    """`Match`: one find, or the empty match."""

    __slots__ = ("found", "pattern", "subject")
    NET = Type(f"{SPACE}.Match")

    def __init__(self, source: Pattern, text: str, found: Any) -> None:
        self.pattern = source
        self.subject = text
        self.found = found

    @property
    def success(self) -> bool:
        """Tell whether there is a match."""
        return self.found is not None

    @property
    def text(self) -> str:
        """Return what matched."""
        return self.found.group() if self.found is not None else ""

    @property
    def span(self) -> tuple[int, int]:
        """Return from where to where it matched."""
        return self.found.span() if self.found is not None else (0, 0)

    def to_text(self) -> str:
        """Return what matched."""
        return self.text

    def group(self, key: int | str) -> Group:
        """Return a group by .NET's number or by name; an unknown one caught nothing."""
        if isinstance(key, str) and not key.isdigit():
            number = self.pattern.names.get(key)
        else:
            number = int(key)
        known = number is not None and 0 <= number < len(self.pattern.numbers)
        place = self.pattern.numbers[number] if known and number is not None else None
        return Group(self, place if self.success else None, str(key))

    def groups(self) -> list[Group]:
        """Return all groups in .NET's order."""
        count = len(self.pattern.numbers) if self.success else 1
        return [self.group(place) for place in range(count)]


def search(source: Pattern, text: str | None, start: int = 0) -> Match:
    """Return the first match."""
    text = subject(text)
    backwards = source.compiled.flags & regex.REVERSE
    place = {} if backwards else {"pos": start}

    def run(timeout: float) -> Any:
        return source.compiled.search(text, timeout=timeout, **place)

    return Match(source, text, timed(text, run))


def next_match(match: Match) -> Match:
    """Return the match behind another."""
    if not match.success:
        return match
    start, end = match.span
    return search(match.pattern, match.subject, end + (start == end))


def find_all(source: Pattern, text: str | None) -> list[Match]:
    """Return all matches."""
    text = subject(text)

    def run(timeout: float) -> list[Match]:
        found: list[Match] = []
        for one in source.compiled.finditer(text, timeout=timeout):
            found.append(Match(source, text, one))
            if len(found) > MAX_MATCHES:
                raise TimeoutError
        spend(len(found) * FIND)
        return found

    matches: list[Match] = timed(text, run)
    return matches


def expanded(match: Match, template: str) -> str:
    """Return a substitution: `$1`, `${name}`, `$$`, `$&`, `` $` ``, `$'`, `$+`, `$_`."""

    def one(found: re.Match[str]) -> str:
        key = found[1] or found[2]
        if key:
            numbers = match.pattern.numbers
            known = int(key) < len(numbers) if key.isdigit() else key in match.pattern.names
            return match.group(key).text if known else found[0]
        start, end = match.span
        return {
            "$": "$",
            "&": match.text,
            "`": match.subject[:start],
            "'": match.subject[end:],
            "+": match.groups()[-1].text,
            "_": match.subject,
        }[found[3]]

    return SUBSTITUTION.sub(one, template)


def pieces(matches: list[Match], text: str) -> Iterator[tuple[str, Match | None]]:
    """Yield the text before each match with the match, and the rest."""
    last = 0
    for match in sorted(matches, key=lambda one: one.span):
        yield text[last : match.span[0]], match
        last = match.span[1]
    yield text[last:], None


def replace(source: Pattern, text: str | None, make: Callable[[Match], str], count: int) -> str:
    """Return the text with matches replaced, at most `count` of them unless that is negative."""
    matches = find_all(source, text)
    if count >= 0:
        matches = matches[:count]
    out: list[str] = []
    for before, match in pieces(matches, subject(text)):
        out.append(before)
        if match is not None:
            out.append(make(match))
            scanned(out[-1])
    return made("".join(out))


def split(source: Pattern, text: str | None) -> list[str]:
    """Return the parts between matches, and what groups caught there."""
    parts: list[str] = []
    for before, match in pieces(find_all(source, text), subject(text)):
        parts.append(before)
        if match is not None:
            parts += [group.text for group in match.groups()[1:] if group.success]
    return parts
