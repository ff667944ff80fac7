from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headgate.model.entities import BackendPool, PoolMember
from headgate.settings.backends import BackendProperties
from headgate.settings.documents import Folder
from headgate.settings.entries import read_entry
from headgate.settings.pools import MEMBERS_MAX, backend_pool, referred

Write = Callable[[dict[str, object]], Folder]
KINDS = {"a": "single", "b": "single", "other": "pool"}
MANY = {f"m{index}": "single" for index in range(MEMBERS_MAX + 1)}


def load(
    write: Write, pool: dict[str, Any] | None, kinds: dict[str, str] | None = None
) -> tuple[BackendPool | None, list[str]]:
    """Return the pool and what is said of it."""
    folder = write({"p/information.json": {"properties": {"type": "Pool", "pool": pool}}})
    kind = BackendProperties
    entry = read_entry(folder, folder.root / "p", file="information.json", kind=kind)
    found = None
    if entry is not None:
        found = backend_pool(entry, entry.properties.pool, kinds=kinds or KINDS)
    return found, [f"{d.line} {d.code} {d.message}" for d in folder.diagnostics]


def services(*ids: str) -> dict[str, Any]:
    return {"services": [{"id": name} for name in ids]}


def test_all_of_a_pool_is_read(write: Write) -> None:
    given = {
        "services": [{"id": "/backends/A", "priority": 2, "weight": 7}, {"id": "b"}],
        "sessionAffinity": {"sessionId": {"source": "Cookie", "name": "SESSION"}},
        "failureResponse": {"statusCode": 429},
    }
    members = (PoolMember(id="A", priority=2, weight=7), PoolMember(id="b"))
    expected = BackendPool(members=members, session_cookie="SESSION", refusal=429)
    assert load(write, given) == (expected, [])


def test_members_have_priority_and_weight_1_unless_they_say_otherwise(write: Write) -> None:
    pool, _ = load(write, services("a"))
    assert pool == BackendPool(members=(PoolMember(id="a", priority=1, weight=1),))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("b", "b"),
        ("/b", "b"),
        ("/backends/b", "b"),
        ("backends/b", None),
        (
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/x/backends/b",
            "b",
        ),
        ("/BACKENDS/b", "b"),
        ("/apis/b", None),
        ("/backends/", None),
        ("", None),
    ],
)
def test_members_are_referred_to_as_in_azure(text: str, name: str | None) -> None:
    assert referred(text) == name


@pytest.mark.parametrize(
    ("pool", "said"),
    [
        (services("c"), "7 HG563 the pool's member 'c' is not a backend of this folder"),
        (
            services("/apis/a"),
            "7 HG563 the pool's member '/apis/a' is not a backend of this folder",
        ),
        (services("other"), "7 HG563 the pool's member 'other' is a pool itself"),
        (services("a", "A"), "10 HG563 the pool has the member 'A' twice"),
        (services(), "5 HG563 a pool has 1 to 30 members, not 0"),
        (None, "2 HG563 a pool has 1 to 30 members, not 0"),
        (
            {"services": [{"id": "a", "weight": 101}]},
            "8 HG511 properties.pool.services[0].weight: expected a whole number <= 100",
        ),
        (
            {"services": [{"id": "a", "priority": -1}]},
            "8 HG511 properties.pool.services[0].priority: expected a whole number >= 0",
        ),
        (
            services("a") | {"sessionAffinity": {"sessionId": {"source": "Header", "name": "x"}}},
            "12 HG511 properties.pool.sessionAffinity.sessionId.source:"
            " expected one of Cookie, cookie",
        ),
        (
            services("a") | {"sessionAffinity": {"sessionId": {"name": "a b"}}},
            "12 HG511 properties.pool.sessionAffinity.sessionId.name:"
            " expected the name of a cookie",
        ),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(
    write: Write, pool: dict[str, Any] | None, *, said: str
) -> None:
    assert load(write, pool) == (None, [said])


@pytest.mark.parametrize(("count", "sound"), [(MEMBERS_MAX, True), (MEMBERS_MAX + 1, False)])
def test_a_pool_has_at_most_thirty_members(write: Write, count: int, sound: bool) -> None:
    pool, said = load(write, services(*list(MANY)[:count]), MANY)
    assert (pool is not None, said == []) == (sound, sound)
