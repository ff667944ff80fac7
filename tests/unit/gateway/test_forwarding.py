"""Requests as they leave for an upstream, and redirects."""

from __future__ import annotations

import pytest

from headgate.gateway.forwarding import Destination, outgoing_head, redirected
from headgate.gateway.inbound import Inbound
from headgate.model.context import Context
from headgate.model.entities import Backend, Deployment
from headgate.model.messages import Body, Headers, Request, Response, Url
from headgate.upstream.attempt import Origin
from tests.unit.gateway.conftest import StillClock

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


def test_backend_decides_how_certificates_are_checked() -> None:
    made = request(inbound())
    context = Context(made, clock=StillClock(), request_id="", deployment=Deployment())
    destination = Destination(BASE, made.url, "GET")
    assert destination.origin(context) == ("https", "up.test", 8443, True, True)
    context.backend = Backend(id="b", url="", validate_certificate_name=False)
    assert destination.origin(context) == ("https", "up.test", 8443, True, False)
    plain = Destination(Url.parse("http://up.test"), made.url, "GET")
    assert plain.origin(context) == ("http", "up.test", 80, True, True)


def follow(status: int, location: str | None, method: str = "POST") -> Destination | None:
    headers = Headers.of(("Location", location)) if location is not None else Headers()
    here = Destination(BASE, Url.parse("https://up.test:8443/base/x"), method)
    return redirected(Response(status, "", headers, None), here)


@pytest.mark.parametrize(
    ("status", "method", "expected", "with_body"),
    [
        (301, "POST", "GET", False),
        (302, "POST", "GET", False),
        (302, "PUT", "PUT", True),
        (303, "PUT", "GET", False),
        (303, "HEAD", "HEAD", False),
        (307, "POST", "POST", True),
        (308, "POST", "POST", True),
    ],
)
def test_redirect_changes_the_method(
    status: int, method: str, expected: str, *, with_body: bool
) -> None:
    found = follow(status, "/b", method)
    assert found is not None
    assert (found.method, found.with_body, found.trusted) == (expected, with_body, True)


@pytest.mark.parametrize(
    ("location", "expected", "trusted"),
    [
        ("/b?c", "https://up.test:8443/b?c", True),
        ("b", "https://up.test:8443/base/b", True),
        ("https://up.test/b", "https://up.test/b", False),
        ("http://up.test:8443/b", "http://up.test:8443/b", False),
        ("//other.test/b", "https://other.test/b", False),
    ],
)
def test_redirect_is_trusted_at_the_same_origin(
    location: str, expected: str, *, trusted: bool
) -> None:
    found = follow(307, location)
    assert found is not None
    assert (str(found.url), found.trusted) == (expected, trusted)


@pytest.mark.parametrize(
    ("status", "location"), [(200, "/b"), (304, "/b"), (302, None), (302, "ftp://a/b")]
)
def test_other_answers_are_no_redirects(status: int, location: str | None) -> None:
    assert follow(status, location) is None
