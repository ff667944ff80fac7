"""Exception types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@{ throw new ArgumentNullException("p"); }', "System.ArgumentNullException"),
        (
            '@{ try { throw new FormatException("m"); } catch (FormatException e) { '
            "return e.Message; } }",
            "m",
        ),
        (
            '@{ try { throw new ArgumentException("m", "p"); } catch '
            "(ArgumentException e) { return e.ParamName; } }",
            "p",
        ),
        (
            '@{ try { throw new Exception("a", new Exception("b")); } catch '
            "(Exception e) { return e.GetBaseException().Message; } }",
            "b",
        ),
        (
            '@{ try { int.Parse("x"); return 0; } catch (OverflowException) { return 1; } }',
            "System.FormatException",
        ),
        (
            "@{ try { throw new TimeoutException(); } catch (SystemException e) { "
            'return e.ToString().StartsWith("System.TimeoutException"); } }',
            True,
        ),
    ],
)
def test_exceptions_are_thrown_and_caught_by_name(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
