"""OpenAI embeddings: a prompt without a completion."""

from __future__ import annotations

import msgspec

from headgate.tokens.body import ABSENT, MEMBERS, decode_or_none, decode_request
from headgate.tokens.dialect import LlmRequest
from headgate.tokens.openai import Body, OpenAiDialect, input_parts, model_of
from headgate.tokens.prompt import PromptParts


class _EmbeddingsBody(Body):
    input: msgspec.Raw = ABSENT


_BODY = msgspec.json.Decoder(_EmbeddingsBody)


class OpenAiEmbeddings(OpenAiDialect):
    """`POST …/embeddings`."""

    name = "openai-embeddings"
    suffixes = ("/embeddings",)
    has_completion = False

    def read(self, path: str, body: bytes) -> LlmRequest:
        """Read what is cheap to read of a request; raises RequestUnreadable."""
        content = decode_request(_BODY, body)
        return LlmRequest(dialect=self, model=model_of(path, content), content=content)

    def prompt_parts(self, request: LlmRequest) -> PromptParts:
        """Take the input apart: text, tokens, or a list of either; there is no framing."""
        content = request.content
        assert isinstance(content, _EmbeddingsBody)
        return input_parts(content.input)

    def text(self, payload: bytes) -> str:
        """Return nothing: vectors are not generated text."""
        return ""

    def knows(self, payload: bytes) -> bool:
        """Tell whether a payload has vectors."""
        return "data" in (decode_or_none(MEMBERS, payload) or ())


DIALECT = OpenAiEmbeddings()
