"""OpenAI images: generations, edits and variations; newer models report tokens.

Usage has the shapes of `ImagesResponse` and `ImageGenCompletedEvent` in OpenAI's API description
(openai-python 3.54, types): that of the writing of an SVG stands beside that of its rendering.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from headgate.model.usage import TokenUsage
from headgate.tokens.body import MEMBERS, decode_or_none
from headgate.tokens.dialect import Dialect, LlmRequest
from headgate.tokens.media import MediaBody, read_media
from headgate.tokens.openai import choices, model_of
from headgate.tokens.prompt import PromptParts
from headgate.tokens.reported import Usage, sound, token_usage


class _ImageBody(MediaBody):
    n: int | None = None
    files: int = 0

    def fill(self, fields: dict[str, str], files: int) -> None:
        super().fill(fields, files)
        number = fields.get("n", "")
        if number.isascii() and number.isdigit() and len(number) < 10:
            self.n = int(number)
        self.files = files


class _SvgUsage(msgspec.Struct):
    input_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0


class _Report(msgspec.Struct):
    usage: Usage | None = None
    svg_usage: _SvgUsage | None = None
    type: str = ""


_BODY = msgspec.json.Decoder(_ImageBody)
_REPORT = msgspec.json.Decoder(_Report)


class OpenAiImages(Dialect):
    """`POST …/images/generations`, `/images/edits` and `/images/variations`."""

    name = "openai-images"
    suffixes: ClassVar[tuple[str, ...]] = (
        "/images/generations",
        "/images/edits",
        "/images/variations",
    )

    def read(self, path: str, body: bytes) -> LlmRequest:
        """Read a JSON body or the text fields of a form; raises RequestUnreadable."""
        content = read_media(_BODY, _ImageBody, body=body)
        return LlmRequest(
            dialect=self,
            model=model_of(path, content),
            stream=content.stream or False,
            choices=choices(content.n or 1),
            content=content,
        )

    def prompt_parts(self, request: LlmRequest) -> PromptParts:
        """Return the prompt and the images that are to be changed."""
        content = request.content
        assert isinstance(content, _ImageBody)
        parts = PromptParts(images=content.files)
        parts.add(content.prompt)
        return parts

    def usage(self, payload: bytes) -> TokenUsage | None:
        """Return the usage of an answer or of its last event.

        What is made are images, unless the answer tells how much of it is text.
        """
        report = decode_or_none(_REPORT, payload)
        if report is None or report.usage is None:
            return None
        usage = token_usage(report.usage, "")
        if usage is not None and report.usage.output_tokens_details is None:
            usage = msgspec.structs.replace(usage, image_output_tokens=usage.output_tokens)
        written = _written(report.svg_usage)
        if usage is None or written is None:
            return usage or written
        return usage.plus(written)

    def text(self, payload: bytes) -> str:
        """Return nothing: images are not text."""
        return ""

    def ends(self, payload: bytes) -> bool:
        """Tell whether an event says that the images are made."""
        report = decode_or_none(_REPORT, payload)
        return report is not None and report.type.endswith(".completed")

    def knows(self, payload: bytes) -> bool:
        """Tell whether a payload has images or is an event about one."""
        members = decode_or_none(MEMBERS, payload) or {}
        return "data" in members or "b64_json" in members


def _written(usage: _SvgUsage | None) -> TokenUsage | None:
    if usage is None:
        return None
    return sound(
        TokenUsage(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            reasoning_tokens=usage.reasoning_tokens,
        )
    )


DIALECT = OpenAiImages()
