from __future__ import annotations

from headgate.model.errors import LastError
from headgate.model.facts import MetricEmitted, TraceEntry, TraceMessage
from headgate.model.messages import Headers, Response
from headgate.rehearsal.outcome import Outcome, Sent
from headgate.testing.playbook import make_context


def test_head_is_noted_with_lines_of_one_header_joined() -> None:
    outcome = Outcome()
    headers = Headers.of(("Vary", "a"), ("vary", "b"))
    outcome.note_head(Response(201, "Created", headers, None))
    assert (outcome.status, outcome.reason) == (201, "Created")
    assert outcome.headers == {"Vary": "a,b"}


def test_context_is_noted_with_error_metrics_and_traces() -> None:
    context = make_context(variables={"a": 1})
    context.last_error = LastError(source="s", reason="r", message="m", policy_id="p")
    context.facts += [
        MetricEmitted("ns", "n", 2.0, (("d", "v"),)),
        TraceEntry("s", "information", "m", (("k", "v"),)),
        TraceMessage("said"),
        "of no interest",
    ]
    outcome = Outcome()
    outcome.note_context(context)
    assert outcome.variables == {"a": 1}
    assert outcome.last_error is not None
    assert outcome.last_error["policy-id"] == "p"
    metric = {"namespace": "ns", "name": "n", "value": 2.0, "dimensions": {"d": "v"}}
    assert outcome.metrics == [metric]
    assert outcome.traces == [
        {"source": "s", "severity": "information", "message": "m", "metadata": {"k": "v"}},
        {"message": "said"},
    ]


def test_request_is_told_by_method_and_url() -> None:
    assert str(Sent("GET", "http://a/", {}, None)) == "GET http://a/"
