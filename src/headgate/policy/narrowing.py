"""Limits of a subscription, and of the APIs and operations that it is used for.

`rate-limit` and `quota` count for the whole of what their document is for, and for the parts of it
that they name as children (apim.md 2.2, 2.4).
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from headgate.model.context import Context
from headgate.model.entities import Api, Operation


class Named(Protocol):
    """What names an API or an operation; an id goes before a name."""

    name: str | None
    id: str | None


N = TypeVar("N", bound=Named)


def first_for(entity: Api | Operation | None, limits: tuple[N, ...]) -> N | None:
    """Return the first limit that is for an API or operation."""
    if entity is None:
        return None
    for limit in limits:
        if limit.id == entity.id or (limit.id is None and limit.name == entity.name):
            return limit
    return None


def place_of(context: Context, scope: str) -> str:
    """Return what the document of a scope is for, in this call."""
    api = context.api.id if context.api else ""
    if scope == "product":
        return context.product.id if context.product else ""
    if scope == "operation":
        return f"{api}/{context.operation.id if context.operation else ''}"
    return api if scope == "api" else ""
