from __future__ import annotations

import copy

import msgspec
import pytest

from headgate.model.facts import MetricEmitted, TokensMetered, TraceEntry, TraceMessage
from headgate.model.usage import TokenUsage


@pytest.mark.parametrize(
    "fact",
    [
        TraceMessage("hello"),
        TraceEntry("source", "information", "hello"),
        MetricEmitted("ns", "Total Tokens", 3, (("API ID", "a"),)),
        TokensMetered(TokenUsage(), "openai-chat", charged=True),
    ],
)
def test_facts_compare_by_value_and_never_change(fact: msgspec.Struct) -> None:
    assert fact == copy.copy(fact)
    with pytest.raises(AttributeError):
        setattr(fact, fact.__struct_fields__[0], None)
