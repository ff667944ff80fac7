from __future__ import annotations

import pytest

from headgate.model.context import Context
from headgate.model.entities import Backend, PolicySource
from headgate.model.errors import CallError, Fault
from headgate.model.facts import TraceEntry
from headgate.policy.backends import Backends
from headgate.policy.compile import Scope, compile_document
from headgate.policy.elements import discover
from headgate.policy.plan import Block, Step
from headgate.policy.surroundings import Surroundings
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context

BY_ID = '<set-backend-service backend-id="models" />'
BY_URL = '<set-backend-service base-url="http://other.example:81/v2/" />'
MODELS = Backend(id="models", url="https://models.example/base")


def context_with_backend() -> Context:
    context = make_context(url="https://gateway.example/api/chat?a=1")
    context.remainder = "/chat"
    context.owners[Backends] = Backends([MODELS])
    return context


def in_scope(xml: str, scope: Scope) -> Step:
    """Return the step of an element in the document of a scope."""
    text = f"<policies><inbound>{xml}</inbound></policies>"
    source = PolicySource(file="policy.xml", text=text)
    surroundings = Surroundings(registry=discover())
    document, found = compile_document(source, scope=scope, surroundings=surroundings)
    assert document is not None, found
    (step,) = document.sections["inbound"]
    assert isinstance(step, Step)
    return step


def aimed(*steps: Step) -> tuple[str, str | None, list[object]]:
    """Return URL, backend and facts after the steps."""
    context = context_with_backend()
    Block(steps).apply(context)
    backend = context.backend.id if context.backend else None
    return str(context.request.url), backend, context.facts


def test_literal_url_replaces_the_base_and_keeps_the_rest() -> None:
    assert aimed(compile_element(BY_URL)) == ("http://other.example:81/v2/chat?a=1", None, [])


def test_url_may_be_an_expression() -> None:
    step = compile_element(
        '<set-backend-service base-url="@("http://" + "b.example")" />', section="backend"
    )
    assert aimed(step) == ("http://b.example/chat?a=1", None, [])


@pytest.mark.parametrize("backend_id", ["models", '@("Mod" + "els")'])
def test_backend_is_chosen_by_id(backend_id: str) -> None:
    step = compile_element(f'<set-backend-service backend-id="{backend_id}" />')
    assert aimed(step) == ("https://models.example/base/chat?a=1", "models", [])


def test_unknown_backend_is_found_when_the_document_loads() -> None:
    surroundings = Surroundings(registry=discover(), backends={"other"})
    with pytest.raises(AssertionError, match="HG183"):
        compile_element(BY_ID, surroundings=surroundings)


@pytest.mark.parametrize(
    ("attribute", "reason"), [("backend-id", "BackendNotFound"), ("base-url", "BackendUrlInvalid")]
)
def test_expression_without_a_target_is_the_operators_fault(attribute: str, reason: str) -> None:
    step = compile_element(f'<set-backend-service {attribute}="@("no" + "where")" />')
    with pytest.raises(CallError) as caught:
        Playbook(step, context_with_backend()).run()
    error = caught.value
    assert (error.status, error.reason, error.fault) == (500, reason, Fault.OPERATOR)


@pytest.mark.parametrize("url", ["models.example", "ftp://a.example", "/v2", "http://a:b@c"])
def test_literal_has_to_be_a_url(url: str) -> None:
    assert diagnose(f'<set-backend-service base-url="{url}" />') == ["HG157"]


@pytest.mark.parametrize("attributes", ["", 'base-url="http://a.example" backend-id="models"'])
def test_one_target_is_named(attributes: str) -> None:
    assert diagnose(f"<set-backend-service {attributes} />") == ["HG153"]


def test_url_cannot_replace_a_backend_that_a_broader_scope_chose() -> None:
    url, backend, facts = aimed(in_scope(BY_ID, "global"), in_scope(BY_URL, "api"))
    assert (url, backend) == ("https://models.example/base/chat?a=1", "models")
    (fact,) = facts
    assert isinstance(fact, TraceEntry)
    assert "base-url has no effect" in fact.message


@pytest.mark.parametrize(("first", "second"), [("api", "api"), ("operation", "api")])
def test_url_replaces_a_backend_of_the_same_or_a_narrower_scope(
    first: Scope, second: Scope
) -> None:
    url, backend, facts = aimed(in_scope(BY_ID, first), in_scope(BY_URL, second))
    assert (url, backend, facts) == ("http://other.example:81/v2/chat?a=1", None, [])


def test_id_replaces_an_id_of_a_broader_scope() -> None:
    steps = (in_scope(BY_ID, "global"), in_scope(BY_ID, "api"), in_scope(BY_URL, "api"))
    assert aimed(*steps)[1] is None
