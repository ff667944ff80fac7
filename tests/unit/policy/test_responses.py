from __future__ import annotations

from headgate.policy.responses import current_response
from headgate.testing.playbook import make_context, make_response


def test_answer_that_is_there_is_the_one_to_change() -> None:
    response = make_response(404)
    assert current_response(make_context(response=response)) is response


def test_call_that_was_never_forwarded_gets_an_empty_answer() -> None:
    context = make_context()
    response = current_response(context)
    assert (response.status, response.reason, list(response.headers)) == (200, "OK", [])
    assert context.response is response
