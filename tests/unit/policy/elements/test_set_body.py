from __future__ import annotations

import pytest

from headgate.model.errors import CallError, Fault
from headgate.model.messages import Body
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


def test_templates_are_refused_when_the_document_loads() -> None:
    assert diagnose('<set-body template="liquid">{{body.a}}</set-body>') == ["HG157"]
