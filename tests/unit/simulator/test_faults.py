from __future__ import annotations

import pytest

from headgate.simulator.faults import Fault, fault_named


def test_fault_is_found_by_its_name() -> None:
    assert fault_named("reset-mid-stream") is Fault.RESET_MID_STREAM
    assert fault_named("429") is Fault.STATUS_429


def test_unknown_fault_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no fault 'reset'; there are reset-before-head, .*503"):
        fault_named("reset")
