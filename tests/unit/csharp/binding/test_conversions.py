"""Implicit and explicit conversions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@((long)5)", 5),
        ("@{ long x = 5; return x.GetType().Name; }", "Int64"),
        ("@{ double d = 1; return d / 2; }", 0.5),
        ("@{ byte b = 255; return b.GetType().Name; }", "Byte"),
        ("@{ object o = 5L; return (int)o; }", "System.InvalidCastException"),
        ("@{ object o = 5; return (int?)o + 1; }", 6),
        ("@{ double d = 3.99; return (int)d; }", 3),
        ("@{ int x = 300; return (int)(byte)x; }", 44),
        ("@((int)DayOfWeek.Friday)", 5),
        ("@((DayOfWeek)5 == DayOfWeek.Friday)", True),
        ("@{ int? n = 3; long? m = n; return m.Value.GetType().Name; }", "Int64"),
        ("@{ int? n = null; return (int)n; }", "System.InvalidOperationException"),
        ("@{ object o = null; return (int)o; }", "System.NullReferenceException"),
        ("@{ JToken t = 5; return t.ToString(); }", "5"),
        ("@{ DayOfWeek d = 0; return d.ToString(); }", "Sunday"),
        ("@{ object o = new List<string>(); return ((IEnumerable<object>)o).Count(); }", 0),
    ],
)
def test_conversions_keep_or_change_the_type(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@{ int x = 5L; return x; }", "HG207"),
        ("@{ int x = null; return x; }", "HG207"),
        ("@{ byte b = 256; return b; }", "HG207"),
        ("@{ string s = 5; return s; }", "HG207"),
        ('@((int)"5")', "HG207"),
        ("@{ List<int> l = new List<string>(); return l; }", "HG207"),
        ("@{ float f = 1.5; return f; }", "HG207"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected
