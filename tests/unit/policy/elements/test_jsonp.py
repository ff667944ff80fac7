from __future__ import annotations

from urllib.parse import quote

import pytest

from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.model.messages import Body, Headers, Response
from headgate.policy.effects import ReadResponseBody
from headgate.testing.playbook import Playbook, compile_element, make_context, make_response

XML = '<jsonp callback-parameter-name="cb" />'


def called(query: str) -> Context:
    response = make_response(200, b'{"a":1}', headers={"content-type": "application/json"})
    return make_context(url=f"https://gateway.example/a{query}", response=response)


def ran(query: str) -> Context:
    context = called(query)
    Playbook(compile_element(XML, section="outbound"), context).run()
    return context


@pytest.mark.parametrize("callback", ["show", "$", "a.b_1.C"])
def test_the_answer_becomes_a_script_that_calls_the_function(callback: str) -> None:
    response = ran(f"?x=1&cb={callback}").response
    assert response is not None
    assert response.body is not None
    assert response.body.outgoing == f'/**/{callback}({{"a":1}});'.encode()
    assert response.headers.get("Content-Type") == "application/javascript"
    assert response.headers.get("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize("query", ["", "?cb=", "?CB=show"])
def test_a_call_without_a_function_gets_its_answer(query: str) -> None:
    response = ran(query).response
    assert response is not None
    assert response.body is not None
    assert response.body.outgoing == b'{"a":1}'
    assert response.headers.get("Content-Type") == "application/json"


@pytest.mark.parametrize("callback", ["1a", "a b", "alert(1)", "a..b", "a.", "ä", "a" * 129])
def test_what_is_no_name_is_refused(callback: str) -> None:
    with pytest.raises(CallError) as raised:
        Playbook(compile_element(XML, section="outbound"), called(f"?cb={quote(callback)}")).run()
    error = raised.value
    assert (error.status, error.source) == (400, "jsonp")
    assert error.reason == "CallbackParameterInvalid"
    assert error.message == ("Value of callback parameter cb is not a valid JavaScript identifier.")


@pytest.mark.parametrize(("query", "waits"), [("?cb=show", True), ("", False)])
def test_only_a_script_waits_for_the_whole_answer(query: str, waits: bool) -> None:
    context = called(query)
    context.response = Response(200, "OK", Headers(), Body(complete=False))
    book = Playbook(compile_element(XML, section="outbound"), context)
    if waits:
        book.expect(ReadResponseBody, None)
        assert context.response.body is not None
        context.response.body.content = b"1"
    book.run()
