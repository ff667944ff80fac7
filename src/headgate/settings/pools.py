"""The property `pool` of a backend (apim.md 6.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from headgate.model.entities import BackendPool, PoolMember
from headgate.model.messages import TOKEN
from headgate.settings.binding import Properties, dotted
from headgate.settings.breakers import FailureResponseProperties
from headgate.settings.documents import Where, nearest
from headgate.settings.entries import Entry

MEMBERS_MAX = 30
"""As in Azure (apim.md 6.3)."""

Rank = Annotated[int, msgspec.Meta(ge=0, le=100)]

_REFERENCE = re.compile(r"(?:.*/backends/|/?)([^/]+)", re.IGNORECASE)


class MemberProperties(Properties, frozen=True, kw_only=True):
    """One backend of the pool."""

    id: str
    priority: Rank = 1
    weight: Rank = 1


class SessionIdProperties(Properties, frozen=True, kw_only=True):
    """What tells one client from another."""

    source: Literal["Cookie", "cookie"] = "Cookie"
    name: str


class SessionAffinityProperties(Properties, frozen=True, kw_only=True):
    """What keeps a client at one member."""

    session_id: SessionIdProperties


class PoolProperties(Properties, frozen=True, kw_only=True):
    """The members and how they share the calls."""

    services: tuple[MemberProperties, ...] = ()
    session_affinity: SessionAffinityProperties | None = None
    failure_response: FailureResponseProperties = FailureResponseProperties()


def backend_pool(
    entry: Entry[Any], given: PoolProperties | None, *, kinds: Mapping[str, str]
) -> BackendPool | None:
    """Return the pool, None after saying what is wrong with it.

    `kinds` are the types of all backends by id, both in lower case.
    """
    services = given.services if given is not None else ()
    if given is None or not 1 <= len(services) <= MEMBERS_MAX:
        message = f"a pool has 1 to {MEMBERS_MAX} members, not {len(services)}"
        entry.complain("HG563", message, where=("pool", "services") if given else ())
        return None
    members = [_member(entry, index, kinds=kinds) for index in range(len(services))]
    cookie = _cookie(entry, given.session_affinity)
    if None in members or cookie is False:
        return None
    return BackendPool(
        members=tuple(member for member in members if member is not None),
        session_cookie=cookie or None,
        refusal=given.failure_response.status_code,
    )


def _member(entry: Entry[Any], index: int, *, kinds: Mapping[str, str]) -> PoolMember | None:
    """Return a member, None after saying why there is no such one."""
    services = entry.properties.pool.services
    given = services[index]
    where: Where = ("pool", "services", index, "id")
    name = referred(given.id)
    kind = None if name is None else kinds.get(name.lower())
    if name is None or kind is None:
        message = f"the pool's member {given.id!r} is not a backend of this folder"
        hint = nearest(name or given.id, kinds) or "for instance /backends/ID"
        entry.complain("HG563", message, where=where, hint=hint)
        return None
    if kind != "single":
        entry.complain("HG563", f"the pool's member {name!r} is a pool itself", where=where)
        return None
    earlier = [referred(other.id) for other in services[:index]]
    if name.lower() in [other.lower() for other in earlier if other is not None]:
        entry.complain("HG563", f"the pool has the member {name!r} twice", where=where)
        return None
    return PoolMember(id=name, priority=given.priority, weight=given.weight)


def referred(text: str) -> str | None:
    """Return the id in a reference: an id of Azure, `/backends/ID` or the id alone."""
    match = _REFERENCE.fullmatch(text.strip())
    return match[1] if match else None


def _cookie(
    entry: Entry[Any], given: SessionAffinityProperties | None
) -> str | Literal[False] | None:
    """Return the name of the session cookie, False after saying that it is no name."""
    if given is None:
        return None
    name = given.session_id.name
    if TOKEN.fullmatch(name):
        return name
    where: Where = ("pool", "sessionAffinity", "sessionId", "name")
    message = f"{dotted(entry.place(*where))}: expected the name of a cookie"
    entry.complain("HG511", message, where=where)
    return False
