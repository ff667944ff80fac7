from __future__ import annotations

import pytest

from headgate.model.errors import CallError, Fault
from headgate.model.messages import Body
from headgate.policy.plan import Block
from headgate.testing.playbook import (
    Playbook,
    compile_element,
    diagnose,
    make_context,
    make_response,
)


def request_body(xml: str, *, section: str = "inbound", body: bytes = b"old") -> bytes:
    """Return the body of a POST after the element ran."""
    context = make_context("POST", body=body)
    Playbook(compile_element(xml, section=section), context).run()
    assert context.request.body is not None
    return context.request.body.outgoing


@pytest.mark.parametrize("section", ["inbound", "backend"])
def test_body_of_the_request_is_replaced(section: str) -> None:
    assert request_body("<set-body> n\u00e9w </set-body>", section=section) == " n\u00e9w ".encode()


@pytest.mark.parametrize("section", ["outbound", "on-error"])
def test_body_of_the_answer_is_replaced(section: str) -> None:
    context = make_context("POST", body=b"kept", response=make_response(200, b"old"))
    Playbook(compile_element("<set-body>new</set-body>", section=section), context).run()
    assert context.request.body is not None
    assert context.response is not None
    assert context.response.body is not None
    assert (context.request.body.content, context.response.body.content) == (b"kept", b"new")


def test_expression_gives_the_body() -> None:
    xml = "<set-body>\n  @(context.Request.Body.As<string>() + 1)\n</set-body>"
    assert request_body(xml) == b"old1"


def test_markup_is_taken_as_written() -> None:
    assert request_body('<set-body><a b="1">x</a></set-body>') == b'<a b="1">x</a>'


def test_empty_element_empties_the_body() -> None:
    assert request_body("<set-body />") == b""


def test_body_that_is_still_on_its_way_need_not_be_waited_for() -> None:
    context = make_context("POST")
    context.request.body = Body(complete=False)
    Playbook(compile_element("<set-body>new</set-body>"), context).run()
    assert (context.request.body.complete, context.request.body.content) == (True, b"new")


def test_encoding_of_the_old_body_is_not_claimed_of_the_new_one() -> None:
    response = make_response(headers={"Content-Encoding": "gzip", "ETag": "1"})
    step = compile_element("<set-body>new</set-body>", section="outbound")
    Playbook(step, make_context(response=response)).run()
    assert list(response.headers) == [("ETag", "1")]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_request_that_can_have_no_body_is_an_error(method: str) -> None:
    with pytest.raises(CallError, match=f"A {method} request has no body") as caught:
        Playbook(compile_element("<set-body>new</set-body>"), make_context(method)).run()
    assert (caught.value.status, caught.value.fault) == (500, Fault.OPERATOR)


def test_request_without_a_body_that_may_have_one_gets_it() -> None:
    context = make_context("POST")
    Playbook(compile_element("<set-body>new</set-body>"), context).run()
    assert context.request.body is not None
    assert context.request.body.content == b"new"


def test_template_is_filled_from_the_body_that_it_replaces() -> None:
    context = make_context(
        "POST", headers={"Content-Type": "application/json"}, body=b'{"a": {"b": 1}}'
    )
    step = compile_element('<set-body template="liquid"><v>{{body.a.b}}</v></set-body>')
    assert step.needs_request_body
    list(Block((step,)).drive(context))
    assert context.request.body is not None
    assert context.request.body.content == b"<v>1</v>"


def test_template_without_a_body_waits_for_none() -> None:
    step = compile_element(
        '<set-body template="liquid">{{context.Response.StatusCode}}</set-body>',
        section="outbound",
    )
    assert not step.needs_response_body


def test_template_that_cannot_be_filled_is_the_operators_fault() -> None:
    context = make_context("POST", headers={"Content-Type": "application/json"}, body=b"{")
    step = compile_element('<set-body template="liquid">{{body.a}}</set-body>')
    with pytest.raises(CallError) as caught:
        list(Block((step,)).drive(context))
    assert (caught.value.source, caught.value.reason) == ("set-body", "TemplateError")


def test_template_that_makes_no_sense_is_found_at_load() -> None:
    assert diagnose('<set-body template="liquid">{% if %}</set-body>') == ["HG157"]
    assert diagnose('<set-body template="liquid">@("x")</set-body>') == ["HG157"]
    assert diagnose('<set-body template="none">{% if %}</set-body>') == []


def test_null_is_an_empty_body() -> None:
    assert request_body("<set-body>@((string)null)</set-body>") == b""
