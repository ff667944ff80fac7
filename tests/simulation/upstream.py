"""The simulated provider: what it answers to a request, drawn from the call's own randomness."""

from __future__ import annotations

import random
from dataclasses import dataclass

import orjson

SHORTEST, LONGEST = 10, 8_000
"""Completion tokens."""
MEDIAN = 220
SPREAD = 1.3
"""Of the logarithm of the completions' lengths."""
TOKENS_PER_SECOND = 80
CHUNK_SECONDS = 1.5
OVERHEAD = 3
"""Tokens of a prompt beside its words."""

ONE = b'data: {"choices":[{"index":0,"delta":{"content":"w "}}]}\n\n'
THREE = b'data: {"choices":[{"index":0,"delta":{"content":"w w w "}}]}\n\n'
DONE = b"data: [DONE]\n\n"


@dataclass(frozen=True)
class Chunk:
    """A piece of an answer: its bytes, what it carries, and when it comes after the one before."""

    data: bytes
    after: float
    tokens: int = 0
    lines: int = 0
    usage: tuple[int, int] | None = None


@dataclass(frozen=True)
class Answer:
    """One answer. `prompt` is what the provider counts, within 20 % of the estimate."""

    status: int
    stream: bool
    latency: float
    prompt: int
    chunks: tuple[Chunk, ...]


def answer_to(content: bytes, rng: random.Random, *, status: int, reports: bool) -> Answer:
    """Return the answer to a chat request. The cap that it names is kept."""
    asked = orjson.loads(content)
    words = sum(len(message["content"].split()) for message in asked["messages"])
    prompt = max(1, round((words + OVERHEAD) * rng.uniform(0.8, 1.2)))
    length = round(MEDIAN * rng.lognormvariate(0, SPREAD))
    cap = asked.get("max_completion_tokens", asked.get("max_tokens", LONGEST))
    each = min(max(SHORTEST, length), LONGEST, cap)
    completion = each * asked.get("n", 1)
    ending = "length" if each == cap else "stop"
    latency = rng.uniform(0.1, 4.0)
    usage = (prompt, completion)
    if status >= 400:
        return Answer(status, False, latency, prompt, (failure(rng, prompt, reports=reports),))
    if asked.get("stream"):
        shown = reports and asked.get("stream_options", {}).get("include_usage", False)
        chunks = streamed(usage, rng, ending=ending, shown=shown)
        return Answer(status, True, latency, prompt, chunks)
    return Answer(status, False, latency, prompt, (whole(usage, ending=ending, reports=reports),))


def failure(rng: random.Random, prompt: int, *, reports: bool) -> Chunk:
    """Return the body of an error, which may say that the prompt was charged all the same."""
    if reports and rng.random() < 0.3:
        body = {"error": {"message": "overloaded"}, "usage": usage_of(prompt, 0)}
        return Chunk(orjson.dumps(body), 0.0, usage=(prompt, 0))
    return Chunk(b'{"error":{"message":"overloaded"}}', 0.0)


def whole(usage: tuple[int, int], *, ending: str, reports: bool) -> Chunk:
    """Return a buffered answer."""
    prompt, completion = usage
    body: dict[str, object] = {
        "model": "gpt-4o",
        "choices": [{"message": {"content": "w " * completion}, "finish_reason": ending}],
    }
    if reports:
        body["usage"] = usage_of(prompt, completion)
    seconds = completion / TOKENS_PER_SECOND
    return Chunk(orjson.dumps(body), seconds, completion, 0, usage if reports else None)


def streamed(
    usage: tuple[int, int], rng: random.Random, *, ending: str, shown: bool
) -> tuple[Chunk, ...]:
    """Return the chunks of a stream, one or three tokens an event, many events a chunk."""
    per_event, event = rng.choice(((1, ONE), (1, ONE), (3, THREE)))
    pace = TOKENS_PER_SECOND * rng.uniform(0.5, 2.0)
    left, chunks = usage[1], []
    while left > 0:
        tokens = min(left, max(3, int(pace * CHUNK_SECONDS * rng.uniform(0.3, 1.7))))
        events, rest = divmod(tokens, per_event)
        data = event * events + ONE * rest
        chunks.append(Chunk(data, tokens / pace, tokens, events + rest))
        left -= tokens
    last = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"%s"}]}\n\n' % ending.encode()
    if shown:
        last += b"data: %s\n\n" % orjson.dumps({"choices": [], "usage": usage_of(*usage)})
    chunks.append(Chunk(last + DONE, 0.01, 0, 3, usage if shown else None))
    return tuple(chunks)


def usage_of(prompt: int, completion: int) -> dict[str, int]:
    """Return a usage object as providers write it."""
    total = prompt + completion
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total}
