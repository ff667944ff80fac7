from __future__ import annotations

import json
from typing import Any

import pytest

from headgate.model.context import Context
from headgate.model.entities import Backend
from headgate.model.errors import CallError
from headgate.model.messages import Body, Headers, Response
from headgate.policy.backends import Backends
from headgate.policy.effects import Send
from headgate.policy.screening import Screening
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context

CATEGORIES = '<categories><category name="hate" threshold="4" /></categories>'
SURROUNDED = "https://gw.example/v1/chat/completions"


def element(inner: str = CATEGORIES, attributes: str = "") -> str:
    return f'<llm-content-safety backend-id="@("s")" {attributes}>{inner}</llm-content-safety>'


def call(prompt: str = "hello") -> Context:
    body = json.dumps({"messages": [{"role": "user", "content": prompt}]}).encode()
    context = make_context("POST", SURROUNDED, body=body)
    context.owners[Backends] = Backends((Backend(id="s", url="https://s.example"),))
    return context


def severity(number: int) -> Response:
    listed = [{"category": "Hate", "severity": number}]
    return Response(200, "OK", Headers(), Body(json.dumps({"categoriesAnalysis": listed}).encode()))


def attack(found: bool) -> Response:
    document = {"userPromptAnalysis": {"attackDetected": found}}
    return Response(200, "OK", Headers(), Body(json.dumps(document).encode()))


def play(xml: str, *replies: Any, prompt: str = "hello", section: str = "inbound") -> Context:
    context = call(prompt)
    playbook = Playbook(compile_element(xml, section=section), context)
    for reply in replies:
        playbook.expect(Send, reply)
    playbook.run()
    return context


def test_prompt_below_the_threshold_passes() -> None:
    assert Screening not in play(element(), severity(3)).owners


def test_prompt_at_the_threshold_is_403() -> None:
    with pytest.raises(CallError) as caught:
        play(element(), severity(4))
    assert (caught.value.status, caught.value.source) == (403, "llm-content-safety")
    assert caught.value.message == "Request failed content safety check."


def test_long_prompts_are_looked_at_in_pieces() -> None:
    play(element(), severity(0), severity(0), severity(0), prompt="x" * 20_001)


def test_attacks_are_looked_for_where_it_says_so() -> None:
    shield = 'shield-prompt="true"'
    play(element("", shield), attack(False))
    with pytest.raises(CallError, match="Request failed"):
        play(element("", shield), attack(True))


def test_completions_are_looked_at_later() -> None:
    attributes = 'enforce-on-completions="true" window-size="5" window-overlap-size="9"'
    screening = play(element(attributes=attributes), severity(0)).owners[Screening]
    [screen] = screening.screens
    assert (screen.window, screen.overlap, screen.thresholds) == (5, 4, {"Hate": 4})


def test_outbound_is_about_completions_only() -> None:
    assert len(play(element(), section="outbound").owners[Screening].screens) == 1


def test_backend_has_to_exist() -> None:
    context = make_context("POST", SURROUNDED, body=b"{}")
    with pytest.raises(CallError, match="Internal server error"):
        Playbook(compile_element(element()), context).run()


def test_request_that_cannot_be_read_is_400() -> None:
    context = call()
    context.request.body = Body(b'{"messages": 7')
    with pytest.raises(CallError) as caught:
        Playbook(compile_element(element()), context).run()
    assert caught.value.status == 400


def test_something_has_to_be_looked_for() -> None:
    assert diagnose(element("")) == ["HG157"]
    assert diagnose(element("", 'shield-prompt="true"'), section="outbound") == ["HG157"]
