from __future__ import annotations

import gc
import weakref

import pytest

from headgate.exchange.call import Call, begin
from headgate.model.clock import SECOND, Micros
from headgate.model.errors import Where
from headgate.model.messages import Headers, Request, Url
from headgate.policy.tracing import CallTrace
from headgate.telemetry import traces
from headgate.telemetry.traces import TraceStore, time_span
from headgate.testing.snapshots import bare_snapshot
from headgate.testing.virtual_clock import VirtualClock

WHERE = Where(
    scope="api",
    section="inbound",
    path="choose[1]",
    policy_id="mine",
    file="apis/chat/policy.xml",
    line=3,
    column=9,
)


def traced(clock: VirtualClock, number: int = 1, *, tracing: bool = True) -> Call:
    request = Request("GET", Url.parse("http://gw.example/a"), Headers(), None, "1.2.3.4")
    call = begin(bare_snapshot(), request, clock=clock, request_id=f"call-{number}")
    call.context.tracing = tracing
    trace = call.context.owners[CallTrace] = CallTrace(call.context.started, ())
    clock.advance(1500)
    step = trace.begin(call.context, "choose", where=WHERE)
    step.inputs, step.outcome, step.elapsed = [("condition", "T\ud800")], "done", 7
    step.messages = ["said"]
    return call


def test_a_trace_has_the_shape_of_apims() -> None:
    clock = VirtualClock(Micros(1_764_547_200 * SECOND))
    store = TraceStore(clock)
    store.add(traced(clock))
    assert store.find("call-1") == {
        "serviceName": "headgate",
        "traceId": "call-1",
        "traceEntries": {
            "inbound": [
                {
                    "source": "choose",
                    "timestamp": "2025-12-01T00:00:00.001500Z",
                    "elapsed": "00:00:00.0015000",
                    "data": {
                        "outcome": "done",
                        "scope": "api",
                        "path": "choose[1]",
                        "document": "apis/chat/policy.xml",
                        "line": 3,
                        "column": 9,
                        "id": "mine",
                        "inputs": [{"name": "condition", "value": "T\ufffd"}],
                        "messages": ["said"],
                        "microseconds": 7,
                    },
                }
            ],
            "backend": [],
            "outbound": [],
            "on-error": [],
        },
    }


def test_calls_without_a_trace_are_not_kept() -> None:
    clock = VirtualClock()
    store = TraceStore(clock)
    store.add(traced(clock, tracing=False))
    assert store.find("call-1") is None


def test_the_last_ones_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "TRACES_MAX", 2)
    clock = VirtualClock()
    store = TraceStore(clock)
    for number in (1, 2, 3):
        store.add(traced(clock, number))
    assert [store.find(f"call-{number}") is None for number in (1, 2, 3)] == [True, False, False]


def test_traces_are_kept_for_an_hour() -> None:
    clock = VirtualClock()
    store = TraceStore(clock)
    store.add(traced(clock))
    clock.advance(traces.KEPT)
    assert store.find("call-1") is not None
    clock.advance(1)
    assert store.find("call-1") is None


def test_time_spans() -> None:
    assert time_span(3_723_000_004) == "01:02:03.0000040"


def test_a_trace_does_not_keep_its_call() -> None:
    clock = VirtualClock()
    store, call = TraceStore(clock), traced(clock)
    held = clock.__class__()
    call.context.variables["held"] = held
    kept = weakref.ref(held)
    store.add(call)
    del call, held
    gc.collect()
    assert kept() is None
    assert store.find("call-1") is not None
