from __future__ import annotations

import asyncio
from typing import Any

import pytest

from headgate.gateway.errand import Errands
from headgate.model.messages import Body, Headers, Response, Url
from headgate.policy.effects import ForwardFailed, Outgoing
from headgate.upstream.bounds import Bounds
from tests.unit.gateway.conftest import Bench, Wire

SECOND = 1_000_000


class Ended:
    """Hears what comes of an errand."""

    def __init__(self) -> None:
        self.outcomes: list[Response | ForwardFailed] = []

    def __call__(self, outcome: Response | ForwardFailed) -> None:
        self.outcomes.append(outcome)


def outgoing(url: str = "https://b.example/x?y=1", **other: Any) -> Outgoing:
    parts: dict[str, Any] = {"headers": Headers.of(("a", "1")), "body": b"hello"}
    return Outgoing(url=Url.parse(url), **({"method": "POST"} | parts | other))


def begun(bench: Bench, **other: Any) -> tuple[Ended, Wire]:
    """Send a request; return who hears of it and its connection."""
    ended = Ended()
    bench.plane.errands.send(outgoing(**other), timeout=2 * SECOND, done=ended)
    return ended, bench.connect()


def answer(bench: Bench, body: Body | None, status: int = 200) -> None:
    bench.attempt().receiver.on_answer(Response(status, "OK", Headers(), body))


def test_request_goes_out_in_one_write(bench: Bench) -> None:
    _, wire = begun(bench, check_name=False)
    assert wire.written == [
        b"POST /x?y=1 HTTP/1.1\r\nhost: b.example\r\na: 1\r\ncontent-length: 5\r\n\r\nhello"
    ]
    assert bench.attempt().origin == ("https", "b.example", 443, True, False)


def test_host_may_be_another(bench: Bench) -> None:
    _, wire = begun(bench, headers=Headers.of(("Host", "other")), body=None, method="GET")
    assert wire.written == [b"GET /x?y=1 HTTP/1.1\r\nhost: other\r\n\r\n"]


def test_answer_that_comes_at_once(bench: Bench) -> None:
    ended, wire = begun(bench)
    answer(bench, Body(b"all"))
    (response,) = ended.outcomes
    assert isinstance(response, Response)
    assert bench.loop.timers[-1].cancelled
    assert not wire.aborted


def test_answer_that_comes_in_pieces_is_joined(bench: Bench) -> None:
    ended, wire = begun(bench)
    answer(bench, Body(b"a", complete=False))
    bench.attempt().receiver.on_answer_body(b"b")
    assert ended.outcomes == []
    assert bench.plane.budget.held == 2
    bench.attempt().receiver.on_answer_end()
    (response,) = ended.outcomes
    assert isinstance(response, Response)
    assert response.body is not None
    assert (response.body.content, response.body.complete) == (b"ab", True)
    assert bench.plane.budget.held == 0
    assert not wire.aborted


def test_answer_that_is_too_large_is_dropped() -> None:
    bench = Bench(Bounds(body_buffered=3))
    ended, wire = begun(bench)
    answer(bench, Body(b"abc", complete=False))
    assert ended.outcomes == []
    bench.attempt().receiver.on_answer_body(b"d")
    assert ended.outcomes == [ForwardFailed("broken", "The answer is too large.")]
    assert wire.aborted
    assert bench.plane.budget.held == 0


@pytest.mark.parametrize("begins", [True, False])
def test_timeout_is_for_all_of_it(bench: Bench, begins: bool) -> None:
    ended, wire = begun(bench)
    if begins:
        answer(bench, Body(b"a", complete=False))
    timer = bench.loop.timers[-1]
    assert timer.seconds == 2
    timer.call()
    assert [failed.kind for failed in ended.outcomes if isinstance(failed, ForwardFailed)] == [
        "timeout"
    ]
    assert wire.aborted
    assert bench.plane.budget.held == 0


def test_failure_is_told(bench: Bench) -> None:
    ended, _ = begun(bench)
    failed = ForwardFailed("refused", "no")
    bench.attempt().receiver.on_answer_failed(failed)
    assert ended.outcomes == [failed]


def test_request_that_no_wire_can_carry_fails_at_once(bench: Bench) -> None:
    ended = Ended()
    failed = bench.plane.errands.send(outgoing(method="A B"), timeout=1, done=ended)
    assert isinstance(failed, ForwardFailed)
    assert ended.outcomes == []


def test_request_that_is_abandoned_is_told_to_nobody(bench: Bench) -> None:
    ended = Ended()
    errand = bench.plane.errands.send(outgoing(), timeout=1, done=ended)
    assert not isinstance(errand, ForwardFailed)
    wire = bench.connect()
    errand.abandon()
    assert (wire.aborted, ended.outcomes) == (True, [])


def test_failed_one_way_request_is_logged(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    errands = bench.plane.errands
    errands.dispatch(outgoing(), timeout=1)
    assert errands.dispatched == 1
    bench.attempt().receiver.on_answer_failed(ForwardFailed("refused", "nobody there"))
    errands.dispatch(outgoing(method="A B"), timeout=1)
    assert errands.dispatched == 0
    assert [record.getMessage() for record in caplog.records] == [
        "one-way request POST b.example failed: nobody there",
        "one-way request A B b.example failed: The request cannot be sent: "
        "'A B' is not an HTTP method",
    ]


def test_one_way_requests_are_bounded_in_number(
    bench: Bench, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Errands, "DISPATCHED_MAX", 2)
    for _ in range(3):
        bench.plane.errands.dispatch(outgoing(), timeout=1)
    assert len(bench.pool.attempts) == 2
    assert "dropped: 2 are on their way" in caplog.text
    answer(bench, Body(b""))
    bench.plane.errands.dispatch(outgoing(), timeout=1)
    assert len(bench.pool.attempts) == 3


def test_task_may_ask(bench: Bench) -> None:
    async def scenario() -> None:
        errands = bench.plane.errands
        errands.loop = asyncio.get_running_loop()
        asking = asyncio.ensure_future(errands.ask(outgoing(), within=SECOND))
        await asyncio.sleep(0)
        answer(bench, Body(b"all"))
        assert isinstance(await asking, Response)
        assert isinstance(await errands.ask(outgoing(method="A B"), within=1), ForwardFailed)
        given_up = asyncio.ensure_future(errands.ask(outgoing(), within=SECOND))
        await asyncio.sleep(0)
        wire = bench.connect()
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        assert wire.aborted

    asyncio.run(scenario())
