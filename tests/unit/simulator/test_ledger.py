from __future__ import annotations

import msgspec
import pytest

from headgate.simulator import ledger as ledger_module
from headgate.simulator.ledger import OTHERS, Entry, Ledger, Totals
from headgate.simulator.usage import Usage
from headgate.testing.virtual_clock import START, VirtualClock


def opened(ledger: Ledger, *, key: str = "k", tag: str = "t") -> Entry:
    return ledger.open(key=key, tag=tag, path="/v1/chat/completions")


def test_call_is_entered_as_it_happens() -> None:
    clock = VirtualClock()
    ledger = Ledger(clock, keep_calls=10)
    entry = opened(ledger)
    assert (ledger.total.calls, ledger.total.in_flight) == (1, 1)
    entry.accepted(Usage(8, 9, cached=4, cache_write=2), stream=True)
    entry.head_sent(200)
    entry.tokens_sent(3)
    entry.tokens_sent(2)
    clock.advance(50)
    entry.end(aborted=False)
    expected = Totals(
        calls=1,
        prompt_tokens=8,
        cached_tokens=4,
        cache_write_tokens=2,
        completion_tokens=5,
        served_tokens=5,
        by_status={"200": 1},
    )
    assert ledger.total == ledger.by_key["k"] == ledger.by_tag["t"] == expected
    [call] = ledger.calls
    assert (call.order, call.status, call.prompt_tokens, call.completion_tokens) == (1, 200, 8, 5)
    assert (call.arrived_us, call.ended_us) == (START, START + 50)


def test_entry_ends_once() -> None:
    ledger = Ledger(VirtualClock(), keep_calls=10)
    entry = opened(ledger)
    entry.end(aborted=True)
    entry.end(aborted=False)
    assert (ledger.total.aborted, ledger.total.in_flight) == (1, 0)
    assert ledger.calls[0].aborted


def test_calls_are_told_apart_by_key_and_tag() -> None:
    ledger = Ledger(VirtualClock(), keep_calls=10)
    for key, tag in (("a", "x"), ("a", "y"), ("b", "x")):
        opened(ledger, key=key, tag=tag)
    assert {key: totals.calls for key, totals in ledger.by_key.items()} == {"a": 2, "b": 1}
    assert {tag: totals.calls for tag, totals in ledger.by_tag.items()} == {"x": 2, "y": 1}
    assert [call.order for call in ledger.view("x").calls] == [1, 3]
    assert ledger.view("x").total.calls == 2


def test_view_of_an_unknown_tag_is_empty() -> None:
    view = Ledger(VirtualClock(), keep_calls=10).view("nobody")
    assert view.total == Totals()
    assert view.calls == []


def test_oldest_calls_go_and_totals_stay() -> None:
    ledger = Ledger(VirtualClock(), keep_calls=2)
    for _ in range(3):
        opened(ledger)
    assert [call.order for call in ledger.calls] == [2, 3]
    assert ledger.total.calls == 3


def test_call_on_its_way_does_not_count_after_a_reset() -> None:
    ledger = Ledger(VirtualClock(), keep_calls=10)
    entry = opened(ledger)
    ledger.reset()
    entry.tokens_sent(5)
    entry.end(aborted=False)
    assert ledger.total == Totals()
    assert not ledger.calls
    assert opened(ledger).call.order == 2


def test_names_beyond_the_bound_share_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "NAMES_MAX", 2)
    ledger = Ledger(VirtualClock(), keep_calls=10)
    for key in ("a", "b", "c", "d", "a"):
        opened(ledger, key=key)
    assert {key: totals.calls for key, totals in ledger.by_key.items()} == {
        "a": 2,
        "b": 1,
        OTHERS: 2,
    }


def test_view_is_json() -> None:
    ledger = Ledger(VirtualClock(), keep_calls=10)
    opened(ledger)
    shown = msgspec.json.decode(msgspec.json.encode(ledger.view()))
    assert shown["total"]["in_flight"] == 1
    assert shown["calls"][0]["ended_us"] is None


def numbers(totals: Totals) -> tuple[int, int, int]:
    return totals.completion_tokens, totals.reasoning_tokens, totals.served_tokens


def test_unstreamed_answer_is_served_whole_also_when_nobody_waits() -> None:
    ledger = Ledger(VirtualClock(), keep_calls=10)
    entry = opened(ledger)
    entry.accepted(Usage(8, 12, reasoning=2), stream=False)
    assert numbers(ledger.total) == (0, 0, 12)
    entry.end(aborted=True)
    assert numbers(ledger.total) == (0, 0, 12)
    entry = opened(ledger)
    entry.accepted(Usage(8, 12, reasoning=2), stream=False)
    entry.tokens_sent(10)
    entry.end(aborted=False)
    assert numbers(ledger.total) == (12, 2, 24)


@pytest.mark.parametrize(("aborted", "expected"), [(True, (3, 0, 5)), (False, (5, 2, 5))])
def test_reasoning_of_a_stream_is_served_first_and_told_last(
    aborted: bool, expected: tuple[int, int, int]
) -> None:
    ledger = Ledger(VirtualClock(), keep_calls=10)
    entry = opened(ledger)
    entry.accepted(Usage(8, 12, reasoning=2), stream=True)
    assert numbers(ledger.total) == (0, 0, 0)
    entry.tokens_sent(1)
    entry.tokens_sent(2)
    assert numbers(ledger.total) == (3, 0, 5)
    entry.end(aborted=aborted)
    assert numbers(ledger.total) == numbers(ledger.by_key["k"]) == expected


def test_stream_that_was_all_reasoning_is_served_at_its_end() -> None:
    ledger = Ledger(VirtualClock(), keep_calls=10)
    entry = opened(ledger)
    entry.accepted(Usage(8, 2, reasoning=2), stream=True)
    entry.end(aborted=False)
    assert numbers(ledger.total) == (2, 2, 2)
