from __future__ import annotations

from typing import Any

import pytest

from headgate.model.context import Context
from headgate.model.errors import CallError, Fault
from headgate.model.messages import Headers, Url
from headgate.policy.effects import FetchToken, Outgoing, Send
from headgate.testing.playbook import (
    Playbook,
    compile_element,
    diagnose,
    make_context,
    make_response,
)

URL = "<set-url>https://b.example/x</set-url>"


def element(attributes: str = "", children: str = URL, name: str = "answer") -> str:
    return f'<send-request response-variable-name="{name}" {attributes}>{children}</send-request>'


def send(url: str = "https://b.example/x", *, timeout: float = 60, **request: Any) -> Send:
    """Return the effect that is expected."""
    headers = Headers.of(*request.pop("headers", ()))
    request = {"method": "GET", "body": None} | request
    outgoing = Outgoing(url=Url.parse(url), headers=headers, **request)
    return Send(outgoing, round(timeout * 1_000_000))


def run(
    xml: str, expected: Send, *, context: Context | None = None, section: str = "inbound"
) -> Any:
    """Run an element whose request is answered; return what the variable holds."""
    context = context or make_context()
    answer = make_response(201)
    step = compile_element(xml, section=section)
    Playbook(step, context).expect(expected, answer).run()
    assert context.variables["answer"] is answer
    return context


def test_new_request_is_a_get_without_anything() -> None:
    run(element(), send(), context=make_context("POST", headers={"a": "1"}, body=b"of the call"))


def test_children_make_the_request() -> None:
    children = (
        '<set-url>@("https://b.example/a b?q=" + context.Request.Method + "é")</set-url>'
        "<set-method>PUT</set-method>"
        '<set-header name="a"><value>1</value></set-header>'
        '<set-header name="b"><value>2</value></set-header>'
        '<set-body>@("t" + 1)</set-body>'
    )
    expected = send(
        "https://b.example/a%20b?q=GET%C3%A9",
        method="PUT",
        headers=(("a", "1"), ("b", "2")),
        body=b"t1",
        timeout=1.5,
    )
    run(element('mode="new" timeout="1.5"', children), expected)


def test_copy_begins_as_the_call_s_request_without_its_key() -> None:
    headers = {"Host": "gw", "Accept-Encoding": "gzip", "key": "secret", "a": "1"}
    context = make_context("POST", headers=headers, body=b"of the call")
    context.request.caller_key = [context.request.headers.items[2]]
    expected = send(method="POST", headers=(("a", "1"),), body=b"of the call")
    run(element('mode="copy"'), expected, context=context)


def test_copy_goes_to_the_url_of_the_call_where_no_other_is_given() -> None:
    context = make_context(url="https://gw.example/p?q=1")
    run(element('mode="copy"', ""), send("https://gw.example/p?q=1"), context=context)


def test_changing_a_copy_leaves_the_call_as_it_was() -> None:
    context = make_context("POST", headers={"a": "1"}, body=b"mine")
    children = f'{URL}<set-header name="a"><value>2</value></set-header><set-body>other</set-body>'
    run(
        element('mode="copy"', children),
        send(method="POST", headers=(("a", "2"),), body=b"other"),
        context=context,
    )
    assert list(context.request.headers) == [("a", "1")]
    assert context.request.body is not None
    assert context.request.body.content == b"mine"


def test_copy_needs_the_body_of_the_request() -> None:
    assert compile_element(element('mode="copy"')).needs_request_body
    assert compile_element(element('mode="@("co" + "py")"')).needs_request_body
    assert not compile_element(element()).needs_request_body


def test_identity_sends_its_token_along() -> None:
    children = f'{URL}<authentication-managed-identity resource="https://r.example" />'
    context = make_context()
    playbook = Playbook(compile_element(element(children=children)), context)
    playbook.expect(FetchToken("https://r.example", None), "t")
    playbook.expect(send(headers=(("Authorization", "Bearer t"),)), make_response()).run()
    assert list(context.request.headers) == []


def test_url_of_an_expression_that_is_none_is_the_operators_fault() -> None:
    step = compile_element(element(children='<set-url>@("x" + 1)</set-url>'))
    with pytest.raises(CallError) as caught:
        Playbook(step, make_context()).run()
    assert (caught.value.reason, caught.value.fault) == ("UrlInvalid", Fault.OPERATOR)


def test_what_no_request_can_be_made_of_is_found_at_load() -> None:
    assert diagnose(element(children="")) == ["HG157"]
    assert diagnose(element(children="<set-url>b.example</set-url>")) == ["HG157"]
