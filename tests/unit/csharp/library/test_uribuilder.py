"""UriBuilder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headgate.csharp.values import to_text

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('new UriBuilder("https", "h.example", 8080, "a").ToString()', "https://h.example:8080/a"),
        ('new UriBuilder("https", "h", 1, "/a", "?b=1#c").ToString()', "https://h:1/a?b=1#c"),
        ("new UriBuilder().ToString()", "http://localhost/"),
        ('new UriBuilder("https", "h").ToString()', "https://h/"),
        ('new UriBuilder("h.example/a").Host', "h.example"),
        ('new UriBuilder(new Uri("https://u@h:8443/a?b=1#c")).Port', "8443"),
        ('new UriBuilder("https://u@h:8443/a?b=1#c").ToString()', "https://u@h:8443/a?b=1#c"),
        ('new UriBuilder("https://h/a") { Query = "b=1" }.Uri.Query', "?b=1"),
        ('new UriBuilder("http", "h", 80, "").Uri.AbsoluteUri', "http://h/"),
    ],
)
def test_parts_make_a_uri(run: Run, source: str, text: str) -> None:
    assert to_text(run(f"@({source})")) == text


def test_parts_are_set(run: Run) -> None:
    source = """@{
        var b = new UriBuilder("http://h/");
        b.Scheme = "https"; b.Host = "i"; b.Port = 81; b.Path = "p"; b.Query = "?q";
        b.Fragment = "f"; b.UserName = "u";
        return b.ToString() + b.Scheme + b.Path + b.Fragment + b.UserName;
    }"""
    assert run(source) == "https://u@i:81/p?q#fhttps/p#fu"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("new UriBuilder((string)null)", "System.ArgumentNullException"),
        ("new UriBuilder((Uri)null)", "System.ArgumentNullException"),
        ('new UriBuilder("http", "h", 65536)', "System.ArgumentOutOfRangeException"),
        ('new UriBuilder("http", "h", 1, "a") { Port = -2 }', "System.ArgumentOutOfRangeException"),
        ('new UriBuilder("http", "").Uri', "System.UriFormatException"),
    ],
)
def test_what_is_no_uri_has_a_net_name(run: Run, source: str, name: str) -> None:
    assert run(f"@({source})") == name
