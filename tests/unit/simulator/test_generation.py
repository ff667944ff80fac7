from __future__ import annotations

from typing import Any

import pytest

from headgate.simulator.behaviour import Behaviour
from headgate.simulator.faults import Fault
from headgate.simulator.generation import Extent, billed, pace, stated, within
from headgate.simulator.reply import document, stream
from headgate.simulator.usage import Usage


def behaviour(**members: Any) -> Behaviour:
    given = {"completion_tokens": 5, "latency_ms": 100, "pace_ms": 10, "retry_after_ms": 0}
    return Behaviour(**(given | members))


@pytest.mark.parametrize(
    ("cap", "extent"),
    [
        (None, Extent(5, 3)),
        (9, Extent(5, 3)),
        (8, Extent(5, 3)),
        (7, Extent(4, 3, cut=True)),
        (3, Extent(0, 3, cut=True)),
        (2, Extent(0, 2, cut=True)),
    ],
)
def test_cap_cuts_what_is_shown_and_then_what_is_thought(cap: int | None, extent: Extent) -> None:
    assert within(cap, behaviour(reasoning_tokens=3)) == extent


def test_prompt_is_billed_in_percent_of_the_count() -> None:
    extent = Extent(5, 2)
    varied = behaviour(prompt_percent=120, cached_percent=50, cache_write_percent=25)
    counted = Usage(10, 0, audio=5)
    assert billed(counted, varied, extent=extent, choices=2) == Usage(
        prompt=12, completion=14, cached=6, cache_write=3, reasoning=4, audio=6
    )
    assert billed(Usage(8, 0), behaviour(), extent=extent, choices=1) == Usage(8, 7, reasoning=2)


def test_usage_can_be_missing_or_wrong() -> None:
    usage = Usage(8, 5)
    assert stated(usage, behaviour()) == usage
    assert stated(usage, behaviour(faults=frozenset((Fault.USAGE_NONE,)))) is None
    assert stated(usage, behaviour(faults=frozenset((Fault.USAGE_WRONG,)))) == Usage(16, 10)


def test_unstreamed_answer_comes_when_its_last_token_would() -> None:
    reply = document(b"")
    pace(reply, behaviour(), extent=Extent(5))
    assert reply.delay == pytest.approx(0.140)
    assert reply.pace == 0
    pace(reply, behaviour(), extent=Extent(0))
    assert reply.delay == pytest.approx(0.100)


def test_stream_comes_token_by_token() -> None:
    reply = stream(iter(()), token_steps=0)
    pace(reply, behaviour(), extent=Extent(5))
    assert reply.delay == pytest.approx(0.1)
    assert reply.pace == pytest.approx(0.01)
