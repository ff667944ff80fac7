from __future__ import annotations

import pytest

from headgate.routing.safety import climbs


@pytest.mark.parametrize(
    "path",
    [
        "/a/../b",
        "/a/..",
        "/./a",
        "/a/%2e%2e/b",
        "/a/%2E./b",
        "/a/..%2fb",
        "/a%2f..%2fb",
        "/a/..\\b",
        "/a/..%5cb",
        "/a/..;x/b",
        "/a/%2e%2e%3bx/b",
        "/%2e",
    ],
)
def test_dot_segment_in_any_spelling_climbs(path: str) -> None:
    assert climbs(path)


@pytest.mark.parametrize(
    "path",
    ["/", "/a/b", "/.well-known/x", "/a/...", "/a/b..c", "/a/%2e%2ea", "/a%2fb", "/a//b", "/..."],
)
def test_dots_inside_a_segment_do_not(path: str) -> None:
    assert not climbs(path)
