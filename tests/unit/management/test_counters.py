"""The counters as a client of the management port sees them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headgate.limits.operations import LOOK_MAX, AddCalls, QuotaRule, RateRule, Reserve, Rule
from headgate.management.counters import CounterPages
from headgate.management.pages import BODY_MAX
from headgate.model.clock import SECOND
from headgate.stores.memory import MemoryCounterStore
from headgate.testing.virtual_clock import VirtualClock
from tests.unit.management.conftest import JSON, Pages

RATE = RateRule("k", 100)
CALLS = RateRule("k", 10, 300 * SECOND, "calls")
QUOTA = QuotaRule("other", 1000, "Hourly")


class Port(Pages):
    """A store with some counters, and requests to the pages on it."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.store = MemoryCounterStore(self.clock)
        super().__init__(CounterPages(self.store, host="Gate.Internal").routes())

    def charge(self, rule: Rule, amount: int) -> None:
        self.store.apply(AddCalls(rule, amount))

    def list(self, **query: object) -> list[Any]:
        status, answer = self.ask("/counters", query)
        assert status == 200
        assert isinstance(answer["counters"], list)
        return answer["counters"]

    def reset(self, body: object, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        return self.post("/counters/reset", body, headers)


@pytest.fixture
def port() -> Port:
    port = Port()
    port.store.apply(Reserve("a", (RATE, QUOTA), 10, 50, "bounded", 900 * SECOND))
    port.charge(CALLS, 12)
    return port


def test_every_counter_is_listed_with_what_is_known_of_it(port: Port) -> None:
    status, answer = port.ask("/counters")
    assert (status, answer["cursor"]) == (200, None)
    calls, rate, quota = answer["counters"]
    assert calls == {
        "kind": "calls",
        "window": 300,
        "key": "k",
        "used": 12,
        "held": 0,
        "limit": 10,
        "remaining": 0,
        "frees_in": 305.0,
        "empties_in": 305.0,
    }
    assert (rate["used"], rate["held"], rate["remaining"], rate["window"]) == (10, 50, 40, 60)
    assert (quota["period"], quota["limit"], "window" in quota) == ("Hourly", 1000, False)


def test_lists_are_filtered(port: Port) -> None:
    assert [one["kind"] for one in port.list(key="k")] == ["calls", "tokens"]
    assert [one["key"] for one in port.list(prefix="ot")] == ["other"]
    assert [one["key"] for one in port.list(kind="tokens")] == ["k", "other"]
    assert [one["key"] for one in port.list(per="hourly")] == ["other"]
    assert [one["kind"] for one in port.list(per=300)] == ["calls"]


def test_a_long_list_comes_in_pages(port: Port) -> None:
    for number in range(LOOK_MAX + 50):
        port.charge(RateRule(f"n{number:04}", 5), 1)
    seen: list[str] = []
    query: dict[str, object] = {"prefix": "n", "limit": 100}
    while True:
        _, answer = port.ask("/counters", query)
        seen += [one["key"] for one in answer["counters"]]
        if answer["cursor"] is None:
            break
        query["cursor"] = answer["cursor"]
    assert seen == [f"n{number:04}" for number in range(LOOK_MAX + 50)]
    assert len(port.list()) == LOOK_MAX


def test_a_key_that_no_utf_8_can_carry_breaks_no_list(port: Port) -> None:
    port.charge(RateRule("z\ud800", 5), 1)
    assert port.list(prefix="z")[0]["key"] == "z?"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"kind": "x"}, "kind is 'x': expected one of tokens, calls, bytes, cost"),
        ({"limit": 0}, "limit is '0': expected 1 to 200"),
        ({"limit": LOOK_MAX + 1}, "limit is '201'"),
        ({"limit": "00000020099999"}, "limit is"),
        ({"limit": "x"}, "limit is 'x'"),
        ({"per": "0"}, "per is neither whole seconds"),
        ({"cursor": "x"}, "cursor is none"),
        ({"what": "x"}, "unknown parameter 'what'"),
    ],
)
def test_a_query_that_makes_no_sense_is_told_so(
    port: Port, query: dict[str, object], message: str
) -> None:
    status, answer = port.ask("/counters", query)
    assert (status, answer["statusCode"]) == (400, 400)
    assert message in answer["message"]


def test_a_reset_forgets_one_counter_and_shows_it(port: Port) -> None:
    status, row = port.reset({"kind": "tokens", "window": 60, "key": "k"})
    assert (status, row["used"], row["held"]) == (200, 0, 50)
    status, row = port.reset({"kind": "tokens", "period": "Hourly", "key": "other"})
    assert (status, row["used"], row["remaining"]) == (200, 0, 950)
    assert port.list(kind="calls")[0]["used"] == 12


def test_resetting_a_counter_that_is_not_there_is_not_found(port: Port) -> None:
    status, answer = port.reset({"kind": "tokens", "window": 61, "key": "k"})
    assert (status, answer["statusCode"]) == (404, 404)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        {"kind": "tokens", "key": "k"},
        {"kind": "tokens", "key": "k", "window": 60, "period": "Daily"},
        {"kind": "tokens", "key": "k", "window": 0},
        {"kind": "tokens", "key": "k", "window": 1e300},
        {"kind": "tokens", "key": "k", "period": "Sometimes"},
        {"kind": "x", "key": "k", "window": 60},
        {"kind": "tokens", "key": 5, "window": 60},
        {"kind": "tokens", "key": "k", "window": 60, "more": 1},
    ],
)
def test_a_body_that_names_no_counter_is_refused(port: Port, body: object) -> None:
    status, answer = port.reset(body)
    assert (status, answer["statusCode"]) == (400, 400)
    assert port.list(kind="tokens")[0]["used"] == 10


def test_a_body_is_bounded(port: Port) -> None:
    assert port.reset(b" " * BODY_MAX)[0] == 400
    assert port.reset(b" " * (BODY_MAX + 1))[0] == 413


def test_a_form_of_another_site_resets_nothing(port: Port) -> None:
    for headers in ({}, {"content-type": "text/plain"}):
        status, _ = port.reset({"kind": "tokens", "window": 60, "key": "k"}, headers)
        assert status == 415
    assert port.list(kind="tokens")[0]["used"] == 10


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8081",
        "127.0.0.1",
        "10.0.0.1:1",
        "[::1]",
        "[::1]:8081",
        "gate.internal:1",
    ],
)
def test_an_address_and_known_names_may_be_asked(port: Port, host: str) -> None:
    assert port.ask("/counters", host=host)[0] == 200


@pytest.mark.parametrize("host", ["", "evil.example", "evil.example:8081", "localhost.evil", "[x]"])
def test_a_name_that_was_bound_to_this_address_may_not(port: Port, host: str) -> None:
    assert port.ask("/counters", host=host)[0] == 421
    status, answer = port.ask("/counters/reset", body=b"{}", headers=JSON, host=host)
    assert (status, answer["statusCode"]) == (421, 421)


def test_a_reset_is_a_post(port: Port) -> None:
    with pytest.raises(json.JSONDecodeError):
        # Starlette's own text: 405.
        port.ask("/counters/reset")
