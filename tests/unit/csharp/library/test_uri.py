"""System.Uri."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            '@(new Uri("https://H.example:8443/a/../b?x=1#f").AbsoluteUri)',
            "https://h.example:8443/b?x=1#f",
        ),
        ('@(new Uri("https://h.example/a").Port)', 443),
        ('@(new Uri("https://h.example/a/b?x").PathAndQuery)', "/a/b?x"),
        ('@(new Uri("nope"))', "System.UriFormatException"),
        ("@(new Uri((string)null))", "System.ArgumentNullException"),
        ('@(new Uri("nope", UriKind.Relative).IsAbsoluteUri)', False),
        ('@(new Uri("nope", UriKind.Relative).Host)', "System.InvalidOperationException"),
        ('@(new Uri(new Uri("https://h.example/a/b"), "c").ToString())', "https://h.example/a/c"),
        ('@(new Uri("https://h.example/a b").ToString())', "https://h.example/a b"),
        (
            '@(new Uri("https://h.example/a?b").GetLeftPart(UriPartial.Path))',
            "https://h.example/a",
        ),
        ('@(new Uri("https://h.example/a") == new Uri("https://H.example/a#x"))', True),
        ('@(string.Join("|", new Uri("https://h.example/a/b").Segments))', "/|a/|b"),
        ('@{ Uri u; return Uri.TryCreate("x", UriKind.Absolute, out u); }', False),
        ('@(Uri.EscapeDataString("a b/é"))', "a%20b%2F%C3%A9"),
        ('@(Uri.UnescapeDataString("a%20b"))', "a b"),
        ('@(Uri.IsWellFormedUriString("https://h/a b", UriKind.Absolute))', False),
    ],
)
def test_parts(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
