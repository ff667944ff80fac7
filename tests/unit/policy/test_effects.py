from __future__ import annotations

import pytest

from headgate.limits.operations import Level, Read
from headgate.model.clock import Micros
from headgate.policy.effects import (
    Apply,
    CountPrompt,
    CountText,
    Effect,
    FetchToken,
    Forward,
    ForwardFailed,
    Sleep,
    Steps,
)
from headgate.tokens.prompt import PromptParts


def test_an_effect_yields_itself_and_returns_the_reply() -> None:
    effect = Apply(Read(("tokens", 60, "k")))

    def steps() -> Steps[int]:
        decision = yield from effect
        assert isinstance(decision, Level)
        return decision.used

    running = steps()
    assert next(running) is effect
    with pytest.raises(StopIteration) as ended:
        running.send(Level(7, 0))
    assert ended.value.value == 7


def test_an_effect_can_be_asked_again() -> None:
    effect = Sleep(Micros(5))
    assert next(iter(effect)) is effect
    assert next(iter(effect)) is effect


def test_a_failure_is_a_reply_and_not_an_exception() -> None:
    def steps() -> Steps[str]:
        failed = yield from Forward(1)
        return failed.kind if failed else "fine"

    running = steps()
    next(running)
    with pytest.raises(StopIteration) as ended:
        running.send(ForwardFailed("timeout", "late"))
    assert ended.value.value == "timeout"


def test_a_forward_neither_follows_nor_keeps_unless_it_is_said() -> None:
    forward = Forward(5)
    assert (forward.timeout, forward.follow_redirects, forward.buffer_request_body) == (
        5,
        False,
        False,
    )


@pytest.mark.parametrize(
    "effect",
    [CountPrompt(PromptParts(), "m"), CountText("a", "m"), FetchToken("r", None), Sleep(Micros(1))],
)
def test_effects_hold_nothing_but_their_fields(effect: Effect[object]) -> None:
    assert not hasattr(effect, "__dict__")
