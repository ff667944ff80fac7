"""Streams that pass as far as they have been looked at, driven without sockets."""

from __future__ import annotations

import json

import pytest

from headgate.exchange.call import Ending
from headgate.model.entities import Backend
from headgate.model.messages import Body, Headers, Response
from headgate.policy.content_safety import Screen
from headgate.policy.effects import ForwardFailed
from headgate.policy.screening import Screening, ScreeningTap
from headgate.tokens.registry import dialect_for
from headgate.upstream.bounds import Bounds
from tests.unit.gateway.conftest import Bench, Wire

STREAM = ("content-type", "text/event-stream")


def event(text: str) -> bytes:
    return b"data: %s\n\n" % json.dumps({"choices": [{"delta": {"content": text}}]}).encode()


def streaming(bench: Bench, first: bytes = b"", *, window: int = 4) -> Wire:
    """Begin a screened stream."""
    screening = Screening(dialect_for("/v1/chat/completions"))
    backend = Backend(id="s", url="http://up.test")
    screening.screens.append(Screen(backend=backend, thresholds={"Hate": 1}, window=window))
    bench.tap = ScreeningTap(screening, None)
    bench.start()
    wire = bench.connect()
    bench.answer(Body(first, complete=False), 200, STREAM)
    return wire


def verdict(bench: Bench, severity: int) -> None:
    """Answer the service's last request."""
    listed = [{"category": "Hate", "severity": severity}]
    content = json.dumps({"categoriesAnalysis": listed}).encode()
    bench.attempt().receiver.on_answer(Response(200, "OK", Headers(), Body(content)))


def test_text_passes_when_it_has_been_cleared(bench: Bench) -> None:
    streaming(bench)
    bench.driver.on_answer_body(event("good"))
    assert b"good" not in bench.sent
    verdict(bench, 0)
    assert b"good" in bench.sent
    bench.driver.on_answer_body(event("x"))
    bench.driver.on_answer_end()
    assert bench.endings == []
    verdict(bench, 0)
    assert bench.sent.endswith(b"\r\n0\r\n\r\n")
    assert b'"x"' in bench.sent
    assert bench.endings == [Ending.COMPLETE]
    assert bench.plane.budget.held == 0


def test_text_that_came_with_the_head_waits_too(bench: Bench) -> None:
    streaming(bench, event("good"))
    assert b"good" not in bench.sent
    verdict(bench, 0)
    assert b"good" in bench.sent


def test_stream_that_may_not_pass_ends_and_its_upstream_is_let_go(bench: Bench) -> None:
    wire = streaming(bench)
    bench.driver.on_answer_body(event("evil"))
    verdict(bench, 1)
    assert bench.sent.endswith(b"\r\n\r\n0\r\n\r\n")
    assert b"evil" not in bench.sent
    assert wire.aborted
    assert bench.endings == [Ending.COMPLETE]
    assert bench.plane.budget.held == 0


def test_what_has_no_text_ends_without_a_check(bench: Bench) -> None:
    streaming(bench)
    bench.driver.on_answer_body(b"data: [DONE]\n\n")
    bench.driver.on_answer_end()
    assert b"[DONE]" in bench.sent
    assert bench.endings == [Ending.COMPLETE]
    assert len(bench.pool.attempts) == 1


def test_upstream_is_held_up_while_much_waits() -> None:
    bench = Bench(Bounds(window=1024))
    wire = streaming(bench)
    bench.driver.on_answer_body(event("good"))
    bench.driver.on_answer_body(b": %s\n" % (b"-" * 2000) + event("xxxx"))
    assert bench.plane.budget.held > 2000
    reading = [wire.reading]
    verdict(bench, 0)
    reading.append(wire.reading)
    assert reading == [False, True]
    verdict(bench, 0)
    assert b"xxx" in bench.sent
    assert bench.plane.budget.held == 0


def test_client_that_is_full_keeps_the_upstream_held_up() -> None:
    bench = Bench(Bounds(window=1024))
    wire = streaming(bench)
    bench.driver.on_answer_body(event("good"))
    bench.driver.on_answer_body(b": %s\n" % (b"-" * 2000) + event("xxxx"))
    bench.client.full = True
    verdict(bench, 0)
    assert not wire.reading


@pytest.mark.parametrize("cause", ["client", "upstream"])
def test_ends_from_outside_stop_the_check(bench: Bench, cause: str) -> None:
    streaming(bench)
    bench.driver.on_answer_body(event("good"))
    errand = bench.attempt()
    if cause == "client":
        bench.driver.on_client_gone()
    else:
        bench.driver.on_answer_failed(ForwardFailed("broken", "gone"))
    assert errand.receiver is not None
    assert b"good" not in bench.sent
    assert bench.endings == [Ending.CLIENT_GONE if cause == "client" else Ending.UPSTREAM_BROKEN]
    assert bench.plane.budget.held == 0
