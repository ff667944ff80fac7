"""Values of the .NET world as a cache keeps them: copied, and weighed.

A policy that changes an object after it was stored, or after it was looked up, changes its own:
Azure's cache serialises, so each lookup makes a new object (apim.md 4.4). Here a copy does it,
which keeps the type, and costs nothing for texts and numbers, which nobody can change.
"""

from __future__ import annotations

import gc
import sys
from decimal import Decimal
from types import BuiltinFunctionType, FunctionType, MethodDescriptorType, MethodType
from typing import Any

from headgate.csharp.library.ipaddress import IPAddress
from headgate.csharp.library.uri import Uri
from headgate.csharp.runtime.ciphers import Symmetric, Transform
from headgate.csharp.runtime.collections import Items, NetType, Sequence
from headgate.csharp.runtime.dates import DateTime, DateTimeOffset, TimeSpan
from headgate.csharp.runtime.guids import Guid
from headgate.csharp.runtime.hashing import Hasher
from headgate.csharp.runtime.jsonbase import JToken
from headgate.csharp.runtime.randomness import Random
from headgate.csharp.runtime.regexes import Capture, Group, Match, Pattern
from headgate.csharp.types import Type
from headgate.csharp.values import NetObject, type_name_of
from headgate.model.messages import Body, Response

PLAIN = frozenset((str, int, float, bool, bytes, type(None)))
"""Classes of most values: nothing of them can change, so that they are kept as they are."""

CODE = (FunctionType, BuiltinFunctionType, MethodDescriptorType, MethodType, type, Type)
"""What collections refer to that is not theirs: how keys compare, what the elements are."""

FROZEN = (
    *(str, int, float, bytes, Decimal),
    *(TimeSpan, DateTime, DateTimeOffset, Guid, Uri, IPAddress, NetType),
    *(Pattern, Match, Group, Capture),
    *CODE,
)
"""What no policy can change."""

NOT_BY_SLOT = (JToken, Sequence, Hasher, Symmetric, Transform, Random)
"""Tokens copy themselves; the others compute: lambdas make a sequence each time it is read."""


class NoData(Exception):
    """A value is no data, holds some that is none, or is nested too deep: no cache can keep it."""

    def __init__(self, value: object) -> None:
        super().__init__(f"A value of type {type_name_of(value)} cannot be cached.")


def separate(value: Any) -> Any:
    """Return a value that shares nothing with this one that can change. Raises NoData."""
    if type(value) in PLAIN:
        return value
    try:
        return _copied(value, {})
    except RecursionError as error:
        raise NoData(value) from error


def _copied(value: Any, copies: dict[int, Any]) -> Any:
    """Return a copy; `copies` has those that were made, so that objects may hold each other."""
    if value is None or isinstance(value, FROZEN):
        return value
    copy = copies.get(id(value))
    if copy is not None:
        return copy
    if isinstance(value, tuple):
        return tuple([_copied(item, copies) for item in value])
    if isinstance(value, NetObject) and not isinstance(value, NOT_BY_SLOT):
        return _object(value, copies)
    if type(value) is list:
        copy = copies[id(value)] = []
        copy += [_copied(item, copies) for item in value]
        return copy
    if type(value) is dict:
        copy = copies[id(value)] = {}
        copy |= {_copied(key, copies): _copied(item, copies) for key, item in value.items()}
        return copy
    copy = copies[id(value)] = _whole(value)
    return copy


def _whole(value: object) -> object:
    """Return a copy of what knows itself how to be copied."""
    match value:
        case JToken():
            return value.clone()
        case bytearray():
            return value.copy()
        case Response(body=None):
            return Response(value.status, value.reason, value.headers.copy(), None)
        case Response(body=Body(complete=True) as body):
            content = Body(body.outgoing)
            return Response(value.status, value.reason, value.headers.copy(), content)
        case _:
            raise NoData(value)


def _object(value: NetObject, copies: dict[int, Any]) -> NetObject:
    """Return a copy of an object of ours, slot by slot."""
    kind = type(value)
    copy = copies[id(value)] = kind.__new__(kind)
    for base in kind.__mro__:
        for slot in base.__dict__.get("__slots__", ()):
            if hasattr(value, slot):
                setattr(copy, slot, _copied(getattr(value, slot), copies))
    if isinstance(value, Items) and isinstance(copy, Items):
        copy += [_copied(item, copies) for item in value]
    return copy


def weight(value: object) -> int:
    """Return how many bytes a value takes, with all that it holds."""
    if type(value) in PLAIN:
        return sys.getsizeof(value)
    total, waiting, seen = 0, [value], set()
    while waiting:
        one = waiting.pop()
        if id(one) not in seen and not isinstance(one, CODE):
            seen.add(id(one))
            total += sys.getsizeof(one)
            waiting += gc.get_referents(one)
    return total
