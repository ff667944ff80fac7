"""Heads as bytes."""

from __future__ import annotations

import pytest

from headgate.model.messages import Headers
from headgate.upstream import wire
from headgate.upstream.attempt import Origin


def head(headers: Headers, framing: bytes = b"\r\n") -> bytes:
    return wire.request_head(b"GET", b"/a", host=b"h", headers=headers, framing=framing)


def test_head_keeps_order_and_spelling_and_drops_hop_by_hop_headers() -> None:
    headers = Headers.of(
        ("X-B", "1"), ("Host", "other"), ("TE", "trailers"), ("x-A", "2"), ("Content-Length", "9")
    )
    assert head(headers) == b"GET /a HTTP/1.1\r\nhost: h\r\nX-B: 1\r\nx-A: 2\r\n\r\n"


def test_head_without_headers() -> None:
    assert head(Headers()) == b"GET /a HTTP/1.1\r\nhost: h\r\n\r\n"


def test_connection_names_hop_by_hop_headers() -> None:
    headers = Headers.of(("Connection", "close, X-A"), ("connection", "x-b"), ("X-A", "1"))
    assert wire.named_by_connection(headers.items) == {b"close", b"x-a", b"x-b"}


@pytest.mark.parametrize(
    ("scheme", "host", "port", "expected"),
    [
        ("http", "a", 80, b"a"),
        ("http", "a", 443, b"a:443"),
        ("https", "a", 443, b"a"),
        ("https", "::1", 443, b"[::1]"),
        ("http", "::1", 8080, b"[::1]:8080"),
    ],
)
def test_authority(scheme: str, host: str, port: int, expected: bytes) -> None:
    assert wire.authority(Origin(scheme, host, port)) == expected


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/a/b%20c", "?d=e&f", b"/a/b%20c?d=e&f"),
        ("a", "", b"/a"),
        ("/a b", "", b"/a%20b"),
        ("/a\r\nX: y", "", b"/a%0D%0AX:%20y"),
        ("/a#b", "?c#d", b"/a%23b?c%23d"),
        ("/\ud800", "", b"/%EF%BF%BD"),
        ("/ä", "?q=ü", b"/%C3%A4?q=%C3%BC"),
    ],
)
def test_request_target_is_one_word(path: str, query: str, expected: bytes) -> None:
    assert wire.request_target(path, query) == expected


def test_method_has_to_be_a_token() -> None:
    assert wire.method_token("M-SEARCH") == b"M-SEARCH"
    with pytest.raises(ValueError, match="not an HTTP method"):
        wire.method_token("GET / HTTP/1.1\r\n")


def test_policies_open_no_tunnels() -> None:
    with pytest.raises(ValueError, match="not an HTTP method"):
        wire.method_token("CONNECT")


@pytest.mark.parametrize(
    ("method", "length", "expected"),
    [
        ("POST", 3, b"content-length: 3\r\n\r\n"),
        ("GET", 0, b"content-length: 0\r\n\r\n"),
        ("GET", None, b"\r\n"),
        ("POST", None, b"content-length: 0\r\n\r\n"),
    ],
)
def test_framing(method: str, length: int | None, expected: bytes) -> None:
    assert wire.framing(method, length) == expected
