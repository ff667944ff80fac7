"""What every JSON token is, for the tree and for its writer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, TypeAlias

from headgate.csharp.types import Type
from headgate.csharp.values import NetObject, enum_class

LINQ = "Newtonsoft.Json.Linq"
NAMES = (
    *("None", "Object", "Array", "Constructor", "Property", "Comment", "Integer", "Float"),
    *("String", "Boolean", "Null", "Undefined", "Date", "Raw", "Bytes", "Guid", "Uri", "TimeSpan"),
)
TokenType = enum_class(f"{LINQ}.JTokenType", {name: place for place, name in enumerate(NAMES)})
PROPERTY, RAW = 4, 13
Json: TypeAlias = Any
"""A raw JSON value or a token in its place."""


class JToken(NetObject, ABC):
    """Base of all tokens; `parent` is the container, a JObject directly and not its property."""

    __slots__ = ("parent",)
    NET = Type(f"{LINQ}.JToken")
    TYPE = 0

    def __init__(self) -> None:
        self.parent: JToken | None = None

    @property
    def token_type(self) -> int:
        """Return JTokenType."""
        return self.TYPE

    def children(self) -> list[JToken]:
        """Return the children; an object's are its properties."""
        return []

    def __iter__(self) -> Iterator[JToken]:
        return iter(self.children())

    @abstractmethod
    def raw(self) -> Json:
        """Return the raw value."""

    @abstractmethod
    def clone(self) -> JToken:
        """Return a deep copy without a parent."""


class Undefined:
    """JavaScript's `undefined`, which Json.NET reads and writes."""

    __slots__ = ()


UNDEFINED = Undefined()
