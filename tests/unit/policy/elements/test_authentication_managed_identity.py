from __future__ import annotations

import pytest

from headgate.model.errors import CallError, Fault
from headgate.policy.effects import FetchToken, TokenFailed
from headgate.testing.playbook import Playbook, compile_element, make_context


def element(attributes: str = "") -> str:
    return f'<authentication-managed-identity resource="https://r.example" {attributes}/>'


TOKEN = FetchToken("https://r.example", None)
FAILED = TokenFailed("The identity is not configured.")


def test_token_replaces_the_callers_authorization() -> None:
    context = make_context(headers={"authorization": "Bearer mine"})
    Playbook(compile_element(element()), context).expect(TOKEN, "t").run()
    assert list(context.request.headers) == [("Authorization", "Bearer t")]


def test_token_goes_into_a_variable_instead_of_the_header() -> None:
    context = make_context(headers={"authorization": "Bearer mine"})
    step = compile_element(element('output-token-variable-name="token" '))
    Playbook(step, context).expect(TOKEN, "t").run()
    assert context.variables == {"token": "t"}
    assert list(context.request.headers) == [("authorization", "Bearer mine")]


def test_resource_and_client_id_may_be_expressions() -> None:
    xml = '<authentication-managed-identity resource="@("r" + 1)" client-id="@("c" + 2)" />'
    Playbook(compile_element(xml), make_context()).expect(FetchToken("r1", "c2"), "t").run()


def test_failure_is_the_operators_fault() -> None:
    playbook = Playbook(compile_element(element()), make_context())
    with pytest.raises(CallError, match="not configured") as caught:
        playbook.expect(TOKEN, FAILED).run()
    assert (caught.value.status, caught.value.fault) == (500, Fault.OPERATOR)
    assert caught.value.source == "authentication-managed-identity"


def test_failure_may_be_ignored() -> None:
    context = make_context(headers={"authorization": "Bearer mine"})
    step = compile_element(element('output-token-variable-name="token" ignore-error="true" '))
    Playbook(step, context).expect(TOKEN, FAILED).run()
    assert context.variables == {}
    assert list(context.request.headers) == [("authorization", "Bearer mine")]
