"""Runs that were published, and the table of the design, played through the ledger."""

from __future__ import annotations

import pytest

from headgate.limits.counters import Counters
from headgate.limits.ledger import apply
from headgate.limits.operations import (
    AdmissionMode,
    CounterId,
    Granted,
    RateRule,
    Refused,
    Release,
    Reserve,
    Settle,
    Settled,
)
from headgate.model.clock import SECOND, Micros

T = Micros(1_764_547_200 * SECOND)
K: CounterId = ("tokens", 60 * SECOND, "k")


class Run:
    """Calls on one ledger; instants are microseconds from the start of the run."""

    def __init__(self, mode: AdmissionMode) -> None:
        self.state = Counters()
        self.mode = mode
        self.now = T

    def at(self, offset: int) -> None:
        self.now = Micros(T + offset)

    def reserve(self, call: str, rule: RateRule, *, prompt: int) -> Granted | Refused:
        operation = Reserve(call, (rule,), prompt, 0, self.mode, 900 * SECOND, True)
        decision = apply(self.state, operation, now=self.now)
        assert isinstance(decision, Granted | Refused)
        return decision

    def admit(self, call: str, rule: RateRule, *, prompt: int) -> Granted:
        decision = self.reserve(call, rule, prompt=prompt)
        assert isinstance(decision, Granted)
        return decision

    def settle(self, call: str, tokens: int) -> Settled:
        decision = apply(self.state, Settle(call, tokens, 0), now=self.now)
        assert isinstance(decision, Settled)
        return decision

    def release(self, call: str) -> None:
        apply(self.state, Release(call), now=self.now)


def test_the_published_run_of_a_sliding_window_is_reproduced() -> None:
    """apim.md 1.4: limit 100, calls about 15 s apart, consumed 59 and 55, 429 twice, served."""
    run = Run("apim")
    rule = RateRule("k", 100)
    run.at(1_500_000)
    assert run.admit("1", rule, prompt=0).remaining == (100,)
    assert run.settle("1", 59).remaining == {K: 41}
    run.at(16_700_000)
    assert run.admit("2", rule, prompt=0).remaining == (41,)
    assert run.settle("2", 55).remaining == {K: 0}
    for offset, retry_after in ((33_100_000, 29), (48_100_000, 14)):
        run.at(offset)
        refused = run.reserve("3", rule, prompt=0)
        assert isinstance(refused, Refused)
        assert (refused.retry_after, refused.remaining) == (retry_after, (0,))
    run.at(63_100_000)
    assert isinstance(run.reserve("5", rule, prompt=0), Granted)


CLASSES = {"high": 300, "low": 100}


def adaptive(tokens: int, *classes: str) -> dict[str, int]:
    """Return what each class was served, taking turns from an empty window until its first 429.

    A limit of 500 for all writes what this call leaves of it, its own prompt taken off; the limit
    of the class is its default and a truncated tenth of that. What is left *before* the own prompt
    would serve high alone 320 instead of 300 at 20 tokens a call.
    """
    run = Run("bounded")
    served = dict.fromkeys(classes, 0)
    running = list(classes)
    number = 0
    while running:
        for name in tuple(running):
            number += 1
            call = str(number)
            total = run.reserve(call, RateRule("all", 500), prompt=tokens)
            limit = CLASSES[name] + int(total.remaining[0] * 0.1)
            if isinstance(total, Granted) and isinstance(
                run.reserve(call, RateRule(name, limit), prompt=tokens), Granted
            ):
                run.settle(call, tokens)
                served[name] += tokens
                continue
            run.release(call)
            running.remove(name)
    return served


@pytest.mark.parametrize(
    ("tokens", "low", "high", "both"),
    [
        (1, 136, 318, (306, 125)),
        (5, 135, 315, (305, 125)),
        (10, 130, 310, (300, 120)),
        (20, 120, 300, (300, 120)),
    ],
)
def test_the_adaptive_documents_serve_what_the_design_says(
    tokens: int, low: int, high: int, both: tuple[int, int]
) -> None:
    """design: limits, section 5."""
    assert adaptive(tokens, "low") == {"low": low}
    assert adaptive(tokens, "high") == {"high": high}
    assert adaptive(tokens, "high", "low") == dict(zip(("high", "low"), both, strict=True))
