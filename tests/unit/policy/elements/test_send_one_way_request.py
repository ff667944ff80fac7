from __future__ import annotations

import pytest

from headgate.model.errors import CallError
from headgate.model.messages import Headers, Url
from headgate.policy.effects import Dispatch, Outgoing
from headgate.testing.playbook import Playbook, compile_element, make_context


def element(url: str) -> str:
    return (
        f'<send-one-way-request timeout="2"><set-url>{url}</set-url>'
        "<set-method>POST</set-method><set-body>hello</set-body></send-one-way-request>"
    )


def test_request_is_sent_and_the_call_goes_on() -> None:
    outgoing = Outgoing(
        method="POST", url=Url.parse("https://b.example/x"), headers=Headers(), body=b"hello"
    )
    playbook = Playbook(compile_element(element("https://b.example/x")), make_context())
    playbook.expect(Dispatch(outgoing, 2_000_000), None).run()


def test_request_that_cannot_be_made_is_an_error() -> None:
    with pytest.raises(CallError) as caught:
        Playbook(compile_element(element('@("x" + 1)')), make_context()).run()
    assert (caught.value.source, caught.value.reason) == ("send-one-way-request", "UrlInvalid")
