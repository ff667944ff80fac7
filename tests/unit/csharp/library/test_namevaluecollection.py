"""Query strings as collections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headgate.csharp.values import to_text

Run = Callable[[str], Any]
QUERY = 'HttpUtility.ParseQueryString("?a=1&B=x%20y&A=3&flag")'


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (f'{QUERY}["a"]', "1,3"),
        (f'{QUERY}.Get("b")', "x y"),
        (f'{QUERY}["none"]', ""),
        (f"{QUERY}[null]", "flag"),
        (f"{QUERY}.Count", "3"),
        (f'string.Join("/", {QUERY}.AllKeys)', "a/B/"),
        (f"{QUERY}.Keys.Count", "3"),
        (f'{QUERY}.GetValues("A").Length', "2"),
        (f'{QUERY}.GetValues("none") == null', "True"),
        (f"{QUERY}.ToString()", "a=1&a=3&B=x+y&flag"),
        ('HttpUtility.ParseQueryString("").Count', "0"),
        ('HttpUtility.ParseQueryString("a=%2f").ToString()', "a=%2f"),
    ],
)
def test_parameters_are_found(run: Run, source: str, text: str) -> None:
    assert to_text(run(f"@({source})")) == text


def test_parameters_are_changed(run: Run) -> None:
    source = f"""@{{
        var q = {QUERY};
        q["a"] = "2"; q.Set("c", "3"); q.Add("c", "4"); q.Remove("B"); q.Remove("none");
        return q.ToString();
    }}"""
    assert run(source) == "a=2&flag&c=3&c=4"


def test_null_is_no_query(run: Run) -> None:
    assert run("@(HttpUtility.ParseQueryString(null))") == "System.ArgumentNullException"
