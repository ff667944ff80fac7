from __future__ import annotations

import msgspec
import pytest

from headgate.model.clock import SECOND, MonotonicMicros
from headgate.model.context import Context
from headgate.model.entities import Backend, BackendPool, CircuitBreaker, PoolMember
from headgate.model.errors import CallError, Fault
from headgate.model.messages import Url
from headgate.policy.backends import (
    Backends,
    Chosen,
    Pool,
    Target,
    choose_backend,
    choose_url,
    session_id,
)
from headgate.routing.breaker import Outcome
from headgate.testing.playbook import make_context

RULE = CircuitBreaker(count=1, interval=SECOND, statuses=((429, 429),), trip_duration=5 * SECOND)
A = Backend(id="A", url="https://a.example/base/", breaker=RULE)
B = Backend(id="b", url="https://b.example/base", breaker=RULE)
POOL = Backend(
    id="Pool", pool=BackendPool(members=(PoolMember(id="a"), PoolMember(id="B", priority=2)))
)
NOW = MonotonicMicros(0)


def target(backends: Backends, backend_id: str) -> Target:
    found = backends.find(backend_id)
    assert isinstance(found, Target)
    return found


def pool(backends: Backends) -> Pool:
    found = backends.find("pool")
    assert isinstance(found, Pool)
    return found


def trip(backends: Backends, backend_id: str) -> None:
    breaker = target(backends, backend_id).breaker
    assert breaker is not None
    breaker.report(Outcome(429), NOW, trial=False)


def context_with(backends: Backends) -> Context:
    context = make_context("POST", "https://gateway.example/chat?a=1")
    context.remainder = "/chat"
    context.owners[Backends] = backends
    return context


def test_ids_compare_without_case_and_pools_may_come_first() -> None:
    backends = Backends([POOL, A, B])
    assert pool(backends).members == (target(backends, "a"), target(backends, "b"))
    assert backends.find("c") is None


def test_a_pool_may_be_called_when_the_first_member_may() -> None:
    backends = Backends([A, B, POOL])
    trip(backends, "a")
    assert (target(backends, "a").wait(NOW), pool(backends).wait(NOW)) == (5 * SECOND, 0)
    trip(backends, "b")
    assert pool(backends).wait(MonotonicMicros(SECOND)) == 4 * SECOND


def test_sessions_are_the_same_in_every_process_and_name_nobody() -> None:
    sessions = pool(Backends([A, B, POOL])).sessions
    assert sessions == [session_id("pool", "a"), session_id("pool", "b")]
    assert sessions == pool(Backends([B, A, POOL])).sessions
    assert len(set(sessions)) == 2


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("https://a.example/base", "A"),
        ("https://a.example:443/base/", "A"),
        ("https://a.example/base/more", None),
        ("http://a.example/base", None),
    ],
)
def test_a_backend_is_found_by_its_url(base: str, expected: str | None) -> None:
    found = Backends([A, B]).at(Url.parse(base))
    assert (found and found.backend.id) == expected


def test_a_url_of_several_backends_is_that_of_none() -> None:
    double = Backend(id="c", url=A.url)
    third = Backend(id="d", url=A.url)
    assert Backends([A, double, third]).at(Url.parse(A.url)) is None


def test_breakers_are_listed_by_backend() -> None:
    backends = Backends([A, POOL, B, Backend(id="c", url="http://c")])
    assert [(name, breaker.rule) for name, breaker in backends.breakers()] == [
        ("A", RULE),
        ("b", RULE),
    ]


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"title": "Other"}, True),
        ({"url": "https://other.example"}, False),
        ({"breaker": msgspec.structs.replace(RULE, count=2)}, False),
    ],
)
def test_a_breaker_goes_on_after_a_reload_that_leaves_url_and_rule(
    changes: dict[str, object], kept: bool
) -> None:
    before = Backends([A])
    after = Backends([msgspec.structs.replace(A, **changes)], previous=before)
    assert (target(after, "a").breaker is target(before, "a").breaker) is kept


def test_the_turns_of_a_pool_go_on_while_its_members_stay() -> None:
    before = Backends([A, B, POOL])
    same = Backends([A, B, POOL], previous=before)
    assert pool(same).balance is pool(before).balance
    assert POOL.pool is not None
    other = msgspec.structs.replace(POOL, pool=BackendPool(members=POOL.pool.members[:1]))
    assert pool(Backends([A, B, other], previous=before)).balance is not pool(before).balance


def test_an_id_that_was_a_pool_may_become_a_backend_and_back() -> None:
    single = Backend(id="pool", url="http://p", breaker=RULE)
    before = Backends([A, B, POOL])
    after = Backends([single], previous=before)
    assert target(after, "pool").breaker is not None
    assert pool(Backends([A, B, POOL], previous=after)).wait(NOW) == 0


def test_backend_is_found_without_case_and_aimed_at() -> None:
    context = context_with(Backends([A]))
    choose_backend(context, "a", scope="api")
    assert context.backend is A
    assert str(context.request.url) == "https://a.example/base/chat?a=1"
    assert context.owners[Chosen].scope == "api"


def test_a_chosen_pool_seems_to_be_its_first_member() -> None:
    context = context_with(Backends([A, B, POOL]))
    choose_backend(context, "pool", scope="api")
    assert context.backend is not None
    assert (context.backend.id, context.backend.type) == ("Pool", "Pool")
    assert str(context.request.url) == "https://a.example/base/chat?a=1"


def test_a_pool_that_is_chosen_again_knows_what_was_tried() -> None:
    context = context_with(Backends([A, B, POOL]))
    choose_backend(context, "pool", scope="api")
    context.owners[Chosen].tried.add(0)
    choose_backend(context, "POOL", scope="operation")
    assert (context.owners[Chosen].tried, context.owners[Chosen].scope) == ({0}, "operation")
    choose_backend(context, "a", scope="operation")
    choose_backend(context, "pool", scope="operation")
    assert context.owners[Chosen].tried == set()


def test_a_url_takes_the_place_of_a_backend() -> None:
    context = context_with(Backends([A]))
    choose_backend(context, "a", scope="api")
    choose_url(context, Url.parse("http://other/v2"))
    assert (context.backend, Chosen in context.owners) == (None, False)
    assert str(context.request.url) == "http://other/v2/chat?a=1"


def test_unknown_id_is_the_operators_fault() -> None:
    with pytest.raises(CallError, match="No backend has the id other") as caught:
        choose_backend(context_with(Backends([A])), "other", scope="api")
    assert (caught.value.status, caught.value.fault) == (500, Fault.OPERATOR)


def test_service_without_backends_knows_no_id() -> None:
    with pytest.raises(CallError):
        choose_backend(make_context(), "models", scope="api")
