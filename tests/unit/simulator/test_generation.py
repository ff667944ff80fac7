from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headgate.simulator.behaviour import Behaviour
from headgate.simulator.faults import Fault
from headgate.simulator.generation import Generation, generate
from headgate.simulator.reply import Reply
from headgate.simulator.requests import Ask
from headgate.simulator.routes import Kind


def generation(*faults: Fault, wanted: int = 5, **members: Any) -> Generation:
    given: dict[str, Any] = {
        "kind": Kind.CHAT,
        "model": "gpt-4o",
        "stream": False,
        "usage_asked": False,
        "cap": None,
        "choices": 1,
    }
    behaviour = Behaviour(
        completion_tokens=wanted,
        latency_ms=100,
        pace_ms=10,
        retry_after_ms=0,
        faults=frozenset(faults),
    )
    return Generation(
        ask=Ask(**(given | members)),
        model="gpt-4o",
        azure=False,
        prompt_tokens=8,
        behaviour=behaviour,
        order=1,
        created=0,
        start=0,
    )


def document(reply: Reply) -> dict[str, Any]:
    [(body, _)] = reply.steps
    answer: dict[str, Any] = msgspec.json.decode(body)
    return answer


def stream_usages(reply: Reply) -> list[Any]:
    """Return what each event says about usage: `absent`, None, or total tokens."""
    stream = b"".join(data for data, _ in reply.steps)
    events = [msgspec.json.decode(part[6:]) for part in stream.split(b"\n\n")[:-2]]
    usages = [event.get("usage", "absent") for event in events]
    return [usage["total_tokens"] if isinstance(usage, dict) else usage for usage in usages]


@pytest.mark.parametrize(
    ("cap", "tokens", "finish"),
    [(None, 5, "stop"), (6, 5, "stop"), (5, 5, "stop"), (4, 4, "length"), (1, 1, "length")],
)
def test_cap_cuts_the_completion(cap: int | None, tokens: int, finish: str) -> None:
    answer = document(generate(generation(cap=cap), []))
    assert answer["usage"]["completion_tokens"] == tokens
    assert answer["choices"][0]["finish_reason"] == finish
    assert len(answer["choices"][0]["message"]["content"].split()) == tokens


def test_unstreamed_answer_comes_when_its_last_token_would() -> None:
    assert generate(generation(wanted=5), []).delay == pytest.approx(0.140)
    assert generate(generation(wanted=0), []).delay == pytest.approx(0.100)
    streamed = generate(generation(stream=True), [])
    assert streamed.delay == pytest.approx(0.1)
    assert streamed.pace == pytest.approx(0.01)


def test_tokens_of_all_choices_are_counted() -> None:
    reply = generate(generation(choices=3), [])
    assert [tokens for _, tokens in reply.steps] == [15]


def test_stream_reports_usage_only_when_asked() -> None:
    assert set(stream_usages(generate(generation(stream=True), []))) == {"absent"}
    asked = stream_usages(generate(generation(stream=True, usage_asked=True), []))
    assert asked == [None] * 7 + [13]


def test_usage_can_be_missing() -> None:
    assert "usage" not in document(generate(generation(Fault.USAGE_NONE), []))
    made = generation(Fault.USAGE_NONE, stream=True, usage_asked=True)
    assert set(stream_usages(generate(made, []))) == {"absent"}


def test_usage_can_be_wrong() -> None:
    assert document(generate(generation(Fault.USAGE_WRONG), []))["usage"]["total_tokens"] == 26
    made = generation(Fault.USAGE_WRONG, stream=True, usage_asked=True)
    assert stream_usages(generate(made, []))[-1] == 26


def test_usage_can_come_unasked() -> None:
    made = generation(Fault.USAGE_ALWAYS, stream=True)
    assert stream_usages(generate(made, [])) == ["absent"] * 7 + [13]


def test_embeddings_cost_no_completion() -> None:
    made = generation(kind=Kind.EMBEDDINGS, inputs=["a"], dimensions=2)
    assert made.completion_tokens == 0
    reply = generate(made, [])
    assert reply.delay == pytest.approx(0.1)
    assert document(reply)["usage"]["prompt_tokens"] == 8
