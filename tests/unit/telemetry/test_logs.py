from __future__ import annotations

import logging

import orjson
import pytest

from headgate.exchange.call import Call, begin
from headgate.model.clock import SECOND
from headgate.model.errors import LastError
from headgate.model.facts import BreakerTurned, CacheAsked, TraceEntry, TraceMessage
from headgate.model.messages import Headers, Request, Response, Url
from headgate.telemetry.logs import TEXT_MAX, Pace, log_failure, log_traces
from headgate.testing.snapshots import bare_snapshot
from headgate.testing.virtual_clock import VirtualClock


def call_with(*facts: object) -> Call:
    request = Request("GET", Url("http", "gw", 80, "/", ""), Headers(), None, "127.0.0.1")
    call = begin(bare_snapshot(), request, clock=VirtualClock(), request_id="r-1")
    call.context.facts.extend(facts)
    return call


def test_a_trace_is_one_line_of_json_with_the_request(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="headgate.trace"):
        log_traces(call_with(TraceEntry("limits", "information", "spare\n7", (("a", "1"),))))
    (record,) = caplog.records
    assert record.levelno == logging.INFO
    assert "\n" not in record.getMessage()
    assert orjson.loads(record.getMessage()) == {
        "request": "r-1",
        "source": "limits",
        "message": "spare\n7",
        "metadata": {"a": "1"},
    }


def test_severities_become_levels(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="headgate.trace"):
        log_traces(
            call_with(TraceEntry("s", "verbose", "no", ()), TraceEntry("s", "error", "yes", ()))
        )
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_messages_of_expressions_are_logged_and_bounded(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="headgate.trace"):
        log_traces(call_with(TraceMessage("x" * (TEXT_MAX + 1)), object()))
    (record,) = caplog.records
    assert len(orjson.loads(record.getMessage())["message"]) == TEXT_MAX


def test_a_trace_may_hold_what_utf_8_has_not(caplog: pytest.LogCaptureFixture) -> None:
    entry = TraceEntry("s", "error", "\ud800", (("a", "x" * (TEXT_MAX + 1)),))
    with caplog.at_level(logging.INFO, logger="headgate.trace"):
        log_traces(call_with(entry))
    told = orjson.loads(caplog.records[0].getMessage())
    assert (told["message"], told["metadata"]) == ("\ufffd", {"a": "x" * TEXT_MAX})


def test_an_internal_error_is_logged_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    call = call_with()
    call.context.response = Response(500, "", Headers(), None)
    call.context.last_error = LastError(
        source="set-body", reason="R", message="why", scope="api", section="inbound", path="p[1]"
    )
    log_failure(call)
    (record,) = caplog.records
    told = orjson.loads(record.getMessage())
    assert (told["status"], told["message"], told["where"]) == (500, "why", "api inbound p[1]")


def test_what_is_the_callers_fault_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    call = call_with()
    call.context.response = Response(429, "", Headers(), None)
    call.context.last_error = LastError(source="rate-limit", reason="R", message="slow")
    log_failure(call)
    assert caplog.records == []


def test_counters_that_are_full_are_logged_once_a_second(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headgate.telemetry.logs._FULL", Pace())
    clock = VirtualClock()
    call = call_with()
    call.context.clock = clock
    call.context.response = Response(503, "", Headers(), None)
    call.context.last_error = LastError(source="s", reason="CountersFull", message="why")
    for wait in (0, SECOND - 1, 0, 1):
        clock.advance(wait)
        log_failure(call)
    assert [orjson.loads(one.getMessage()).get("alike") for one in caplog.records] == [None, 2]


def test_turns_of_breakers_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    call = call_with()
    call.context.facts += [BreakerTurned("ptu", 1_500_000), BreakerTurned("ptu", 0)]
    log_traces(call)
    assert [record.getMessage() for record in caplog.records] == [
        "the circuit breaker of ptu opened for 1.5 s",
        "the circuit breaker of ptu closed",
    ]


def test_lookups_that_failed_are_logged_once_a_second(caplog: pytest.LogCaptureFixture) -> None:
    clock = VirtualClock()
    call = call_with(
        CacheAsked("llm-semantic-cache-lookup", "miss"),
        CacheAsked("llm-semantic-cache-lookup", "failed", "nobody there"),
        CacheAsked("llm-semantic-cache-lookup", "failed", "nobody there"),
    )
    call.context.clock = clock
    clock.advance(100 * SECOND)
    log_traces(call)
    clock.advance(SECOND)
    log_traces(call)
    first, second = [orjson.loads(record.getMessage()) for record in caplog.records]
    assert (first["source"], first["message"]) == ("llm-semantic-cache-lookup", "nobody there")
    assert second["metadata"] == {"alike": "1"}
