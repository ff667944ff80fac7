"""OpenAI images: generations, edits and variations; newer models report tokens."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from headgate.model.usage import TokenUsage
from headgate.tokens.body import MEMBERS, decode_or_none, decode_request
from headgate.tokens.dialect import Dialect, LlmRequest
from headgate.tokens.forms import form_fields
from headgate.tokens.openai import Body, choices, model_of
from headgate.tokens.prompt import PromptParts
from headgate.tokens.reported import Usage, token_usage


class _ImageBody(Body):
    prompt: str | None = None
    n: int | None = None
    files: int = 0


class _Report(msgspec.Struct):
    usage: Usage | None = None
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
        content = _of_form(body) if body.startswith(b"--") else decode_request(_BODY, body)
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
        """Return the usage of an answer or of its last event; what is made are images."""
        report = decode_or_none(_REPORT, payload)
        usage = token_usage(report.usage, "") if report is not None and report.usage else None
        if usage is None or usage.image_output_tokens:
            return usage
        return msgspec.structs.replace(usage, image_output_tokens=usage.output_tokens)

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


def _of_form(body: bytes) -> _ImageBody:
    fields, files = form_fields(body)
    number = fields.get("n", "")
    return _ImageBody(
        model=fields.get("model"),
        stream=fields.get("stream") == "true",
        prompt=fields.get("prompt"),
        n=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None,
        files=files,
    )


DIALECT = OpenAiImages()
