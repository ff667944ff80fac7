"""What a request asks for, read from its body; what makes no sense is refused as OpenAI does."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from headgate.simulator.counting import chat_tokens, text_tokens
from headgate.simulator.embedding import DIMENSIONS, DIMENSIONS_MAX
from headgate.simulator.refusals import Refused, bad_body
from headgate.simulator.routes import Kind

CHOICES_MAX = 128
INPUTS_MAX = 2048


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


_Input = str | list[str | int | list[int]] | None


class _CompletionsBody(_Body):
    prompt: _Input = None


class _EmbeddingsBody(_Body):
    input: _Input = None
    dimensions: int | None = None
    encoding_format: str | None = None


_CHAT = msgspec.json.Decoder(_ChatBody)
_COMPLETIONS = msgspec.json.Decoder(_CompletionsBody)
_EMBEDDINGS = msgspec.json.Decoder(_EmbeddingsBody)
B = TypeVar("B", bound=_Body)


class Ask(msgspec.Struct):
    """A request for text or vectors. Token counts need the model: see `prompt_tokens`."""

    kind: Kind
    model: str
    stream: bool
    usage_asked: bool
    cap: int | None
    """Most tokens of a completion."""
    choices: int
    """Completions to make, of all prompts together."""
    messages: list[dict[str, Any]] = []
    tools: list[Any] = []
    inputs: list[str | list[int]] = []
    """Prompts or texts to embed, each a text or tokens."""
    dimensions: int = DIMENSIONS
    base64: bool = False

    def prompt_tokens(self, model: str) -> int:
        """Return the tokens that a model bills for the prompt."""
        if self.kind is Kind.CHAT:
            return chat_tokens(self.messages, model, tools=self.tools)
        return text_tokens(self.inputs, model)


def read(kind: Kind, body: bytes) -> Ask:
    """Read a body; raises Refused 400."""
    if kind is Kind.CHAT:
        return _read_chat(_decode(_CHAT, body))
    if kind is Kind.COMPLETIONS:
        return _read_completions(_decode(_COMPLETIONS, body))
    return _read_embeddings(_decode(_EMBEDDINGS, body))


def _decode(decoder: msgspec.json.Decoder[B], body: bytes) -> B:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise bad_body(f"Invalid type: {error}", code="invalid_type") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_body(f"We could not parse the JSON body of your request: {error}") from None


def _read_chat(body: _ChatBody) -> Ask:
    if body.messages is None:
        raise _missing("messages")
    if not body.messages:
        raise bad_body("[] is too short - 'messages'", param="messages")
    if body.max_tokens is not None and body.max_completion_tokens is not None:
        raise bad_body("Setting 'max_tokens' and 'max_completion_tokens' at once is not supported.")
    ask = _ask(Kind.CHAT, body)
    if body.max_completion_tokens is not None:
        ask.cap = _at_least_one("max_completion_tokens", body.max_completion_tokens)
    ask.messages = body.messages
    ask.tools = [*(body.tools or ()), *(body.functions or ())]
    return ask


def _read_completions(body: _CompletionsBody) -> Ask:
    ask = _ask(Kind.COMPLETIONS, body)
    # Without a prompt the model starts as from the beginning of a document.
    ask.inputs = _items("prompt", body.prompt) if body.prompt is not None else [""]
    ask.choices *= len(ask.inputs)
    if ask.choices > CHOICES_MAX:
        raise bad_body(f"Too many completions: at most {CHOICES_MAX} for all prompts.", param="n")
    return ask


def _read_embeddings(body: _EmbeddingsBody) -> Ask:
    if body.input is None:
        raise _missing("input")
    if body.encoding_format not in (None, "float", "base64"):
        message = f"Invalid value: {body.encoding_format!r}. Supported values: 'float', 'base64'."
        raise bad_body(message, param="encoding_format")
    ask = _ask(Kind.EMBEDDINGS, body)
    ask.inputs = _items("input", body.input)
    if body.dimensions is not None:
        ask.dimensions = _at_least_one("dimensions", body.dimensions, most=DIMENSIONS_MAX)
    ask.base64 = body.encoding_format == "base64"
    return ask


def _ask(kind: Kind, body: _Body) -> Ask:
    stream = body.stream is True
    options = body.stream_options
    if options is not None and not stream:
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise bad_body(message, param="stream_options")
    cap = body.max_tokens
    return Ask(
        kind=kind,
        model=body.model,
        stream=stream,
        usage_asked=options is not None and options.include_usage is True,
        cap=None if cap is None else _at_least_one("max_tokens", cap),
        choices=1 if body.n is None else _at_least_one("n", body.n, most=CHOICES_MAX),
    )


def _items(param: str, value: _Input) -> list[str | list[int]]:
    """Return texts and token lists; a flat list of integers is one prompt that came as tokens."""
    if isinstance(value, str):
        return [value]
    assert value is not None, "the caller looked"
    tokens = [item for item in value if isinstance(item, int)]
    if not value or (len(value) > INPUTS_MAX and not tokens):
        raise bad_body(f"'{param}' takes 1 to {INPUTS_MAX} items.", param=param)
    if len(tokens) == len(value):
        return [tokens]
    if tokens:
        raise bad_body(f"'{param}' mixes tokens with other items.", param=param)
    return [item for item in value if not isinstance(item, int)]


def _at_least_one(param: str, value: int, *, most: int = 2**31 - 1) -> int:
    if value < 1:
        message = (
            f"Invalid '{param}': integer below minimum value."
            f" Expected a value >= 1, but got {value} instead."
        )
        raise bad_body(message, param=param, code="integer_below_min_value")
    if value > most:
        message = (
            f"Invalid '{param}': integer above maximum value."
            f" Expected a value <= {most}, but got {value} instead."
        )
        raise bad_body(message, param=param, code="integer_above_max_value")
    return value


def _missing(param: str) -> Refused:
    message = f"Missing required parameter: '{param}'."
    return bad_body(message, param=param, code="missing_required_parameter")
