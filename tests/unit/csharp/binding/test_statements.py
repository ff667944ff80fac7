"""Statements, reachability, assignment before use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('@{ try { return int.Parse("x"); } catch (FormatException) { return 1; } }', 1),
        (
            "@{ try { string s = null; return s.Length; } catch "
            "(NullReferenceException) { return 2; } }",
            2,
        ),
        (
            '@{ var r = ""; try { try { throw new Exception(); } finally { r += "f"; '
            '} } catch { r += "c"; } return r; }',
            "fc",
        ),
        (
            '@{ try { int.Parse("x"); } catch (FormatException e) when '
            "(e.Message.Length > 0) { return 3; } return 4; }",
            3,
        ),
        (
            "@{ try { throw new FormatException(); } catch (OverflowException) { return 1; } }",
            "System.FormatException",
        ),
        ("@{ try { throw new FormatException(); } catch { throw; } }", "System.FormatException"),
    ],
)
def test_try_catch_finally(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ var x = 1; { var y = 2; x += y; } return x; }", 3),
        ("@{ int i = 0; goto end; i = 5; end: return i; }", 0),
        ("@{ int i = 0; again: i++; if (i < 3) goto again; return i; }", 3),
        ("@{ int x; if (true) x = 1; else x = 2; return x; }", 1),
        ("@{ const int K = 5; return K * 2; }", 10),
        (
            "@{ checked { int x = int.MaxValue; try { x++; } catch "
            "(OverflowException) { return 9; } return x; } }",
            9,
        ),
    ],
)
def test_blocks_and_labels(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@{ var x = 1; }", "HG209"),
        ("@{ try { } { } return 1; }", "HG200"),
        ("@{ var t = true; if (t) { return 1; } }", "HG209"),
        ("@{ int x; return x; }", "HG210"),
        ("@{ int x; if (context.Tracing) x = 1; return x; }", "HG210"),
        ("@{ int x = 1; int x = 2; return x; }", "HG208"),
        ("@{ var x = null; return x; }", "HG207"),
        ("@{ var x; return x; }", "HG207"),
        ("@{ 5; return 1; }", "HG200"),
        ("@{ return; }", "HG209"),
        ('@{ throw "x"; }', "HG207"),
        ("@{ goto nowhere; return 1; }", "HG204"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected
