"""Random bytes for keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            "@{ var b = new byte[2]; new RNGCryptoServiceProvider().GetBytes(b); return b; }",
            b"\xcd\xef",
        ),
        ("@{ var b = new byte[0]; RandomNumberGenerator.Create().GetBytes(b); return b; }", b""),
        (
            "@{ var b = new byte[17]; using (var r = RandomNumberGenerator.Create()) "
            "{ r.GetNonZeroBytes(b); } return b[0]; }",
            1,
        ),
        (
            "@{ RandomNumberGenerator.Create().GetBytes(null); return 1; }",
            "System.ArgumentNullException",
        ),
    ],
)
def test_bytes_come_from_the_call(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
