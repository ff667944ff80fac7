from __future__ import annotations

import asyncio
from typing import Any

import pytest

from headgate.exchange.call import Call
from headgate.model.errors import CallError
from headgate.model.messages import Body, Headers, Response, Url
from headgate.policy.effects import (
    CacheLookup,
    CacheRemove,
    CacheStore,
    CountText,
    Dispatch,
    FetchSigningKeys,
    FetchToken,
    Forward,
    ForwardFailed,
    Outgoing,
    Send,
    SimilarLookup,
    SimilarStore,
    Sleep,
    Steps,
    Together,
)
from tests.unit.gateway.conftest import Bench

SECOND = 1_000_000
OUTGOING = Outgoing(method="GET", url=Url.parse("http://b.example/x"), headers=Headers())


def say(call: Call, *words: object) -> None:
    call.context.response = Response(200, "OK", Headers(), Body(repr(words).encode()))


def beside(*branches: Any, until: Any = "all") -> Any:
    """Return the computation of a call that runs others side by side and says what they said."""

    def respond(call: Call) -> Steps[None]:
        steps = tuple(branch(call) for branch in branches)
        say(call, *(yield from Together(steps, until=until)))

    return respond


def counts(text: str) -> Any:
    def branch(call: Call) -> Steps[int]:
        return (yield from CountText(text, "model"))

    return branch


def sleeps(seconds: int, closed: list[int] | None = None) -> Any:
    def branch(call: Call) -> Steps[int]:
        try:
            yield from Sleep(seconds * SECOND)  # type: ignore[arg-type]  # plain microseconds
        except GeneratorExit:
            if closed is not None:
                closed.append(seconds)
            raise
        return seconds

    return branch


def sends(call: Call) -> Steps[str]:
    answer = yield from Send(OUTGOING, SECOND)
    return answer.kind if isinstance(answer, ForwardFailed) else str(answer.status)


def test_answer_to_a_request_of_its_own_resumes_the_call(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        say(call, (yield from sends(call)))

    bench.respond = respond
    bench.start()
    assert bench.client.written == []
    bench.connect()
    bench.attempt().receiver.on_answer(Response(204, "", Headers(), None))
    assert b"'204'" in bench.sent


def test_request_that_cannot_be_sent_is_an_answer_at_hand(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        request = Outgoing(method="A B", url=OUTGOING.url, headers=Headers())
        failed = yield from Send(request, SECOND)
        assert isinstance(failed, ForwardFailed)
        say(call, failed.kind)

    bench.respond = respond
    bench.start()
    assert b"'refused'" in bench.sent


def test_one_way_request_is_not_waited_for(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        yield from Dispatch(OUTGOING, SECOND)
        say(call, "gone on")

    bench.respond = respond
    bench.start()
    assert b"gone on" in bench.sent
    assert len(bench.pool.attempts) == 1


def test_client_that_is_gone_ends_what_the_call_waits_for(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        yield from sends(call)

    bench.respond = respond
    bench.start()
    wire = bench.connect()
    bench.driver.on_client_gone()
    assert wire.aborted


def test_cache_keeps_and_forgets(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        missing = yield from CacheLookup("key")
        yield from CacheStore("key", 7, duration=SECOND)
        found = yield from CacheLookup("key")
        assert found is not None
        yield from CacheRemove("key")
        say(call, missing, found.value, (yield from CacheLookup("key")))

    bench.respond = respond
    bench.start()
    assert b"(None, 7, None)" in bench.sent


def test_cache_finds_what_is_similar(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        yield from SimilarStore("p", [1.0, 0.0], value=7, duration=SECOND)
        found = yield from SimilarLookup("p", [1.0, 0.1], distance=0.1)
        assert found is not None
        say(call, found.value, (yield from SimilarLookup("p", [0.0, 1.0], distance=0.1)))

    bench.respond = respond
    bench.start()
    assert b"(7, None)" in bench.sent


def test_signing_keys_are_fetched_by_a_task(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        say(call, type((yield from FetchSigningKeys("not a url"))).__name__)

    async def scenario() -> None:
        bench.respond = respond
        bench.start()
        assert bench.client.written == []
        await asyncio.wait(bench.loop.tasks)
        await asyncio.sleep(0)

    asyncio.run(scenario())
    assert b"'TokenFailed'" in bench.sent


@pytest.mark.parametrize("until", ["all", "any"])
def test_computations_that_need_not_wait_end_at_once(bench: Bench, until: str) -> None:
    bench.respond = beside(counts("four"), counts("three"), until=until)
    bench.start()
    assert (b"(4, 5)" if until == "all" else b"(4, None)") in bench.sent


def test_all_are_waited_for(bench: Bench) -> None:
    bench.respond = beside(sleeps(1), counts("four"), sends, sleeps(2))
    bench.start()
    first, errand, second = bench.loop.timers
    second.call()
    first.call()
    assert bench.client.written == []
    errand.call()
    assert b"(1, 4, 'timeout', 2)" in bench.sent


def test_first_one_ends_the_others(bench: Bench) -> None:
    closed: list[int] = []
    bench.respond = beside(sleeps(1, closed), sends, sleeps(2), until="any")
    bench.start()
    wire = bench.connect()
    first, errand, second = bench.loop.timers
    second.call()
    assert b"(None, None, 2)" in bench.sent
    assert (closed, first.cancelled, errand.cancelled, wire.aborted) == ([1], True, True, True)


def test_computations_nest(bench: Bench) -> None:
    def nested(call: Call) -> Steps[Any]:
        return (yield from Together((sleeps(1)(call), counts("four")(call)), until="all"))

    bench.respond = beside(nested, counts("x"))
    bench.start()
    (timer,) = bench.loop.timers
    timer.call()
    assert b"((1, 4), 1)" in bench.sent


def test_client_that_is_gone_ends_all_of_them(bench: Bench) -> None:
    closed: list[int] = []
    bench.respond = beside(sleeps(1, closed), sleeps(2, closed))
    bench.start()
    bench.driver.on_client_gone()
    assert closed == [1, 2]
    assert all(timer.cancelled for timer in bench.loop.timers)


def test_what_is_about_the_call_itself_is_not_possible_beside(bench: Bench) -> None:
    def forwards(call: Call) -> Steps[str]:
        try:
            yield from Forward(SECOND)
        except CallError as error:
            return repr(error)
        return "forwarded"

    bench.respond = beside(forwards)
    bench.start()
    assert b"CallError" in bench.sent
    assert bench.pool.attempts == []


@pytest.mark.parametrize("late", [True, False])
def test_bug_beside_others_ends_the_call(
    bench: Bench, caplog: pytest.LogCaptureFixture, late: bool
) -> None:
    def has_a_bug(call: Call) -> Steps[None]:
        if late:
            yield from Sleep(SECOND)  # type: ignore[arg-type]  # plain microseconds
        raise ZeroDivisionError

    closed: list[int] = []
    bench.respond = beside(sleeps(5, closed), has_a_bug)
    bench.start()
    if late:
        bench.loop.timers[1].call()
    assert b"500" in bench.sent
    assert closed == [5]
    assert bench.client.done == 1
    assert "met a bug" in caplog.text


def test_token_that_a_branch_waits_for(bench: Bench) -> None:
    def branch(call: Call) -> Steps[object]:
        return (yield from FetchToken("any", None))

    async def scenario() -> None:
        bench.respond = beside(branch, sleeps(1))
        bench.start()
        await asyncio.wait(bench.loop.tasks)
        await asyncio.sleep(0)
        bench.loop.timers[0].call()

    asyncio.run(scenario())
    assert b"('fetched', 1)" in bench.sent


def test_bug_in_a_nested_computation_ends_its_siblings_too(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    closed: list[int] = []

    def has_a_bug(call: Call) -> Steps[None]:
        yield from Sleep(SECOND)  # type: ignore[arg-type]  # plain microseconds
        raise ZeroDivisionError

    def nested(call: Call) -> Steps[Any]:
        return (yield from Together((sleeps(5, closed)(call), has_a_bug(call)), until="all"))

    bench.respond = beside(nested, sleeps(6, closed))
    bench.start()
    bench.loop.timers[1].call()
    assert sorted(closed) == [5, 6]
    assert all(timer.cancelled for timer in bench.loop.timers if timer.seconds > 1)
    assert bench.client.done == 1
