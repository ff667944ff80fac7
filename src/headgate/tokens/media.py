"""What requests about images and sound share: they are JSON, or a form where they bring files."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from headgate.tokens.body import decode_request
from headgate.tokens.forms import form_fields
from headgate.tokens.openai import Body

M = TypeVar("M", bound="MediaBody")


class MediaBody(Body):
    """Members that requests about images and sound may have."""

    prompt: str | None = None

    def fill(self, fields: dict[str, str], files: int) -> None:
        """Take up the text fields of a form; `files` is how many files it brings."""
        self.model = fields.get("model")
        self.stream = fields.get("stream") == "true"
        self.prompt = fields.get("prompt")


def read_media(decoder: msgspec.json.Decoder[M], kind: type[M], *, body: bytes) -> M:
    """Return a request body, JSON or form; raises RequestUnreadable."""
    if not body.startswith(b"--"):
        return decode_request(decoder, body)
    made = kind()
    made.fill(*form_fields(body))
    return made
