"""OpenAI's and Azure's chat completions and the older completions: read, and answered as bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import orjson

from headgate.simulator.behaviour import Behaviour
from headgate.simulator.bodies import Incoming, Input, at_least_one, cap_of, decode, items, missing
from headgate.simulator.counting import chat_tokens, text_tokens
from headgate.simulator.generation import Extent, Generation, within
from headgate.simulator.refusals import bad_body
from headgate.simulator.reply import Reply, Step, document, stream
from headgate.simulator.usage import Usage
from headgate.simulator.vendors import Vendor
from headgate.simulator.words import pieces, text

CHOICES_MAX = 128
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


class _StreamOptions(msgspec.Struct):
    include_usage: bool | None = None


class _Body(msgspec.Struct):
    model: str = ""
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    n: int | None = None
    max_tokens: int | None = None


class _ChatBody(_Body):
    messages: list[dict[str, Any]] | None = None
    max_completion_tokens: int | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None


class _CompletionsBody(_Body):
    prompt: Input = None


_CHAT = msgspec.json.Decoder(_ChatBody)
_COMPLETIONS = msgspec.json.Decoder(_CompletionsBody)


class TextAsk(msgspec.Struct, kw_only=True):
    """A request for text."""

    model: str
    stream: bool
    usage_asked: bool
    """Whether a stream shall end with usage."""
    cap: int | None
    choices: int
    messages: list[dict[str, Any]] | None = None
    """None: not a chat."""
    tools: list[Any] = []
    inputs: list[str | list[int]] = []
    """Prompts of the older completions, each a text or tokens."""

    def usage(self, model: str) -> Usage:
        """Return the tokens of the prompt."""
        if self.messages is None:
            return Usage(text_tokens(self.inputs, model), 0)
        return Usage(chat_tokens(self.messages, model, tools=self.tools), 0)

    def extent(self, behaviour: Behaviour) -> Extent:
        """Return the length of each choice."""
        return within(self.cap, behaviour)

    def answer(self, generation: Generation) -> Reply:
        """Return the answer."""
        made = self._completion(generation)
        if self.stream:
            return stream(events(made), token_steps=made.tokens)
        return document(whole(made), tokens=made.tokens * made.choices)

    def _completion(self, generation: Generation) -> Completion:
        chat = self.messages is not None
        usage = generation.usage
        reported = not self.stream or self.usage_asked or generation.unasked
        return Completion(
            id=f"{'chatcmpl' if chat else 'cmpl'}-sim{generation.order:08d}",
            created=generation.created,
            model=generation.model,
            chat=chat,
            azure=generation.vendor is Vendor.AZURE,
            choices=self.choices,
            tokens=generation.extent.shown,
            finish="length" if generation.extent.cut else "stop",
            start=generation.start,
            usage=usage if reported else None,
            null_usage=self.usage_asked and usage is not None,
        )


def read_chat(incoming: Incoming) -> TextAsk:
    """Read a chat; raises Refused 400."""
    body = decode(_CHAT, incoming.body)
    if body.messages is None:
        raise missing("messages")
    if not body.messages:
        raise bad_body("[] is too short - 'messages'", param="messages")
    if body.max_tokens is not None and body.max_completion_tokens is not None:
        raise bad_body("Setting 'max_tokens' and 'max_completion_tokens' at once is not supported.")
    ask = _ask(body)
    if body.max_completion_tokens is not None:
        ask.cap = at_least_one("max_completion_tokens", body.max_completion_tokens)
    ask.messages = body.messages
    ask.tools = [*(body.tools or ()), *(body.functions or ())]
    return ask


def read_completions(incoming: Incoming) -> TextAsk:
    """Read a request for older completions; raises Refused 400."""
    body = decode(_COMPLETIONS, incoming.body)
    ask = _ask(body)
    # Without a prompt the model starts as from the beginning of a document.
    ask.inputs = items("prompt", body.prompt) if body.prompt is not None else [""]
    ask.choices *= len(ask.inputs)
    if ask.choices > CHOICES_MAX:
        raise bad_body(f"Too many completions: at most {CHOICES_MAX} for all prompts.", param="n")
    return ask


def _ask(body: _Body) -> TextAsk:
    streams = body.stream is True
    options = body.stream_options
    if options is not None and not streams:
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise bad_body(message, param="stream_options")
    return TextAsk(
        model=body.model,
        stream=streams,
        usage_asked=options is not None and options.include_usage is True,
        cap=cap_of("max_tokens", body.max_tokens),
        choices=1 if body.n is None else at_least_one("n", body.n, most=CHOICES_MAX),
    )


def usage_json(usage: Usage) -> dict[str, Any]:
    """Return the member `usage`."""
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": usage.total,
        "prompt_tokens_details": {
            "cached_tokens": usage.cached,
            "cache_write_tokens": usage.cache_write,
            "audio_tokens": usage.audio,
        },
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning, "audio_tokens": 0},
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
        answer["usage"] = usage_json(completion.usage)
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
        last |= {"choices": [], "usage": usage_json(completion.usage)}
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
