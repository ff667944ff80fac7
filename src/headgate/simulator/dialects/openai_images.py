"""OpenAI's image generations: pictures of one dot, billed as large ones."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec
import orjson

from headgate.simulator.behaviour import Behaviour
from headgate.simulator.bodies import Incoming, at_least_one, decode, missing
from headgate.simulator.counting import text_tokens
from headgate.simulator.generation import Extent, Generation
from headgate.simulator.refusals import bad_body
from headgate.simulator.reply import Reply, document
from headgate.simulator.usage import Usage

CHOICES_MAX = 10
_TOKENS = {
    "1024x1024": {"low": 272, "medium": 1056, "high": 4160},
    "1024x1536": {"low": 408, "medium": 1584, "high": 6240},
    "1536x1024": {"low": 400, "medium": 1568, "high": 6208},
}
"""Output tokens of one picture by size and quality, as OpenAI's guide has them for gpt-image-1."""
_DOT = b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55000000"
        "0a49444154789c63f80f0001010100b138f6140000000049454e44ae426082"
    )
).decode()
"""A picture of one white dot."""


class _Body(msgspec.Struct):
    model: str = ""
    prompt: str | None = None
    n: int | None = None
    size: str | None = None
    quality: str | None = None
    stream: bool | None = None


_DECODER = msgspec.json.Decoder(_Body)


class ImagesAsk(msgspec.Struct, kw_only=True):
    """A request for pictures."""

    model: str
    prompt: str
    choices: int
    size: str
    quality: str
    stream: bool = False

    def usage(self, model: str) -> Usage:
        """Return the tokens of the description."""
        return Usage(text_tokens([self.prompt], model), 0)

    def extent(self, behaviour: Behaviour) -> Extent:
        """Return the tokens of a picture, which nobody can ask to be longer or shorter."""
        return Extent(_TOKENS[self.size][self.quality])

    def answer(self, generation: Generation) -> Reply:
        """Return the pictures."""
        answer: dict[str, Any] = {
            "created": generation.created,
            "background": "opaque",
            "data": [{"b64_json": _DOT}] * self.choices,
            "output_format": "png",
            "quality": self.quality,
            "size": self.size,
        }
        if generation.usage is not None:
            answer["usage"] = _usage_json(generation.usage)
        return document(orjson.dumps(answer), tokens=generation.extent.shown * self.choices)


def read(incoming: Incoming) -> ImagesAsk:
    """Read a request for pictures; raises Refused 400."""
    body = decode(_DECODER, incoming.body)
    if body.prompt is None:
        raise missing("prompt")
    if body.stream:
        raise bad_body("The simulator does not stream pictures.", param="stream")
    choices = 1 if body.n is None else at_least_one("n", body.n, most=CHOICES_MAX)
    size = "1024x1024" if body.size in (None, "auto") else str(body.size)
    quality = "medium" if body.quality in (None, "auto") else str(body.quality)
    for param, value, known in (
        ("size", size, _TOKENS),
        ("quality", quality, _TOKENS["1024x1024"]),
    ):
        if value not in known:
            message = f"Invalid value: {value!r}. Supported values: {', '.join(known)}."
            raise bad_body(message, param=param)
    return ImagesAsk(
        model=body.model, prompt=body.prompt, choices=choices, size=size, quality=quality
    )


def _usage_json(usage: Usage) -> dict[str, Any]:
    return {
        "input_tokens": usage.prompt,
        "input_tokens_details": {"text_tokens": usage.prompt, "image_tokens": 0},
        "output_tokens": usage.completion,
        "output_tokens_details": {"text_tokens": 0, "image_tokens": usage.completion},
        "total_tokens": usage.total,
    }
