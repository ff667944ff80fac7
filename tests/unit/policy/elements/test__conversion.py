from __future__ import annotations

import pytest

from headgate.model.context import Context
from headgate.policy import media_types
from headgate.policy.elements import _conversion
from headgate.policy.schema import Site
from headgate.testing.playbook import make_context, make_response

INBOUND = Site(name="xml-to-json", section="inbound")
OUTBOUND = Site(name="xml-to-json", section="outbound")


def called(accept: str, content_type: str) -> Context:
    headers = {"Accept": accept, "Content-Type": content_type}
    return make_context("POST", headers=headers, body=b"<a/>")


def test_the_section_says_which_message() -> None:
    context = make_context(response=make_response())
    assert _conversion.subject(context, INBOUND) is context.request
    assert _conversion.subject(context, OUTBOUND) is context.response


@pytest.mark.parametrize(
    ("accept", "content_type", "both"),
    [
        ("application/json", "text/xml; charset=utf-8", True),
        ("application/json", "text/plain", False),
        ("*/*", "text/xml", False),
    ],
)
def test_type_and_accept_decide(accept: str, content_type: str, both: bool) -> None:
    context = called(accept, content_type)
    kinds = {"content": media_types.XML, "wanted": media_types.JSON}
    assert _conversion.concerns(context, context.request, **kinds) is both
    assert _conversion.concerns(context, context.request, content=None, wanted=None)


def test_a_body_gets_its_new_type_and_nothing_gets_none() -> None:
    context = called("*/*", "text/xml")
    _conversion.convert(
        context.request, lambda _: b"{}", media_type="application/json", site=INBOUND
    )
    assert context.request.body is not None
    assert context.request.body.content == b"{}"
    assert context.request.headers.get("content-type") == "application/json"
    empty = make_context()
    _conversion.convert(empty.request, lambda _: b"{}", media_type="application/json", site=INBOUND)
    assert "content-type" not in empty.request.headers


def test_the_caller_is_told_of_its_own_body_only() -> None:
    own, other = _conversion.refusal(INBOUND, "Bad."), _conversion.refusal(OUTBOUND, "Bad.")
    assert (own.status, own.message) == (400, "Bad.")
    assert (other.status, other.message, other.detail) == (500, "Internal server error", "Bad.")
