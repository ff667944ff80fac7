"""IPAddress."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@(IPAddress.Parse("10.0.0.1").GetAddressBytes()[3])', 1),
        ('@(IPAddress.Parse("::1").ToString())', "::1"),
        ('@(IPAddress.Parse("300.1.1.1"))', "System.FormatException"),
        ('@{ IPAddress a; return IPAddress.TryParse("x", out a); }', False),
        ('@(IPAddress.Parse("::1").Equals(IPAddress.Parse("::1")))', True),
    ],
)
def test_addresses(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
