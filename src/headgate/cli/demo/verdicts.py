"""Whether what the demo saw was right, judged by the simulator's ledger alone."""

from __future__ import annotations

from collections.abc import Sequence

from headgate.cli.demo.clients import Row, Served

LIMIT = 50
"""Tokens per minute of the lesson's document."""


def lesson_faults(rows: Sequence[Row], served: Sequence[Served]) -> list[str]:
    """Return what is wrong with the calls up to and including the first refusal.

    The rule is that of the lesson: a call enters if its prompt still fits beside what the answers
    before it really used (apim.md 1.4).
    """
    faults = []
    admitted = [row for row in rows if row.status == 200]
    if len(admitted) != len(served):
        faults.append(f"{len(admitted)} calls were answered, the simulator served {len(served)}")
    for number, (row, call) in enumerate(zip(admitted, served, strict=False), 1):
        seen = (row.prompt, row.completion)
        told = (call.prompt_tokens, call.completion_tokens)
        if seen != told:
            faults.append(f"call {number} shows {seen} tokens, the simulator counted {told}")
    if not served:
        return [*faults, "no call was served"]
    prompt = served[0].prompt_tokens
    used = 0
    for number, row in enumerate(rows, 1):
        expected = 200 if used + prompt <= LIMIT and used < LIMIT else 429
        if row.status != expected:
            faults.append(f"call {number} got {row.status} with {used} tokens used")
        if row.status == 200 and number <= len(served):
            used += served[number - 1].prompt_tokens + served[number - 1].completion_tokens
    refusal = rows[-1]
    if refusal.status != 429 or refusal.retry_after is None:
        return [*faults, "the last call was not refused with Retry-After"]
    body = f"Token limit is exceeded. Try again in {refusal.retry_after} seconds."
    if refusal.message != body:
        faults.append(f"the refusal says {refusal.message!r}")
    if not 1 <= refusal.retry_after <= 61:
        faults.append(f"Retry-After is {refusal.retry_after}")
    return faults


def sum_of(served: Sequence[Served]) -> int:
    """Return all tokens of some calls."""
    return sum(call.prompt_tokens + call.completion_tokens for call in served)
