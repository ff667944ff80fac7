from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from headgate.exchange.call import Call, begin
from headgate.model.facts import EventLogged, TraceMessage
from headgate.model.messages import Headers, Request, Url
from headgate.telemetry import event_log
from headgate.telemetry.event_log import EventLog
from headgate.telemetry.event_sinks import BatchRefused, Event, SinkFailed
from headgate.testing.snapshots import bare_snapshot
from headgate.testing.virtual_clock import VirtualClock


class ListSink:
    """Keeps what it gets; refuses as often as it is told."""

    def __init__(self, refuse: int = 0) -> None:
        self.refuse = refuse
        self.batches: list[list[Event]] = []

    async def send(self, events: Sequence[Event]) -> None:
        if self.refuse:
            self.refuse -= 1
            raise SinkFailed("down")
        self.batches.append(list(events))

    @property
    def messages(self) -> list[str]:
        return [event.message for batch in self.batches for event in batch]


def call(*facts: object) -> Call:
    request = Request("GET", Url.parse("http://gw.example/a"), Headers(), None, "1.2.3.4")
    made = begin(bare_snapshot(), request, clock=VirtualClock(), request_id="r-1")
    made.context.facts += facts
    return made


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_log, "INTERVAL", 0.001)
    monkeypatch.setattr(event_log, "FIRST_PAUSE", 0.001)


def test_messages_go_to_the_sinks_of_their_loggers() -> None:
    async def scenario() -> None:
        named, other = ListSink(), ListSink()
        asked: list[str] = []
        log = EventLog(lambda logger: asked.append(logger) or other)  # type: ignore[func-returns-value]  # notes the name
        log.configure({"a": named})
        log.record(call(EventLogged("a", "1"), TraceMessage("no"), EventLogged("b", "2", "p")))
        log.record(call(EventLogged("b", "3")))
        await log.stop()
        assert (named.messages, other.messages, asked) == (["1"], ["2", "3"], ["b"])
        assert other.batches[0][0].partition == "p"
        assert log.dropped == 0

    asyncio.run(scenario())


def test_a_sink_that_is_down_gets_everything_later_in_its_order() -> None:
    async def scenario() -> None:
        sink = ListSink(refuse=2)
        log = EventLog(lambda _: sink)
        log.record(call(EventLogged("a", "1")))
        await asyncio.sleep(0)
        log.record(call(EventLogged("a", "2")))
        await log.stop()
        assert sink.messages == ["1", "2"]

    asyncio.run(scenario())


def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_log, "BATCH_MAX", 2)

    async def scenario() -> None:
        sink = ListSink()
        log = EventLog(lambda _: sink)
        log.record(call(*(EventLogged("a", str(number)) for number in range(5))))
        await log.stop()
        assert [len(batch) for batch in sink.batches] == [2, 2, 1]

    asyncio.run(scenario())


@pytest.mark.parametrize("bound", ["WAITING_MAX", "BYTES_MAX"])
def test_what_does_not_fit_is_counted(
    bound: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(event_log, bound, 2)

    async def scenario() -> None:
        sink = ListSink()
        log = EventLog(lambda _: sink)
        log.record(call(*(EventLogged("a", str(number)) for number in range(5))))
        await log.stop()
        assert (sink.messages, log.dropped) == (["0", "1"], 3)

    asyncio.run(scenario())
    assert "3 messages were dropped" in caplog.text


def test_stop_gives_up_in_the_end(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(event_log, "GRACE", 0.01)

    async def scenario() -> None:
        log = EventLog(lambda _: ListSink(refuse=1_000_000))
        log.record(call(EventLogged("a", "1")))
        await log.stop()
        assert log.dropped == 1

    asyncio.run(scenario())
    assert "1 messages were lost" in caplog.text


def test_a_reload_sends_what_waits_to_the_new_sink() -> None:
    async def scenario() -> None:
        old, new, default = ListSink(refuse=1), ListSink(), ListSink()
        log = EventLog(lambda _: default)
        log.configure({"a": old})
        log.record(call(EventLogged("a", "1")))
        log.configure({"a": new})
        await log.stop()
        assert (old.messages, new.messages, default.messages) == ([], ["1"], [])

    asyncio.run(scenario())


def test_a_batch_that_is_refused_does_not_hold_up_the_next() -> None:
    class Choosy(ListSink):
        async def send(self, events: Sequence[Event]) -> None:
            if events[0].message == "bad":
                raise BatchRefused("answered 400")
            await super().send(events)

    async def scenario() -> None:
        sink = Choosy()
        log = EventLog(lambda _: sink)
        log.record(call(EventLogged("a", "bad")))
        await asyncio.sleep(0.01)
        log.record(call(EventLogged("a", "good")))
        await log.stop()
        assert sink.messages == ["good"]
        assert log.dropped == 1

    asyncio.run(scenario())
