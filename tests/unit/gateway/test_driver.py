"""The driver of calls: effects, answers and ends, without sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from headgate.exchange.call import Call, Ending
from headgate.model.messages import Body, Headers, Response
from headgate.policy.effects import (
    Apply,
    CountText,
    FetchToken,
    Forward,
    ForwardFailed,
    ReadRequestBody,
    ReadResponseBody,
    Sleep,
    Steps,
    TokenFailed,
)
from headgate.upstream.bounds import Bounds, Timeouts
from tests.unit.gateway.conftest import Bench, failed_response

BUG = b'"message":"Internal server error","activityId":"'


def say(call: Call, *words: object) -> None:
    call.context.response = Response(200, "OK", Headers(), Body(repr(words).encode()))


def test_effects_whose_reply_is_at_hand_do_not_wait(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        applied = yield from Apply("operation")  # type: ignore[arg-type]  # echoed
        counted = yield from CountText("four", "model")
        token = yield from FetchToken("held", None)
        none = yield from ReadRequestBody()
        nothing = yield from ReadResponseBody()
        say(call, applied, counted, token, none, nothing)

    bench.respond = respond
    bench.start()
    assert bench.sent.endswith(b"(('applied', 'operation'), 4, 'held', None, None)")
    assert bench.endings == [Ending.COMPLETE]
    assert [call.context.response for call in bench.published] != [None]
    assert bench.client.done == 1


@pytest.mark.parametrize(
    ("resource", "reply"), [("any", "'fetched'"), ("bad", repr(TokenFailed("no")))]
)
def test_token_that_is_not_held_is_fetched(bench: Bench, resource: str, reply: str) -> None:
    def respond(call: Call) -> Steps[None]:
        say(call, (yield from FetchToken(resource, None)))

    async def scenario() -> None:
        bench.respond = respond
        bench.start()
        assert bench.client.written == []
        await asyncio.wait(bench.loop.tasks)
        await asyncio.sleep(0)
        assert reply.encode() in bench.sent

    asyncio.run(scenario())


def test_token_source_with_a_bug_answers_500(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def respond(call: Call) -> Steps[None]:
        yield from FetchToken("bug", None)

    async def scenario() -> None:
        bench.respond = respond
        bench.start()
        await asyncio.wait(bench.loop.tasks)
        await asyncio.sleep(0)
        assert BUG in bench.sent

    asyncio.run(scenario())
    assert len(caplog.records) == 1


@pytest.mark.parametrize(("asked", "seconds"), [(1_500_000, 1.5), (3_600_000_000, 60.0)])
def test_sleep_is_bounded(bench: Bench, asked: Any, seconds: float) -> None:
    def respond(call: Call) -> Steps[None]:
        yield from Sleep(asked)
        say(call)

    bench.respond = respond
    bench.start()
    (timer,) = bench.loop.timers
    assert timer.seconds == seconds
    assert bench.client.written == []
    timer.call()
    assert bench.client.done == 1


def test_request_goes_to_the_target_in_one_write(bench: Bench) -> None:
    bench.start(b"body")
    wire = bench.connect()
    assert wire.written == [b"POST /a HTTP/1.1\r\nhost: up.test\r\ncontent-length: 4\r\n\r\nbody"]
    bench.answer(Body(b"ok"))
    assert bench.client.written == [b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"]
    assert bench.plane.budget.held == 0


def test_large_body_is_not_copied_behind_its_head(bench: Bench) -> None:
    bench.start(b"x" * 70_000)
    assert [len(piece) for piece in bench.connect().written][1:] == [70_000]


def test_call_without_a_target_fails_at_once(bench: Bench) -> None:
    bench.base = None
    bench.start()
    assert bench.sent.endswith(b"no-backend")


def test_request_that_a_policy_made_impossible_is_not_sent(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        call.context.request.method = "NO METHOD"
        failed = yield from Forward(1_000_000)
        assert isinstance(failed, ForwardFailed)
        call.context.response = failed_response(failed)

    bench.respond = respond
    bench.start()
    assert bench.sent.endswith(b"unsent")


@pytest.mark.parametrize(("timeout", "timers"), [(4_999_999, 1), (5_000_000, 0)])
def test_short_timeouts_have_a_timer_and_long_ones_the_sweep(
    bench: Bench, timeout: int, timers: int
) -> None:
    def respond(call: Call) -> Steps[None]:
        failed = yield from Forward(timeout)
        assert isinstance(failed, ForwardFailed)
        call.context.response = failed_response(failed)

    bench.respond = respond
    bench.start()
    wire = bench.connect()
    assert len(bench.loop.timers) == timers
    if timers:
        bench.loop.timers[0].call()
    else:
        bench.driver.sweep(bench.loop.now + 4.999)
        assert bench.client.written == []
        bench.driver.sweep(bench.loop.now + 5.0)
    assert bench.sent.endswith(b"timeout")
    assert wire.aborted


def test_stream_passes_event_by_event(bench: Bench) -> None:
    bench.start()
    wire = bench.connect()
    bench.answer(Body(b"one", complete=False))
    assert bench.client.written == [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n"
    ]
    bench.driver.on_answer_body(b"two")
    bench.driver.on_answer_end()
    assert bench.client.written[1:] == [b"3\r\ntwo\r\n", b"0\r\n\r\n"]
    assert bench.endings == [Ending.COMPLETE]
    assert not wire.aborted


def test_bytes_of_both_bodies_are_told_of_a_stream(bench: Bench) -> None:
    inbound = bench.start(b"asked", length=5)
    bench.connect()
    bench.answer(Body(b"one", complete=False))
    bench.driver.on_answer_body(b"four")
    bench.driver.on_answer_end()
    context = bench.driver.call.context
    assert (context.received, context.sent) == (inbound.size, 7)


@pytest.mark.parametrize(("method", "sent"), [(b"POST", 4), (b"HEAD", 0)])
def test_bytes_of_both_bodies_are_told_of_a_whole_answer(
    bench: Bench, method: bytes, sent: int
) -> None:
    bench.start(method=method)
    bench.connect()
    bench.answer(Body(b"four"))
    context = bench.driver.call.context
    assert (context.received, context.sent) == (0, sent)


def test_length_that_a_policy_wrote_does_not_frame_the_bytes_of_the_upstream(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        yield from Forward(10_000_000)
        assert call.context.response is not None
        call.context.response.headers.set("Content-Length", "2")

    bench.respond = respond
    bench.start()
    bench.connect()
    bench.answer(Body(b"oneHTTP/1.1 200 OK", complete=False))
    assert bench.sent == (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n12\r\noneHTTP/1.1 200 OK\r\n"
    )


class Doubling:
    """A tap that doubles, holds back and adds."""

    ended = False

    def __init__(self, feed: Callable[[bytes], bytes] = lambda chunk: chunk * 2) -> None:
        self.feed = feed

    def finish(self) -> bytes:
        """Return the rest."""
        return b"rest"


def test_tap_decides_what_passes(bench: Bench) -> None:
    bench.tap = Doubling(lambda chunk: b"" if chunk == b"hidden" else chunk * 2)
    bench.start()
    bench.connect()
    bench.answer(Body(b"", complete=False), 200, ("Content-Length", "7"))
    bench.driver.on_answer_body(b"a")
    bench.driver.on_answer_body(b"hidden")
    bench.driver.on_answer_end()
    assert bench.sent.endswith(b"chunked\r\n\r\n2\r\naa\r\n4\r\nrest\r\n0\r\n\r\n")


@pytest.mark.parametrize("at", ["head", "body"])
def test_tap_ends_the_answer_and_the_upstream_is_left(bench: Bench, at: str) -> None:
    def end(chunk: bytes) -> bytes:
        tap.ended = chunk == b"too much"
        return b"end" if tap.ended else chunk

    tap = bench.tap = Doubling(end)
    bench.start()
    wire = bench.connect()
    first = b"too much" if at == "head" else b"a"
    bench.answer(Body(first, complete=False), 200, ("Content-Length", "70"))
    if at == "body":
        bench.driver.on_answer_body(b"too much")
    assert bench.sent.endswith(b"3\r\nend\r\n0\r\n\r\n")
    assert wire.aborted
    assert bench.endings == [Ending.COMPLETE]


def test_attempts_and_the_first_byte_of_the_answer_are_remembered(bench: Bench) -> None:
    bench.start()
    bench.connect()
    context = bench.driver.call.context
    assert (context.attempts, context.first_token) == (1, None)
    bench.answer(Body(b"", complete=False), 200)
    assert context.first_token is None, "only the head has come"
    bench.driver.on_answer_body(b"a")
    assert context.first_token == context.clock.monotonic()


@pytest.mark.parametrize("when", ["head", "body", "end"])
def test_bug_in_a_tap_never_ends_the_answer_well(
    bench: Bench, when: str, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(chunk: bytes) -> bytes:
        raise ZeroDivisionError(chunk)

    bench.tap = Doubling(lambda chunk: broken(chunk) if chunk == when.encode() else chunk)
    if when == "end":
        bench.tap.finish = lambda: broken(b"end")
    bench.start()
    bench.connect()
    bench.answer(Body(b"head", complete=False))
    if when != "head":
        bench.driver.on_answer_body(b"body")
        if when == "end":
            bench.driver.on_answer_end()
        assert bench.client.broken
        assert bench.endings == [Ending.UPSTREAM_BROKEN]
    else:
        assert BUG in bench.sent
    assert bench.client.done == 1
    assert len(caplog.records) == 1


def test_collected_answer_waits_for_its_end(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        yield from Forward(10_000_000)
        failed = yield from ReadResponseBody()
        assert call.context.response is not None
        assert call.context.response.body is not None
        say(call, failed, call.context.response.body.content)

    bench.respond = respond
    bench.start()
    bench.connect()
    bench.answer(Body(b"a", complete=False))
    bench.driver.on_answer_body(b"b")
    assert bench.plane.budget.held == 2
    bench.driver.on_answer_end()
    assert bench.sent.endswith(b"(None, b'ab')")
    assert bench.plane.budget.held == 0


@pytest.mark.parametrize(("size", "word"), [(10, "None"), (11, "too-large")])
def test_collected_answer_is_bounded(size: int, word: str) -> None:
    def respond(call: Call) -> Steps[None]:
        yield from Forward(10_000_000)
        failed = yield from ReadResponseBody()
        say(call, failed)

    bench = Bench(Bounds(body_buffered=10))
    bench.respond = respond
    bench.start()
    wire = bench.connect()
    bench.answer(Body(b"", complete=False))
    bench.driver.on_answer_body(b"x" * size)
    if size == 10:
        bench.driver.on_answer_end()
    assert word.encode() in bench.sent
    assert wire.aborted is (size > 10)


def test_answer_that_nobody_reads_yet_is_held_up_to_the_window() -> None:
    def respond(call: Call) -> Steps[None]:
        yield from Forward(10_000_000)
        yield from Sleep(1_000_000)  # type: ignore[arg-type]  # a duration

    bench = Bench(Bounds(window=10))
    bench.respond = respond
    bench.start()
    wire = bench.connect()
    bench.answer(Body(b"x" * 10, complete=False))
    seen = [wire.reading]
    bench.driver.on_answer_body(b"x")
    seen.append(wire.reading)
    bench.loop.timers[0].call()
    assert [*seen, wire.reading] == [True, False, True]
    assert bench.sent.endswith(b"b\r\n" + b"x" * 11 + b"\r\n")


def test_answer_that_broke_off_before_it_was_passed_on_is_a_502(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        yield from Forward(10_000_000)
        yield from Sleep(1_000_000)  # type: ignore[arg-type]  # a duration

    bench.respond = respond
    bench.start()
    bench.connect()
    bench.answer(Body(b"x", complete=False))
    bench.driver.on_answer_failed(ForwardFailed("broken", "gone"))
    bench.loop.timers[0].call()
    assert bench.sent.startswith(b"HTTP/1.1 502 Bad Gateway")
    assert bench.endings == [Ending.UPSTREAM_BROKEN]


def test_answer_of_a_policy_drops_the_one_that_is_on_its_way(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        yield from Forward(10_000_000)
        say(call, "mine")

    bench.respond = respond
    bench.start()
    wire = bench.connect()
    bench.answer(Body(b"theirs", complete=False))
    assert bench.sent.endswith(b"('mine',)")
    assert wire.aborted
    assert bench.plane.budget.held == 0


def test_call_ends_when_the_client_has_taken_the_answer(bench: Bench) -> None:
    bench.client.full = True
    bench.start()
    bench.answer(Body(b"x"))
    assert bench.endings == []
    bench.driver.on_client_ready()
    assert bench.endings == [Ending.COMPLETE]


def test_slow_client_pauses_the_upstream(bench: Bench) -> None:
    bench.start()
    wire = bench.connect()
    bench.answer(Body(b"x", complete=False))
    seen = []
    for signal in (bench.driver.on_client_full, bench.driver.on_client_ready):
        signal()
        seen.append(wire.reading)
    assert seen == [False, True]


@pytest.mark.parametrize("collects", [False, True])
def test_gap_in_an_answer_ends_it(collects: bool) -> None:
    def respond(call: Call) -> Steps[None]:
        yield from Forward(10_000_000)
        if collects:
            say(call, (yield from ReadResponseBody()))

    bench = Bench(timeouts=Timeouts(answer_gap=10))
    bench.respond = respond
    bench.start()
    wire = bench.connect()
    bench.answer(Body(b"x", complete=False))
    wire.heard = True
    bench.driver.sweep(200.0)
    bench.driver.sweep(209.9)
    assert bench.endings == []
    bench.driver.sweep(210.0)
    if collects:
        assert b"timeout" in bench.sent
    else:
        assert bench.client.broken
        assert bench.endings == [Ending.TIMED_OUT]
    assert wire.aborted


@pytest.mark.parametrize("full", [True, False])
def test_gap_does_not_count_while_nothing_is_read(full: bool) -> None:
    bench = Bench(timeouts=Timeouts(answer_gap=10))
    bench.start()
    bench.connect()
    bench.answer(Body(b"x", complete=False))
    bench.driver.sweep(200.0)
    bench.client.full = full
    bench.driver.sweep(205.0)
    bench.client.full = False
    bench.driver.sweep(210.0)
    assert bench.client.broken is not full


@pytest.mark.parametrize("answered", [False, True])
def test_whole_call_is_bounded(answered: bool) -> None:
    bench = Bench(timeouts=Timeouts(call=50))
    bench.start()
    bench.connect()
    if answered:
        bench.answer(Body(b"x", complete=False))
    bench.driver.sweep(149.9 if answered else 109.0)
    assert bench.endings == []
    bench.driver.deadline = 109.0
    bench.driver.sweep(109.0)
    assert bench.endings == [Ending.TIMED_OUT]
    assert bench.client.broken is answered


def test_client_that_is_gone_ends_the_call_once(bench: Bench) -> None:
    closed = []

    def respond(call: Call) -> Steps[None]:
        try:
            yield from Forward(10_000_000)
        finally:
            closed.append(True)

    bench.respond = respond
    bench.start()
    wire = bench.connect()
    bench.driver.on_client_gone()
    bench.driver.on_client_gone()
    bench.driver.sweep(1e9)
    assert (closed, wire.aborted) == ([True], True)
    assert bench.endings == [Ending.CLIENT_GONE]


def test_bug_in_conclude_is_logged_and_the_connection_goes_on(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def conclude(call: Call, ending: Ending) -> Steps[None]:
        yield from ()
        raise ZeroDivisionError

    def publish(call: Call) -> None:
        raise ZeroDivisionError

    services = bench.plane.services
    bench.plane.services = type(services)(
        **{
            **{name: getattr(services, name) for name in services.__struct_fields__},
            "exchange": type(services.exchange)(
                services.exchange.begin, services.exchange.respond, conclude
            ),
            "on_facts": publish,
        }
    )
    bench.start()
    bench.answer(Body(b"ok"))
    assert bench.client.done == 1
    assert len(caplog.records) == 2


def test_call_without_an_answer_is_a_bug(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    def respond(call: Call) -> Steps[None]:
        yield from ()

    bench.respond = respond
    bench.start()
    assert BUG in bench.sent
    assert bench.client.closing


def test_head_request_of_the_client_gets_no_body_even_if_a_policy_sends_get(bench: Bench) -> None:
    def respond(call: Call) -> Steps[None]:
        call.context.request.method = "GET"
        yield from Forward(10_000_000)

    bench.respond = respond
    bench.start(method=b"HEAD")
    bench.connect()
    bench.answer(Body(b"body", complete=False), 200, ("Content-Length", "9"))
    assert bench.sent == b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"


def test_upload_is_pumped_and_paused_with_the_upstream() -> None:
    bench = Bench(Bounds(window=4))
    inbound = bench.start(b"ab", length=20)
    assert bench.client.asked == 1
    wire = bench.connect()
    assert wire.written[1:] == [b"ab"]
    bench.attempt().ready = False
    bench.receive(inbound, b"x" * 5)
    bench.driver.on_request_data()
    seen = [bench.client.reading]
    bench.attempt().ready = True
    bench.driver.on_attempt_ready()
    assert [*seen, bench.client.reading] == [False, True]
    assert wire.written[2:] == [b"x" * 5]
    bench.receive(inbound, b"y" * 13, last=True)
    bench.driver.on_request_data()
    assert bench.attempt().finished
    assert bench.plane.budget.held == 0


@pytest.mark.parametrize(
    ("kind", "status"), [("malformed", b"400 Bad Request"), ("timeout", b"408 Request Timeout")]
)
def test_upload_that_fails_is_refused(bench: Bench, kind: Any, status: bytes) -> None:
    bench.start(b"ab", length=20)
    wire = bench.connect()
    bench.driver.on_request_failed(kind)
    assert bench.sent.startswith(b"HTTP/1.1 " + status)
    assert wire.aborted
    assert bench.client.closing
