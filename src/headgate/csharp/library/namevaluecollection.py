"""NameValueCollection, which HttpUtility.ParseQueryString returns."""

from __future__ import annotations

from collections.abc import Iterator

from headgate.csharp.budget import ITEM, made, scanned, spend
from headgate.csharp.declare import DotNetType
from headgate.csharp.errors import null_argument
from headgate.csharp.library.webutility import HTTP, lower_encode
from headgate.csharp.runtime.collections import Array
from headgate.csharp.runtime.webtexts import url_decode
from headgate.csharp.types import STRING, Type
from headgate.csharp.values import NetObject

READING = 40
"""Units of a character of a query string."""


class NameValues(NetObject):
    """Names, whatever their case, each with all its values; null is a name too."""

    __slots__ = ("pairs",)
    NET = Type("System.Collections.Specialized.NameValueCollection")

    def __init__(self) -> None:
        self.pairs: dict[str | None, tuple[str | None, list[str]]] = {}

    def __iter__(self) -> Iterator[str | None]:
        return iter([name for name, _ in self.pairs.values()])

    def values(self, name: str | None) -> list[str] | None:
        """Return the values of a name, None if it is not there."""
        found = self.pairs.get(folded(name))
        return None if found is None else found[1]

    def get(self, name: str | None) -> str | None:
        """Return the values of a name joined with commas, null if it is not there."""
        found = self.values(name)
        return None if found is None else made(",".join(found))

    def add(self, name: str | None, value: str | None) -> None:
        """Add a value to a name."""
        spend(4 * ITEM)
        self.pairs.setdefault(folded(name), (name, []))[1].append(value or "")

    def set(self, name: str | None, value: str | None) -> str | None:
        """Assign a name's only value."""
        spend(4 * ITEM)
        known = self.pairs.get(folded(name))
        self.pairs[folded(name)] = (known[0] if known else name, [value or ""])
        return value

    def remove(self, name: str | None) -> None:
        """Remove a name."""
        self.pairs.pop(folded(name), None)

    def to_text(self) -> str:
        """Return the query string."""
        parts = [
            lower_encode(value) if name is None else f"{lower_encode(name)}={lower_encode(value)}"
            for name, values in self.pairs.values()
            for value in values
        ]
        return made("&".join(parts))


def folded(name: str | None) -> str | None:
    """Return what stands for a name."""
    return None if name is None else name.lower()


TYPE = DotNetType(NameValues.NET.name, bases=("System.Collections.IEnumerable",), python=NameValues)

TYPE.indexer("string this[string name]", setter=NameValues.set)(NameValues.get)
TYPE.method("string Get(string name)")(NameValues.get)
TYPE.method("void Add(string name, string value)")(NameValues.add)
TYPE.method("void Remove(string name)")(NameValues.remove)
TYPE.property("int Count")(lambda found: len(found.pairs))
TYPE.property("string[]! AllKeys")(lambda found: Array(STRING, found))
TYPE.property("ICollection<string>! Keys")(lambda found: Array(STRING, found))


@TYPE.method("void Set(string name, string value)")
def assign(found: NameValues, name: str | None, value: str | None) -> None:
    """Assign a name's only value."""
    found.set(name, value)


@TYPE.method("string[] GetValues(string name)")
def get_values(found: NameValues, name: str | None) -> Array | None:
    """Return the values of a name, null if it is not there."""
    values = found.values(name)
    return None if values is None else Array(STRING, values)


@HTTP.static("NameValueCollection! ParseQueryString(string query)")
def parse_query(text: str | None) -> NameValues:
    """Return the parameters of a query string, with or without its `?`."""
    if text is None:
        raise null_argument("query")
    scanned(text, READING)
    found = NameValues()
    for part in text.removeprefix("?").split("&"):
        name, equals, value = part.partition("=")
        if equals:
            found.add(url_decode(name), url_decode(value))
        elif part:
            found.add(None, url_decode(part))
    return found
