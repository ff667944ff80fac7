"""X509Certificate2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@(context.Request.Certificate == null)", True),
    ],
)
def test_a_call_without_certificate_has_none(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
