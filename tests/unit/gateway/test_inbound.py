"""What a request's head says, and why it may be refused."""

from __future__ import annotations

import pytest

from headgate.gateway.framing import Refusal
from headgate.gateway.inbound import Inbound, examine, make_request, split_host
from headgate.model.messages import Request
from headgate.upstream.bounds import Bounds

BOUNDS = Bounds(headers=4, body_streamed=100)


def inbound(*pairs: tuple[bytes, bytes], target: bytes = b"/a", host: bool = True) -> Inbound:
    made = Inbound()
    made.target = target
    made.method = b"POST"
    given = ((b"Host", b"gw:8080"), *pairs) if host else pairs
    made.items = [(name.lower(), name, value) for name, value in given]
    return made


def refused(made: Inbound) -> int | None:
    """Return the status of a refusal."""
    found = examine(made, BOUNDS)
    return None if found is None else found.status


@pytest.mark.parametrize(
    ("pairs", "status"),
    [
        ([], None),
        ([(b"host", b"b")], 400),
        ([(b"Content-Length", b"100")], None),
        ([(b"Content-Length", b"101")], 413),
        ([(b"Content-Length", b"0" * 5000 + b"7")], None),
        ([(b"Expect", b"100-Continue")], None),
        ([(b"Expect", b"else")], 417),
        ([(b"A", b"b")] * 3, None),
        ([(b"A", b"b")] * 4, 431),
    ],
)
def test_head_is_examined(pairs: list[tuple[bytes, bytes]], status: int | None) -> None:
    assert refused(inbound(*pairs)) == status


def test_host_is_needed_by_http_1_1_only() -> None:
    missing = inbound(host=False)
    assert refused(missing) == 400
    missing.http_10 = True
    assert refused(missing) is None


def test_http_1_0_knows_no_transfer_encoding() -> None:
    made = inbound((b"Transfer-Encoding", b"chunked"))
    assert refused(made) is None
    assert made.chunked
    made.http_10 = True
    assert refused(made) == 400


def test_connection_removes_what_it_names_but_never_the_framing() -> None:
    made = inbound((b"Connection", b"close, X-A, Content-Length"), (b"X-A", b"1"))
    made.items.append((b"content-length", b"Content-Length", b"3"))
    assert refused(made) is None
    assert [item[0] for item in made.items] == [b"host", b"connection", b"content-length"]
    assert made.length == 3


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        (b"GET", b"/", None),
        (b"GET", b"/a?b#c", 400),
        (b"GET", b"http://a/", 400),
        (b"OPTIONS", b"*", 400),
        (b"CONNECT", b"a:1", 501),
        (b"GET", b"/\xff", 400),
        (b"GET", b"/\x7f", 400),
    ],
)
def test_target_has_to_be_a_path(method: bytes, target: bytes, status: int | None) -> None:
    made = inbound(target=target)
    made.method = method
    assert refused(made) == status


@pytest.mark.parametrize(
    ("host", "secure", "expected"),
    [
        (b"a.test", False, ("a.test", 80)),
        (b"a.test", True, ("a.test", 443)),
        (b"a.test:", False, ("a.test", 80)),
        (b"a.test:65535", False, ("a.test", 65535)),
        (b"[::1]:8080", False, ("[::1]", 8080)),
        (b"a.test:65536", False, None),
        (b"a b", False, None),
        (b"a@b", False, None),
        (b"", False, None),
    ],
)
def test_host_is_split(host: bytes, secure: bool, expected: tuple[str, int] | None) -> None:
    assert split_host(host, secure) == expected


def test_request_has_what_the_client_sent() -> None:
    made = inbound((b"Content-Length", b"2"), target=b"/a%20b?c=d?e")
    assert refused(made) is None
    made.pieces, made.complete = [b"h", b"i"], True
    request = make_request(made, secure=True, peer="192.0.2.1")
    assert isinstance(request, Request)
    assert str(request.url) == "https://gw:8080/a%20b?c=d?e"
    assert (request.method, request.ip_address) == ("POST", "192.0.2.1")
    assert request.body is not None
    assert (request.body.content, request.body.complete) == (b"hi", True)


@pytest.mark.parametrize(
    ("pairs", "complete", "expected"),
    [
        ([], True, None),
        ([(b"Content-Length", b"0")], True, True),
        ([(b"Content-Length", b"2")], False, False),
        ([(b"Transfer-Encoding", b"chunked")], False, False),
    ],
)
def test_body_exists_if_it_is_announced(
    pairs: list[tuple[bytes, bytes]], complete: bool, expected: bool | None
) -> None:
    made = inbound(*pairs)
    assert refused(made) is None
    made.complete = complete
    request = make_request(made, secure=False, peer="")
    assert isinstance(request, Request)
    assert (None if request.body is None else request.body.complete) is expected


def test_malformed_host_is_refused() -> None:
    made = inbound(host=False)
    made.host = b"a b"
    assert make_request(made, secure=False, peer="") == Refusal(
        400, "The Host header is malformed."
    )


def test_request_without_host_has_a_url_all_the_same() -> None:
    request = make_request(inbound(host=False), secure=False, peer="")
    assert isinstance(request, Request)
    assert request.url.host == "localhost"
