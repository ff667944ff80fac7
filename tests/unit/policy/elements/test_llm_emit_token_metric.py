from __future__ import annotations

import pytest

from headgate.model.errors import CallError
from headgate.model.facts import MetricEmitted
from headgate.model.usage import TokenUsage
from headgate.policy.metering import Metering
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context

BODY = b'{"model":"m","messages":[]}'
XML = (
    '<llm-emit-token-metric{}><dimension name="Gateway ID" />'
    '<dimension name="User" value="@(context.Request.Headers.GetValueOrDefault(&quot;x-user&quot;,'
    ' &quot;none&quot;))" /></llm-emit-token-metric>'
)
URL = "https://gw.example/chat/completions"


def emitted(xml: str) -> list[object]:
    """Return the facts of a call that used 9 and 4 tokens."""
    context = make_context("POST", URL, headers={"x-user": "ann"}, body=BODY)
    Playbook(compile_element(xml), context).run()
    context.request.headers.set("x-user", "bob")
    account: Metering = context.owners[Metering]
    (metric,) = account.metrics
    assert context.facts == []
    metric.used(context, TokenUsage(input_tokens=9, output_tokens=4))
    return context.facts


def test_three_metrics_are_emitted_when_the_usage_is_known() -> None:
    dimensions = (("Gateway ID", "managed"), ("User", "ann"))
    assert emitted(XML.format(' namespace="openai"')) == [
        MetricEmitted("openai", "Total Tokens", 13, dimensions),
        MetricEmitted("openai", "Prompt Tokens", 9, dimensions),
        MetricEmitted("openai", "Completion Tokens", 4, dimensions),
    ]


def test_the_namespace_is_apims_unless_it_is_named() -> None:
    (fact, *_) = emitted(XML.format(""))
    assert isinstance(fact, MetricEmitted)
    assert fact.namespace == "API Management"


def test_the_older_name_does_the_same() -> None:
    assert len(emitted(XML.format("").replace("llm-emit", "azure-openai-emit"))) == 3


def test_a_request_that_cannot_be_read_is_the_callers_error() -> None:
    with pytest.raises(CallError) as raised:
        Playbook(compile_element(XML.format("")), make_context("POST", URL, body=b"hello")).run()
    assert raised.value.status == 400


def test_the_element_waits_for_the_request() -> None:
    assert compile_element(XML.format("")).needs_request_body


def test_a_dimension_is_required() -> None:
    assert diagnose("<llm-emit-token-metric />") == ["HG149"]
