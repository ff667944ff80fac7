"""Requests as they leave for an upstream."""

from __future__ import annotations

import pytest

from headgate.gateway.forwarding import outgoing_head
from headgate.gateway.inbound import Inbound
from headgate.model.messages import Body, Headers, Request, Url
from headgate.upstream.attempt import Origin
from headgate.upstream.destination import Destination

BASE = Url.parse("https://up.test:8443/base")
ORIGIN = Origin("https", "up.test", 8443)


def inbound(length: int | None = None) -> Inbound:
    made = Inbound()
    made.host = b"gw"
    made.length = length
    return made


def request(made: Inbound, body: Body | None = None, *headers: tuple[str, str]) -> Request:
    items = Headers.of(*headers)
    assert made.host is not None
    items.items.append((b"host", b"Host", made.host))
    return Request("POST", Url.parse("https://up.test:8443/base/x?y"), items, body, "")


def head(body: Body | None, length: int | None = None, *, with_body: bool = True) -> bytes:
    made = inbound(length)
    sent = request(made, body)
    destination = Destination(BASE, sent.url, "POST", with_body=with_body)
    return outgoing_head(destination, sent, inbound=made, origin=ORIGIN)


@pytest.mark.parametrize(
    ("body", "length", "framing"),
    [
        (None, None, b"content-length: 0"),
        (Body(b"abc"), None, b"content-length: 3"),
        (Body(complete=False), 9, b"content-length: 9"),
        (Body(complete=False), None, b"transfer-encoding: chunked"),
    ],
)
def test_body_is_framed(body: Body | None, length: int | None, framing: bytes) -> None:
    assert head(body, length) == (
        b"POST /base/x?y HTTP/1.1\r\nhost: up.test:8443\r\n" + framing + b"\r\n\r\n"
    )


def test_host_that_a_policy_set_is_kept_towards_the_target_only() -> None:
    made = inbound()
    sent = request(made, None, ("Authorization", "secret"))
    sent.headers.set("Host", "virtual.test")
    trusted = Destination(BASE, sent.url, "GET")
    untrusted = Destination(BASE, sent.url, "GET", trusted=False)
    assert b"host: virtual.test\r\nAuthorization" in outgoing_head(
        trusted, sent, inbound=made, origin=ORIGIN
    )
    assert outgoing_head(untrusted, sent, inbound=made, origin=ORIGIN) == (
        b"GET /base/x?y HTTP/1.1\r\nhost: up.test:8443\r\n\r\n"
    )


def test_an_origin_that_only_a_redirect_names_gets_nothing_that_may_be_a_secret() -> None:
    made = inbound()
    sent = request(made, None, ("x-functions-key", "secret"), ("Accept", "text/plain"))
    untrusted = Destination(BASE, sent.url, "GET", trusted=False)
    assert outgoing_head(untrusted, sent, inbound=made, origin=ORIGIN) == (
        b"GET /base/x?y HTTP/1.1\r\nhost: up.test:8443\r\nAccept: text/plain\r\n\r\n"
    )
