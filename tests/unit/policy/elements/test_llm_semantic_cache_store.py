from __future__ import annotations

import pytest

from headgate.model.clock import SECOND
from headgate.model.context import Context
from headgate.model.messages import Body, Headers, Response
from headgate.policy.effects import SimilarStore
from headgate.policy.recording import Recorder, keep_recorded
from headgate.policy.semantic import Sought
from headgate.testing.playbook import compile_element, make_context, make_response
from headgate.testing.virtual_clock import VirtualClock
from headgate.tokens.request import read_request

STREAM = {"Content-Type": "text/event-stream"}


def calling(response: Response | None, *, sought: bool = True) -> Context:
    context = make_context("POST", response=response)
    if sought:
        llm = read_request("/chat/completions", b'{"stream":true}')
        context.owners[Sought] = Sought("p", [1.0], llm)
    return context


def stored(context: Context, *, name: str = "llm", duration: str = "60") -> SimilarStore | None:
    """Run an element and return what it stores."""
    xml = f'<{name}-semantic-cache-store duration="{duration}" />'
    step = compile_element(xml, section="outbound")
    assert step.drive is not None
    asked = list(step.drive(context))
    if not asked:
        return None
    (effect,) = asked
    assert isinstance(effect, SimilarStore)
    return effect


@pytest.mark.parametrize("name", ["llm", "azure-openai"])
def test_answer_is_stored_under_the_vector_of_its_prompt(name: str) -> None:
    effect = stored(calling(make_response(200, b"{}")), name=name, duration="@(30 + 30)")
    assert effect is not None
    assert (effect.partition, effect.vector) == ("p", [1.0])
    assert effect.duration == 60 * SECOND
    assert isinstance(effect.value, Response)
    assert effect.value.body is not None
    assert effect.value.body.content == b"{}"


def test_only_whole_answers_that_somebody_sought_are_stored() -> None:
    assert stored(calling(make_response(200, b"{}"), sought=False)) is None
    assert stored(calling(None)) is None
    assert stored(calling(make_response(429, b"{}"))) is None
    assert stored(calling(make_response(200, b""))) is None
    assert stored(calling(make_response(200, b"data: {}\n\n", headers=STREAM))) is None
    assert stored(calling(make_response(200, b"data: [DONE]\n\n", headers=STREAM))) is not None


def test_stream_is_stored_when_it_has_ended() -> None:
    context = calling(Response(200, "OK", Headers.of(*STREAM.items()), Body(complete=False)))
    clock = context.clock
    assert isinstance(clock, VirtualClock)
    assert stored(context) is None
    recorder = context.owners[Recorder]
    assert recorder.feed(b"data: {}\n\n") == b"data: {}\n\n"
    recorder.feed(b"data: [DONE]\n\n")
    recorder.finish()
    clock.advance(10 * SECOND)
    (effect,) = keep_recorded(context)
    assert isinstance(effect, SimilarStore)
    assert effect.duration == 50 * SECOND
    assert isinstance(effect.value, Response)
    assert effect.value.body is not None
    assert effect.value.body.content == b"data: {}\n\ndata: [DONE]\n\n"
