from __future__ import annotations

import pytest

from headgate.model.entities import Backend
from headgate.model.messages import Headers, Response, Url
from headgate.testing.playbook import make_context
from headgate.upstream.destination import Destination, redirected

BASE = Url.parse("https://up.test:8443/base")
URL = Url.parse("https://up.test:8443/base/x")


def test_backend_decides_how_certificates_are_checked() -> None:
    context = make_context()
    destination = Destination(BASE, URL, "GET")
    assert destination.origin(context) == ("https", "up.test", 8443, True, True)
    context.backend = Backend(id="b", url="", validate_certificate_name=False)
    assert destination.origin(context) == ("https", "up.test", 8443, True, False)
    plain = Destination(Url.parse("http://up.test"), URL, "GET")
    assert plain.origin(context) == ("http", "up.test", 80, True, True)


def follow(status: int, location: str | None, method: str = "POST") -> Destination | None:
    headers = Headers.of(("Location", location)) if location is not None else Headers()
    here = Destination(BASE, URL, method)
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
