"""From an accepted request to the answer that a model would give."""

from __future__ import annotations

import msgspec

from headgate.simulator import answers
from headgate.simulator.answers import Completion, Usage
from headgate.simulator.behaviour import Behaviour
from headgate.simulator.faults import Fault
from headgate.simulator.reply import Headers, Reply, document, event_stream
from headgate.simulator.requests import Ask
from headgate.simulator.routes import Kind


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about an answer before it is made."""

    ask: Ask
    model: str
    azure: bool
    prompt_tokens: int
    behaviour: Behaviour
    order: int
    """Of the call, for the answer's id."""
    created: int
    """Seconds since the Unix epoch."""
    start: int
    """Where in the list of words the text begins."""

    @property
    def tokens_each(self) -> int:
        """Return the length of each choice."""
        if self.ask.kind is Kind.EMBEDDINGS:
            return 0
        wanted = self.behaviour.completion_tokens
        return wanted if self.ask.cap is None else min(wanted, self.ask.cap)

    @property
    def completion_tokens(self) -> int:
        """Return the length of all choices together."""
        return self.tokens_each * self.ask.choices


def generate(generation: Generation, headers: Headers) -> Reply:
    """Return the answer; `headers` are sent with it."""
    behaviour = generation.behaviour
    tokens = generation.tokens_each
    if generation.ask.kind is Kind.EMBEDDINGS:
        usage = _reported(generation)
        body = answers.embeddings(generation.ask, model=generation.model, usage=usage)
        reply = document(body, headers)
    elif generation.ask.stream:
        steps = answers.events(_completion(generation))
        reply = event_stream(steps, headers, token_steps=tokens)
        reply.pace = behaviour.pace_ms / 1000
    else:
        body = answers.whole(_completion(generation))
        reply = document(body, headers, tokens=generation.completion_tokens)
        reply.delay = max(0, tokens - 1) * behaviour.pace_ms / 1000
    reply.delay += behaviour.latency_ms / 1000
    return reply


def _completion(generation: Generation) -> Completion:
    ask = generation.ask
    chat = ask.kind is Kind.CHAT
    return Completion(
        id=f"{'chatcmpl' if chat else 'cmpl'}-sim{generation.order:08d}",
        created=generation.created,
        model=generation.model,
        chat=chat,
        azure=generation.azure,
        choices=ask.choices,
        tokens=generation.tokens_each,
        finish=(
            "length" if generation.tokens_each < generation.behaviour.completion_tokens else "stop"
        ),
        start=generation.start,
        usage=_reported(generation),
        null_usage=ask.usage_asked and Fault.USAGE_NONE not in generation.behaviour.faults,
    )


def _reported(generation: Generation) -> Usage | None:
    """Return the usage that the answer states: the truth if it is to be stated, or a fault."""
    ask, faults = generation.ask, generation.behaviour.faults
    if Fault.USAGE_NONE in faults:
        return None
    if ask.stream and not ask.usage_asked and Fault.USAGE_ALWAYS not in faults:
        return None
    factor = 2 if Fault.USAGE_WRONG in faults else 1
    return Usage(factor * generation.prompt_tokens, factor * generation.completion_tokens)
