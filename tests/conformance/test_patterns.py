"""What people build of several policies: priorities, spill-over, routing and tracking of usage.

The documents are of our own writing, after the patterns that Azure's GenAI gateway toolkit teaches.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from headgate.rehearsal.outcome import Outcome
from headgate.rehearsal.script import Answer, Asked, BackendForm, Match, Script
from tests.conformance.runner import perform

PATTERNS = Path(__file__).parent / "patterns"
SIZE = 244
"""Tokens that a call asks for, and uses."""


def run(pattern: str, requests: list[Asked], upstream: list[Answer], **more: Any) -> list[Outcome]:
    script = Script(requests=requests, upstream=upstream, **more)
    return perform(script, PATTERNS / pattern)


def backends(*ids: str) -> dict[str, BackendForm]:
    return {one: BackendForm(url=f"http://{one}.example") for one in ids}


def hosts(outcomes: list[Outcome]) -> list[str]:
    """Return the backends that were called, in their order."""
    return [sent.url.split("/")[2].split(".")[0] for one in outcomes for sent in one.sent]


def users(count: int, calls: int, *, priority: str, window: int = 0) -> list[Asked]:
    """Return calls of some users who all call at once, again and again, within a minute."""
    return [
        Asked(
            at=60 * window + 50 * turn / calls,
            headers={"x-priority": priority},
            json={"messages": [], "max_tokens": SIZE},
        )
        for turn in range(calls)
        for _ in range(count)
    ]


def provider(limit: int) -> list[Answer]:
    """Return the answers of a provider with a limit of its own: it tells what is left of it."""
    served = [
        Answer(json={}, headers={"x-ratelimit-remaining-tokens": str(limit - SIZE * count)})
        for count in range(1, limit // SIZE + 1)
    ]
    refused = Answer(times="any", status=429, headers={"x-ratelimit-reset-tokens": "60"})
    return [*served, refused]


@pytest.mark.parametrize("scheme", ["priority-by-estimate", "priority-by-answer"])
@pytest.mark.parametrize(("priority", "passing"), [("low", 287), ("high", 409)])
def test_low_priority_leaves_a_reserve(scheme: str, priority: str, passing: int) -> None:
    outcomes = run(scheme, users(9, 60, priority=priority), provider(100_000))
    statuses = Counter(one.status for one in outcomes)
    # By what the provider says, one call in ten seconds may ask whether there is more again.
    asking = 5 if (scheme, priority) == ("priority-by-answer", "low") else 0
    assert passing <= statuses[200] <= passing + asking
    assert statuses[200] + statuses[429] == 540


def test_high_priority_has_the_reserve_while_low_priority_waits() -> None:
    low = users(9, 40, priority="low")
    high = [Asked(at=55, headers={"x-priority": "high"}, json={"max_tokens": SIZE}, times=200)]
    outcomes = run("priority-by-estimate", low + high, [Answer(times="any", json={})])
    by_priority = Counter(
        (index >= len(low), one.status)
        for index, one in enumerate(sorted(outcomes, key=lambda one: one.request))
    )
    assert by_priority[False, 200] == 287
    assert by_priority[True, 200] >= 122, "30,000 tokens are 122 calls"


def test_low_priority_gets_a_new_share_with_the_next_window() -> None:
    requests = users(9, 40, priority="low") + users(9, 40, priority="low", window=2)
    outcomes = run("priority-by-estimate", requests, [Answer(times="any", json={})])
    assert sum(one.status == 200 for one in outcomes) == 2 * 287


def test_priority_by_what_the_provider_says() -> None:
    provider = [
        Answer(headers={"x-ratelimit-remaining-tokens": str(left)}, json={})
        for left in (50_000, 29_999, 20_000, 10_000)
    ]
    provider.append(Answer(status=429, headers={"x-ratelimit-reset-tokens": "7"}))
    provider.append(Answer(times="any", headers={"x-ratelimit-remaining-tokens": "90000"}, json={}))

    def call(at: float, priority: str) -> Asked:
        return Asked(at=at, headers={"x-priority": priority}, json={})

    outcomes = run(
        "priority-by-answer",
        [
            call(0, "low"),  # nothing is known yet: passes, 50,000 are left
            call(1, "low"),  # passes, 29,999 are left
            call(2, "low"),  # below the reserve: the one that may ask, 20,000 are left
            call(3, "low"),  # refused
            call(4, "high"),  # passes, 10,000 are left
            call(13, "low"),  # refused: high priority has just asked
            call(14.5, "low"),  # asks, the provider refuses
            call(15, "low"),  # refused: nothing is left, and somebody has just asked
            call(22, "low"),  # what the provider said is over: passes, 90,000 are left
            call(23, "low"),
        ],
        provider,
    )
    statuses = [one.status for one in outcomes]
    assert statuses == [200, 200, 200, 429, 200, 429, 429, 429, 200, 200]
    refused = [one.headers.get("x-refused-by") for one in outcomes if one.status == 429]
    assert refused == ["reserve", "reserve", None, "reserve"]


def test_weights_are_shares() -> None:
    calls = [Asked(json={}, times=3000)]
    outcomes = run(
        "weighted-by-expression",
        calls,
        [Answer(times="any", json={})],
        backends=backends("one", "two"),
    )
    share = Counter(hosts(outcomes))["one"] / 3000
    assert abs(share - 2 / 3) < 0.03


def test_round_robin_by_a_counter_in_the_cache() -> None:
    outcomes = run(
        "round-robin-by-cache",
        [Asked(json={}, times=7, every=1)],
        [Answer(times="any", json={})],
        backends=backends("one", "two", "three"),
    )
    assert hosts(outcomes) == ["one", "two", "three", "one", "two", "three", "one"]


@pytest.mark.parametrize("streams", [False, True])
def test_pay_as_you_go_takes_what_the_provisioned_backend_refuses(streams: bool) -> None:
    busy = Answer(match=Match(url="http://provisioned.example/*"), status=429, times=2)
    free = Answer(match=Match(url="http://provisioned.example/*"), json={}, times="any")
    other = Answer(
        match=Match(url="http://pay-as-you-go.example/*"),
        times="any",
        **({"sse": [{"n": 1}, "[DONE]"]} if streams else {"json": {"n": 1}}),
    )
    outcomes = run(
        "retry-to-pay-as-you-go",
        [Asked(json={"q": 1}, times=3, every=1)],
        [busy, free, other],
        backends=backends("provisioned", "pay-as-you-go"),
    )
    assert [one.status for one in outcomes] == [200, 200, 200]
    assert [hosts([one]) for one in outcomes] == [
        ["provisioned", "pay-as-you-go"],
        ["provisioned", "pay-as-you-go"],
        ["provisioned"],
    ]
    assert all(sent.body == b'{"q":1}' for one in outcomes for sent in one.sent)
    if streams:
        assert outcomes[0].body.endswith(b"data: [DONE]\n\n")


def test_calls_go_where_answers_come_soonest() -> None:
    order = Asked(at=1, path="/preferred", json={"backends": ["two", "one"]})
    outcomes = run(
        "latency-routing",
        [Asked(json={}), order, Asked(at=2, json={}), Asked(at=3, json={})],
        [
            Answer(match=Match(url="http://two.example/*"), json={}),
            Answer(match=Match(url="http://two.example/*"), status=429),
            Answer(match=Match(url="http://one.example/*"), json={}, times="any"),
        ],
        backends=backends("one", "two"),
    )
    assert [hosts([one]) for one in outcomes] == [["one"], [], ["two"], ["two", "one"]]
    assert [one.status for one in outcomes] == [200, 200, 200, 200]
    assert outcomes[1].body == b'["two","one"]'


def test_usage_is_tracked_by_events() -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    outcomes = run(
        "usage-tracking",
        [Asked(json={}), Asked(json={"stream": True}), Asked(json={})],
        [
            Answer(json={"usage": usage}),
            Answer(sse=[{"choices": []}, "[DONE]"]),
            Answer(status=400, json={}),
        ],
    )
    assert [one.events for one in outcomes] == [
        [
            {
                "logger": "usage",
                "message": '{"subscription":"subscription-1","operation":"Operation",'
                '"prompt":3,"total":7}',
                "partition": "subscription-1",
            }
        ],
        [{"logger": "usage", "message": "status 200", "partition": None}],
        [{"logger": "usage", "message": "status 400", "partition": None}],
    ]
    assert outcomes[1].body.endswith(b"data: [DONE]\n\n"), "the stream was passed on"
