"""Answers as bytes: one JSON document, or server-sent events token by token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import orjson

from headgate.simulator.embedding import base64_floats, vector
from headgate.simulator.requests import Ask
from headgate.simulator.words import pieces, text

Step = tuple[bytes, int]
"""Bytes that leave together, and the completion tokens in them."""

DONE = b"data: [DONE]\n\n"
_FINGERPRINT = "fp_simulator"
_SAFE = {name: {"filtered": False, "severity": "safe"} for name in ("hate", "self_harm")} | {
    name: {"filtered": False, "severity": "safe"} for name in ("sexual", "violence")
}
_PROMPT_SAFE = [
    {
        "prompt_index": 0,
        "content_filter_results": _SAFE | {"jailbreak": {"filtered": False, "detected": False}},
    }
]


class Usage(msgspec.Struct, frozen=True):
    """The tokens that an answer reports."""

    prompt: int
    completion: int

    def as_json(self) -> dict[str, Any]:
        """Return the member `usage`."""
        return {
            "prompt_tokens": self.prompt,
            "completion_tokens": self.completion,
            "total_tokens": self.prompt + self.completion,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        }


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """Text to be sent: `choices` times `tokens` tokens."""

    id: str
    created: int
    """Seconds since the Unix epoch."""
    model: str
    chat: bool
    azure: bool
    """Whether it carries the members of Azure's content filter."""
    choices: int
    tokens: int
    finish: str
    start: int
    """Where in the list of words the first choice begins; each further one a word later."""
    usage: Usage | None
    """What to report; None: nothing. On a stream it comes in the last event."""
    null_usage: bool
    """Whether the other events of a stream say `"usage": null`, as they do when it was asked."""


def whole(completion: Completion) -> bytes:
    """Return an answer that is not streamed."""
    answer = _envelope(completion, stream=False)
    choices = [_choice(completion, index) for index in range(completion.choices)]
    answer["choices"] = choices
    if completion.azure:
        answer["prompt_filter_results"] = _PROMPT_SAFE
    if completion.usage is not None:
        answer["usage"] = completion.usage.as_json()
    return orjson.dumps(answer)


def _envelope(completion: Completion, *, stream: bool) -> dict[str, Any]:
    kind = "text_completion"
    if completion.chat:
        kind = "chat.completion.chunk" if stream else "chat.completion"
    return {
        "id": completion.id,
        "object": kind,
        "created": completion.created,
        "model": completion.model,
        "system_fingerprint": _FINGERPRINT,
    }


def _choice(completion: Completion, index: int) -> dict[str, Any]:
    content = text(completion.tokens, completion.start + index)
    choice: dict[str, Any] = {"index": index}
    if completion.chat:
        choice["message"] = {"role": "assistant", "content": content, "refusal": None}
    else:
        choice["text"] = content
    choice |= {"logprobs": None, "finish_reason": completion.finish}
    if completion.azure:
        choice["content_filter_results"] = _SAFE
    return choice


def events(completion: Completion) -> Iterator[Step]:
    """Yield the events of a stream.

    What opens the stream leaves with the first tokens; what ends it is a step of its own. A step
    between them holds one token of each choice.
    """
    before, after = _frame(completion)
    indexes = range(completion.choices)
    opening = b"".join(_opening(completion, (before, after)))
    texts = [pieces(completion.tokens, completion.start + index) for index in indexes]
    starts = [before + _before_word(completion, index) for index in indexes]
    tail = _after_word(completion) + after
    for words in zip(*texts, strict=True):
        # Words are ASCII letters, which stand in JSON as they are.
        parts = [start + word.encode() + tail for start, word in zip(starts, words, strict=True)]
        yield opening + b"".join(parts), len(parts)
        opening = b""
    yield opening + b"".join(_closing(completion, (before, after))), 0


def _frame(completion: Completion) -> tuple[bytes, bytes]:
    """Return what stands before and after the choices in each event."""
    head = orjson.dumps(_envelope(completion, stream=True))
    null_usage = b',"usage":null' if completion.null_usage else b""
    return b"data: " + head[:-1] + b',"choices":[', b"]" + null_usage + b"}\n\n"


def _before_word(completion: Completion, index: int) -> bytes:
    member = b'"delta":{"content":"' if completion.chat else b'"text":"'
    return b'{"index":%d,%b' % (index, member)


def _after_word(completion: Completion) -> bytes:
    close = b'"}' if completion.chat else b'"'
    safe = b',"content_filter_results":' + orjson.dumps(_SAFE) if completion.azure else b""
    return close + b',"logprobs":null,"finish_reason":null' + safe + b"}"


def _opening(completion: Completion, frame: tuple[bytes, bytes]) -> Iterator[bytes]:
    if completion.azure:
        # Azure tells about the prompt before there is an answer, and so without its id.
        yield (
            b"data: "
            + orjson.dumps(
                {
                    "choices": [],
                    "created": 0,
                    "id": "",
                    "model": "",
                    "object": "",
                    "prompt_filter_results": _PROMPT_SAFE,
                }
                | ({"usage": None} if completion.null_usage else {})
            )
            + b"\n\n"
        )
    if completion.chat:
        delta = {"role": "assistant", "content": "", "refusal": None}
        yield from _choice_events(completion, frame, content={"delta": delta}, finish=None)


def _closing(completion: Completion, frame: tuple[bytes, bytes]) -> Iterator[bytes]:
    empty: dict[str, Any] = {"delta": {}} if completion.chat else {"text": ""}
    yield from _choice_events(completion, frame, content=empty, finish=completion.finish)
    if completion.usage is not None:
        last = _envelope(completion, stream=True)
        last |= {"choices": [], "usage": completion.usage.as_json()}
        yield b"data: " + orjson.dumps(last) + b"\n\n"
    yield DONE


def _choice_events(
    completion: Completion,
    frame: tuple[bytes, bytes],
    *,
    content: dict[str, Any],
    finish: str | None,
) -> Iterator[bytes]:
    """Yield one event for each choice with the given content."""
    filtered: dict[str, Any] = {"content_filter_results": {}} if completion.azure else {}
    for index in range(completion.choices):
        choice = {"index": index} | content | {"logprobs": None, "finish_reason": finish}
        yield frame[0] + orjson.dumps(choice | filtered) + frame[1]


def embeddings(ask: Ask, *, model: str, usage: Usage | None) -> bytes:
    """Return the vectors of all inputs."""
    vectors = [vector(item, ask.dimensions) for item in ask.inputs]
    answer: dict[str, Any] = {
        "object": "list",
        "data": [
            {
                "object": "embedding",
                "index": index,
                "embedding": base64_floats(values) if ask.base64 else values,
            }
            for index, values in enumerate(vectors)
        ],
        "model": model,
    }
    if usage is not None:
        answer["usage"] = {"prompt_tokens": usage.prompt, "total_tokens": usage.prompt}
    return orjson.dumps(answer)


def model(name: str, *, azure: bool) -> dict[str, Any]:
    """Return one entry of a list of models."""
    entry: dict[str, Any] = {"id": name, "object": "model", "created": 0, "owned_by": "simulator"}
    if azure:
        chat = not name.startswith("text-embedding")
        capabilities = {"inference": True, "chat_completion": chat, "embeddings": not chat}
        entry |= {"status": "succeeded", "capabilities": capabilities}
    return entry
