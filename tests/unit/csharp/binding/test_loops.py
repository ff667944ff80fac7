"""Loops and switch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headgate.csharp.expression import compile_expression

Run = Callable[[str], Any]
Code = Callable[[str], str]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            "@{ var r = 0; for (int i = 0; i < 5; i++) { if (i == 3) break; if (i == "
            "1) continue; r += i; } return r; }",
            2,
        ),
        ("@{ var i = 10; do { i++; if (i == 12) continue; } while (i < 13); return i; }", 13),
        ("@{ var i = 0; while (true) { if (++i > 4) break; } return i; }", 5),
        (
            '@{ foreach (var c in "abc") { if (c == \'b\') return "found"; } return "none"; }',
            "found",
        ),
        ("@{ var r = 0; for (int i = 0, j = 9; i < j; i++, j--) r++; return r; }", 5),
        ('@{ foreach (JToken t in JArray.Parse("[1]")) return (int)t; return 0; }', 1),
    ],
)
def test_loops(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@{ switch ("b") { case "a": return 1; case "b": case "c": return 2; '
            "default: return 3; } }",
            2,
        ),
        (
            '@{ var r = ""; foreach (var x in new[] {1, 2, 3}) { switch (x) { case '
            '2: continue; case 3: r += "c"; break; default: r += "d"; break; } r += '
            "x; } return r; }",
            "d1c3",
        ),
        ("@{ switch ('x') { case 'x': goto case 'y'; case 'y': return 1; } return 0; }", 1),
        (
            "@{ object o = 5; switch (o) { case string s: return s; case int i when "
            "i > 3: return i; default: return 0; } }",
            5,
        ),
        ("@{ switch (1) { case 1: goto default; default: return 7; } }", 7),
    ],
)
def test_switch(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ while (true) { } return 1; }", "Headgate.BudgetExceededException"),
        (
            "@{ try { while (true) { } } catch { return 1; } return 2; }",
            "Headgate.BudgetExceededException",
        ),
    ],
)
def test_endless_loops_end_with_the_budget(run: Run, source: str, value: Any) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@{ break; return 1; }", "HG200"),
        ("@{ foreach (var x in 5) { } return 1; }", "HG207"),
        ("@{ switch (1) { case 1: var a = 1; } return 1; }", "HG200"),
        ("@{ for (int i = 0; i < 2; i++) { } return i; }", "HG206"),
        ("@{ continue; return 1; }", "HG200"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(code: Code, source: str, expected: str) -> None:
    assert code(source) == expected


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("@{ var i = 0; do { if (++i > 3) { return i; } } while (true); }", 4),
        (
            "@{ var i = 0; for (var k = 0; k < 3; k++) { a: i++; if (i < 2) goto a; "
            "if (k == 1) break; if (k == 0) continue; i += 100; } return i; }",
            3,
        ),
        (
            "@{ var i = 0; while (i < 9) { switch (i) { case 0: a: i++; if (i < 3) goto a; "
            "continue; default: i += 10; break; } i += 100; } return i; }",
            113,
        ),
    ],
)
def test_labels_and_endless_loops_leave_the_right_loop(run: Run, source: str, value: int) -> None:
    assert run(source) == value


@pytest.mark.parametrize("word", ["break", "continue"])
def test_a_label_is_no_loop(word: str) -> None:
    found, diagnostics = compile_expression(f"@{{ a: {word}; return 1; }}")
    assert found is None
    assert diagnostics[0].code == "HG200"
