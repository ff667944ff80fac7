"""What connections share."""

from __future__ import annotations

import uuid

from headgate.exchange import call, pipeline
from headgate.gateway.plane import Exchange
from tests.unit.gateway.conftest import Bench


def test_request_ids_are_guids_in_order(bench: Bench) -> None:
    first, second = bench.plane.next_request_id(), bench.plane.next_request_id()
    assert uuid.UUID(first).version == 4
    assert uuid.UUID(first).variant == uuid.RFC_4122
    assert first < second
    assert len({first, second, Bench().plane.next_request_id()}) == 2, "the seed is the same"


def test_bounds_are_those_of_the_pool(bench: Bench) -> None:
    assert bench.plane.bounds is bench.pool.bounds
    assert bench.plane.budget.limit == bench.pool.bounds.buffered_total


def test_exchange_is_the_real_one_by_default() -> None:
    exchange = Exchange()
    assert exchange.begin is call.begin
    assert (exchange.respond, exchange.conclude) == (pipeline.respond, pipeline.conclude)
