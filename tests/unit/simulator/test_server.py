from __future__ import annotations

import asyncio

import pytest

from headgate.simulator.options import SimulatorOptions
from headgate.simulator.server import Simulator, run


@pytest.mark.parametrize(
    ("host", "url"), [("127.0.0.1", "http://127.0.0.1:81"), ("::1", "http://[::1]:81")]
)
def test_address_is_a_url(host: str, url: str) -> None:
    assert Simulator(SimulatorOptions(host=host, port=81)).url == url


def test_simulator_that_was_not_started_can_be_stopped() -> None:
    simulator = Simulator(SimulatorOptions())
    asyncio.run(simulator.stop())
    assert simulator.ledger.total.calls == 0


def test_address_that_cannot_be_had_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    # TEST-NET-1 (RFC 5737) belongs to no machine.
    assert run(SimulatorOptions(host="192.0.2.1")) == 1
    assert capsys.readouterr().err.startswith("cannot listen on 192.0.2.1:0: ")
