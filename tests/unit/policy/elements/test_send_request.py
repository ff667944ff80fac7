from __future__ import annotations

from typing import Any

import pytest

from headgate.model.errors import CallError, Fault
from headgate.model.messages import Headers, Url
from headgate.policy.effects import FetchToken, ForwardFailed, Outgoing, Send, TokenFailed
from headgate.testing.playbook import (
    Playbook,
    compile_element,
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


@pytest.mark.parametrize(
    ("kind", "reason", "fault"),
    [
        ("timeout", "Timeout", Fault.UPSTREAM),
        ("broken", "BackendConnectionFailure", Fault.UPSTREAM),
        ("denied", "BackendConnectionFailure", Fault.OPERATOR),
    ],
)
def test_request_without_an_answer_is_an_error(kind: Any, reason: str, fault: Fault) -> None:
    playbook = Playbook(compile_element(element()), make_context())
    with pytest.raises(CallError) as caught:
        playbook.expect(send(), ForwardFailed(kind, "where it is")).run()
    error = caught.value
    assert (error.status, error.source, error.reason) == (500, "send-request", reason)
    assert (error.fault, error.detail) == (fault, "where it is")
    assert "where" not in str(error)


@pytest.mark.parametrize(
    "children",
    [
        URL,
        f'{URL}<authentication-managed-identity resource="r" />',
        '<set-url>@("file:" + "x")</set-url>',
    ],
)
def test_errors_may_be_ignored_and_leave_null(children: str) -> None:
    context = make_context(variables={"answer": "old"})
    playbook = Playbook(compile_element(element('ignore-error="true"', children)), context)
    if "identity" in children:
        playbook.expect(FetchToken("r", None), TokenFailed("none"))
    elif children == URL:
        playbook.expect(send(), ForwardFailed("refused", "no"))
    playbook.run()
    assert context.variables == {"answer": None}


def test_answer_need_not_be_kept() -> None:
    context = make_context()
    step = compile_element(f"<send-request>{URL}</send-request>")
    Playbook(step, context).expect(send(), make_response()).run()
    assert context.variables == {}
