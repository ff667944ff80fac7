from __future__ import annotations

import pytest

from headgate.model.errors import CallError
from headgate.model.messages import Body
from headgate.policy.effects import ReadRequestBody, ReadResponseBody
from headgate.testing.playbook import Playbook, compile_element, make_context, make_response

XML = '<json-to-xml apply="{}" {} />'


def answered(
    body: bytes, attributes: str = "", *, accept: str = "text/xml", apply: str = "always"
) -> str:
    response = make_response(200, body, headers={"Content-Type": "application/json"})
    context = make_context(headers={"Accept": accept}, response=response)
    Playbook(compile_element(XML.format(apply, attributes), section="outbound"), context).run()
    assert response.body is not None
    return response.body.content.decode()


def test_type_and_accept_decide() -> None:
    assert answered(b'{"a":1}') == "<a>1</a>"
    assert answered(b'{"a":1}', apply="content-type-json") == "<a>1</a>"
    assert answered(b'{"a":1}', accept="*/*") == '{"a":1}'
    assert answered(b'{"a":1}', 'consider-accept-header="false"', accept="*/*") == "<a>1</a>"


def test_attributes_shape_the_document() -> None:
    body = b'{"p.a":{"ns.p":"u","$":{"x":"2026-01-02T03:04:05.0Z"}}}'
    attributes = 'namespace-separator="@(&quot;.&quot;)" namespace-prefix="ns"'
    attributes += ' attribute-block-name="$" parse-date="{}"'
    copied = answered(body, attributes.format("false"))
    assert copied == '<p:a xmlns:p="u" x="2026-01-02T03:04:05.0Z" />'
    assert answered(body, attributes.format("true")) == copied.replace("05.0Z", "05Z")


def test_a_request_that_is_no_json_is_an_error() -> None:
    context = make_context("POST", headers={"Accept": "text/xml"}, body=b"<a/>")
    with pytest.raises(CallError) as raised:
        Playbook(compile_element(XML.format("always", "")), context).run()
    assert (raised.value.status, raised.value.source) == (400, "json-to-xml")


def test_a_text_body_stays_where_only_json_is_meant() -> None:
    context = make_context("POST", headers={"Accept": "text/xml"}, body=b"hi")
    Playbook(compile_element(XML.format("content-type-json", "")), context).run()
    assert context.request.body is not None
    assert context.request.body.content == b"hi"


def test_the_body_is_waited_for() -> None:
    context = make_context("POST", response=make_response())
    assert context.response is not None
    context.request.body = Body(complete=False)
    context.response.body = Body(complete=False)
    step = compile_element(XML.format("always", ""))
    Playbook(step, context).expect(ReadRequestBody, None).run()
    step = compile_element(XML.format("always", ""), section="outbound")
    Playbook(step, context).expect(ReadResponseBody, None).run()
