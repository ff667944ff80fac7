"""Authorization: what `get-authorization-context` puts into a variable (apim.md 9.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.collections import Dictionary
from headgate.csharp.runtime.jsontree import wrap
from headgate.csharp.types import OBJECT, STRING, Type
from headgate.csharp.values import NetObject


class Authorization(NetObject):
    """An access token and what came with it."""

    __slots__ = ("access_token", "claims")
    NET = Type("Apim.Expressions.Authorization")

    def __init__(self, access_token: str, claims: Mapping[str, Any]) -> None:
        """`claims` are JSON values; lists and objects become JTokens."""
        self.access_token = access_token
        self.claims = Dictionary((STRING, OBJECT))
        for name, value in claims.items():
            self.claims.set(name, wrap(value) if isinstance(value, list | dict) else value)


TYPE = DotNetType("Apim.Expressions.Authorization", python=Authorization)
TYPE.property("string! AccessToken", code="{0}.access_token")
TYPE.property("IReadOnlyDictionary<string, object>! Claims", code="{0}.claims")
