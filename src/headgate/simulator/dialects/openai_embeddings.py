"""OpenAI's and Azure's embeddings."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson

from headgate.simulator.behaviour import Behaviour
from headgate.simulator.bodies import Incoming, Input, at_least_one, decode, items, missing
from headgate.simulator.counting import text_tokens
from headgate.simulator.embedding import DIMENSIONS, DIMENSIONS_MAX, base64_floats, vector
from headgate.simulator.generation import Extent, Generation
from headgate.simulator.refusals import bad_body
from headgate.simulator.reply import Reply, document
from headgate.simulator.usage import Usage


class _Body(msgspec.Struct):
    model: str = ""
    input: Input = None
    dimensions: int | None = None
    encoding_format: str | None = None


_DECODER = msgspec.json.Decoder(_Body)


class EmbeddingsAsk(msgspec.Struct, kw_only=True):
    """A request for vectors."""

    model: str
    stream: bool = False
    choices: int = 1
    inputs: list[str | list[int]]
    """Texts to embed, each a text or tokens."""
    dimensions: int = DIMENSIONS
    base64: bool = False

    def usage(self, model: str) -> Usage:
        """Return the tokens of all texts."""
        return Usage(text_tokens(self.inputs, model), 0)

    def extent(self, behaviour: Behaviour) -> Extent:
        """Return no length: there is no completion."""
        return Extent(0)

    def answer(self, generation: Generation) -> Reply:
        """Return the vectors of all inputs."""
        vectors = [vector(item, self.dimensions) for item in self.inputs]
        data = [
            {
                "object": "embedding",
                "index": index,
                "embedding": base64_floats(values) if self.base64 else values,
            }
            for index, values in enumerate(vectors)
        ]
        answer: dict[str, Any] = {"object": "list", "data": data, "model": generation.model}
        usage = generation.usage
        if usage is not None:
            answer["usage"] = {"prompt_tokens": usage.prompt, "total_tokens": usage.prompt}
        return document(orjson.dumps(answer))


def read(incoming: Incoming) -> EmbeddingsAsk:
    """Read a request for vectors; raises Refused 400."""
    body = decode(_DECODER, incoming.body)
    if body.input is None:
        raise missing("input")
    if body.encoding_format not in (None, "float", "base64"):
        message = f"Invalid value: {body.encoding_format!r}. Supported values: 'float', 'base64'."
        raise bad_body(message, param="encoding_format")
    ask = EmbeddingsAsk(model=body.model, inputs=items("input", body.input))
    if body.dimensions is not None:
        ask.dimensions = at_least_one("dimensions", body.dimensions, most=DIMENSIONS_MAX)
    ask.base64 = body.encoding_format == "base64"
    return ask
