from __future__ import annotations

import pytest

from headgate.model.messages import Headers
from headgate.policy.media_types import JSON, XML, asks_for, bare, content_type


def test_parameters_and_case_do_not_count() -> None:
    assert bare(" Application/JSON ; charset=utf-8") == "application/json"
    assert content_type(Headers.of(("Content-Type", "text/xml;charset=x"))) == "text/xml"
    assert content_type(Headers()) == ""


@pytest.mark.parametrize(
    ("accept", "json", "xml"),
    [
        ("application/json", True, False),
        ("text/html, application/soap+xml;q=0.9", False, True),
        ("application/json;q=0, text/xml; q=0.0", False, False),
        ("*/*", False, False),
        ("application/jsonp", False, False),
    ],
)
def test_a_caller_asks_for_what_it_names(accept: str, json: bool, xml: bool) -> None:
    headers = Headers.of(("Accept", accept))
    assert (asks_for(headers, JSON), asks_for(headers, XML)) == (json, xml)


def test_without_accept_nothing_is_asked_for() -> None:
    assert not asks_for(Headers(), JSON)
