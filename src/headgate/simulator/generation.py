"""From an accepted request to the answer that a model would give."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import msgspec

from headgate.simulator.behaviour import Behaviour
from headgate.simulator.faults import Fault
from headgate.simulator.reply import Reply
from headgate.simulator.usage import Usage
from headgate.simulator.vendors import Vendor


class Extent(NamedTuple):
    """The tokens of one completion."""

    shown: int
    reasoning: int = 0
    cut: bool = False
    """Whether the caller's cap ended it."""


def within(cap: int | None, behaviour: Behaviour) -> Extent:
    """Return the completion that such a model gives below a cap; reasoning comes first."""
    wanted, thought = behaviour.completion_tokens, behaviour.reasoning_tokens
    if cap is None or wanted + thought <= cap:
        return Extent(wanted, thought)
    reasoning = min(thought, cap)
    return Extent(cap - reasoning, reasoning, cut=True)


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about an answer before it is made."""

    model: str
    vendor: Vendor
    order: int
    """Of the call, for the answer's id."""
    created: int
    """Seconds since the Unix epoch."""
    start: int
    """Where in the list of words the first choice begins; each further one a word later."""
    extent: Extent
    """Of each choice."""
    usage: Usage | None
    """What to report; None: nothing."""
    unasked: bool = False
    """Whether usage comes although it was not asked for."""


class Ask(Protocol):
    """A request for text, vectors, pictures or sound, as one dialect has read it."""

    model: str
    stream: bool
    choices: int
    """Completions to make, of all prompts together."""

    def usage(self, model: str) -> Usage:
        """Return the tokens of the prompt as a model counts them; there is no completion yet."""

    def extent(self, behaviour: Behaviour) -> Extent:
        """Return the length of each choice."""

    def answer(self, generation: Generation) -> Reply:
        """Return the answer, without any delay."""


class CountAsk(Protocol):
    """A question how many tokens a prompt has: free of charge."""

    model: str

    def usage(self, model: str) -> Usage:
        """Return the tokens of the prompt."""

    def count(self, usage: Usage) -> Reply:
        """Return the answer."""


def billed(counted: Usage, behaviour: Behaviour, *, extent: Extent, choices: int) -> Usage:
    """Return what a call costs in truth: the count as the behaviour varies it, and completions."""
    prompt = _percent(counted.prompt, behaviour.prompt_percent)
    return Usage(
        prompt=prompt,
        completion=(extent.shown + extent.reasoning) * choices,
        cached=prompt * behaviour.cached_percent // 100,
        cache_write=prompt * behaviour.cache_write_percent // 100,
        reasoning=extent.reasoning * choices,
        audio=_percent(counted.audio, behaviour.prompt_percent),
    )


def _percent(number: int, percent: int) -> int:
    """Return the share, rounded to the nearest, half up."""
    return (number * percent + 50) // 100


def stated(usage: Usage, behaviour: Behaviour) -> Usage | None:
    """Return the usage that the answer states: the truth, or a fault."""
    if Fault.USAGE_NONE in behaviour.faults:
        return None
    return usage.doubled() if Fault.USAGE_WRONG in behaviour.faults else usage


def pace(reply: Reply, behaviour: Behaviour, *, extent: Extent) -> None:
    """Let a reply come in its time: token by token, or when the last token would."""
    reply.delay = behaviour.latency_ms / 1000
    if reply.length is None:
        reply.pace = behaviour.pace_ms / 1000
    else:
        reply.delay += max(0, extent.shown - 1) * behaviour.pace_ms / 1000
