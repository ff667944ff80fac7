from __future__ import annotations

import pytest

from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.model.messages import Body
from headgate.policy.effects import ReadRequestBody, ReadResponseBody
from headgate.testing.playbook import (
    Playbook,
    compile_element,
    diagnose,
    make_context,
    make_response,
)

XML = '<xml-to-json kind="direct" apply="content-type-xml" {} />'


def answered(attributes: str, *, accept: str = "application/json", kind: str = "text/xml") -> str:
    response = make_response(200, b"<a x='1'><b/></a>", headers={"Content-Type": kind})
    context = make_context(headers={"Accept": accept}, response=response)
    Playbook(compile_element(XML.format(attributes), section="outbound"), context).run()
    assert response.body is not None
    return response.body.content.decode()


def posted(body: bytes, headers: dict[str, str] | None = None) -> Context:
    context = make_context("POST", body=body, headers=headers)
    xml = '<xml-to-json kind="direct" apply="always" consider-accept-header="false" />'
    Playbook(compile_element(xml), context).run()
    return context


@pytest.mark.parametrize(
    ("attributes", "accept", "kind", "converted"),
    [
        ("", "application/json", "text/xml", True),
        ("", "application/json", "text/plain", False),
        ("", "*/*", "text/xml", False),
        ('consider-accept-header="@(1 > 2)"', "*/*", "text/xml", True),
    ],
)
def test_type_and_accept_decide(attributes: str, accept: str, kind: str, converted: bool) -> None:
    body = answered(attributes, accept=accept, kind=kind)
    assert body == ('{"a":{"@x":"1","b":null}}' if converted else "<a x='1'><b/></a>")


def test_single_children_may_be_arrays() -> None:
    assert answered('always-array-child-elements="true"') == '{"a":{"@x":"1","b":[null]}}'


def test_a_request_is_converted_in_inbound() -> None:
    context = posted(b"<a/>")
    assert context.request.body is not None
    assert context.request.body.content == b'{"a":null}'
    assert context.request.headers.get("Content-Type") == "application/json"
    assert posted(b"").request.headers.get("Content-Type") is None


def test_no_xml_is_an_error() -> None:
    with pytest.raises(CallError) as raised:
        posted(b"{}")
    assert (raised.value.status, raised.value.source) == (400, "xml-to-json")


def test_the_body_is_waited_for() -> None:
    context = make_context("POST", response=make_response())
    assert context.response is not None
    context.request.body = Body(complete=False)
    context.response.body = Body(complete=False)
    Playbook(compile_element(XML.format("")), context).expect(ReadRequestBody, None).run()
    step = compile_element(XML.format(""), section="outbound")
    Playbook(step, context).expect(ReadResponseBody, None).run()


def test_kinds_are_checked_at_load() -> None:
    assert diagnose('<xml-to-json kind="plain" apply="always" />') == ["HG145"]
