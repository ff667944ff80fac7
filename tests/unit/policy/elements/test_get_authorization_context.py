from __future__ import annotations

import pytest

from headgate.csharp.library.authorization import Authorization
from headgate.model.errors import CallError
from headgate.policy.effects import FetchToken, TokenFailed
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context


def element(attributes: str = "") -> str:
    return (
        '<get-authorization-context provider-id="git hub" authorization-id="a/1"'
        f' context-variable-name="v" {attributes} />'
    )


ASKED = FetchToken("authorization://git%20hub/a%2F1", None)


def test_token_of_the_connection_is_kept() -> None:
    context = make_context()
    Playbook(compile_element(element()), context).expect(ASKED, "secret").run()
    kept = context.variables["v"]
    assert isinstance(kept, Authorization)
    assert kept.access_token == "secret"


def test_connection_without_token_is_500() -> None:
    playbook = Playbook(compile_element(element()), make_context())
    with pytest.raises(CallError) as caught:
        playbook.expect(ASKED, TokenFailed("nobody")).run()
    error = caught.value
    assert (error.status, error.source) == (500, "get-authorization-context")
    assert (error.message, error.detail) == ("Internal server error", "nobody")


def test_errors_may_be_ignored() -> None:
    context = make_context()
    step = compile_element(element('ignore-error="true"'))
    Playbook(step, context).expect(ASKED, TokenFailed("nobody")).run()
    assert context.variables == {"v": None}


def test_rights_of_callers_are_refused() -> None:
    assert diagnose(element('identity-type="jwt" identity="x"')) == ["HG157"]
    step = compile_element(element('identity-type="@(&quot;jwt&quot;)" identity="x"'))
    with pytest.raises(CallError, match="Internal server error"):
        Playbook(step, make_context()).run()
