"""OpenAI's audio transcriptions: a file comes as a form, plain words go out."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from typing import Any

import msgspec
import orjson

from headgate.simulator.behaviour import Behaviour
from headgate.simulator.bodies import Incoming, missing
from headgate.simulator.counting import text_tokens
from headgate.simulator.generation import Extent, Generation
from headgate.simulator.refusals import bad_body
from headgate.simulator.reply import Reply, Step, document, stream
from headgate.simulator.usage import Usage
from headgate.simulator.words import pieces, text

BYTES_PER_TOKEN = 3200
"""Ten tokens a second of 16-bit sound at 16 kHz; the simulator does not look into files."""
PARTS_MAX = 100


class TranscriptionsAsk(msgspec.Struct, kw_only=True):
    """A request for the words of a recording."""

    model: str
    stream: bool
    prompt: str
    audio_bytes: int
    plain: bool
    """Whether the answer is the bare text."""
    choices: int = 1

    def usage(self, model: str) -> Usage:
        """Return the tokens of sound, by the size of the file, and of the text given with it."""
        audio = -(-self.audio_bytes // BYTES_PER_TOKEN)
        return Usage(audio + text_tokens([self.prompt], model), 0, audio=audio)

    def extent(self, behaviour: Behaviour) -> Extent:
        """Return the length of the text."""
        return Extent(behaviour.completion_tokens)

    def answer(self, generation: Generation) -> Reply:
        """Return the answer."""
        shown = generation.extent.shown
        if self.stream:
            return stream(_events(generation), token_steps=shown)
        content = text(shown, generation.start)
        if self.plain:
            return document(content.encode(), tokens=shown, media_type="text/plain")
        return document(orjson.dumps({"text": content} | _told(generation)), tokens=shown)


def read(incoming: Incoming) -> TranscriptionsAsk:
    """Read a form; raises Refused 400."""
    fields = _form(incoming)
    if "file" not in fields:
        raise missing("file")
    format_ = _text(fields, "response_format") or "json"
    if format_ not in ("json", "text"):
        raise bad_body(f"Unsupported response_format: {format_!r}.", param="response_format")
    return TranscriptionsAsk(
        model=_text(fields, "model"),
        stream=_text(fields, "stream").lower() == "true",
        prompt=_text(fields, "prompt"),
        audio_bytes=len(fields["file"]),
        plain=format_ == "text",
    )


def _text(fields: dict[str, bytes], name: str) -> str:
    return fields.get(name, b"").decode("utf-8", "replace")


def _form(incoming: Incoming) -> dict[str, bytes]:
    """Return the fields of `multipart/form-data` (RFC 7578); of a repeated one the last."""
    head = Message()
    head["content-type"] = incoming.headers.get("content-type", "")
    boundary = head.get_boundary()
    if head.get_content_type() != "multipart/form-data" or not boundary:
        raise bad_body("The body must be multipart/form-data with a boundary.")
    parts = (b"\r\n" + incoming.body).split(b"\r\n--" + boundary.encode("latin-1"), PARTS_MAX + 2)
    if len(parts) < 2 or not parts[-1].startswith(b"--"):
        raise bad_body(f"The form is not complete, or has more than {PARTS_MAX} parts.")
    return dict(_field(part) for part in parts[1:-1])


def _field(part: bytes) -> tuple[str, bytes]:
    lines, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    for line in lines.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-disposition":
            head = Message()
            head["content-disposition"] = value.strip()
            return str(head.get_param("name", "", "content-disposition")), content
    raise bad_body("A part of the form has no content-disposition.")


def _told(generation: Generation) -> dict[str, Any]:
    usage = generation.usage
    if usage is None:
        return {}
    details = {"text_tokens": usage.prompt - usage.audio, "audio_tokens": usage.audio}
    told = {
        "type": "tokens",
        "input_tokens": usage.prompt,
        "input_token_details": details,
        "output_tokens": usage.completion,
        "total_tokens": usage.total,
    }
    return {"usage": told}


def _events(generation: Generation) -> Iterator[Step]:
    before = b'data: {"type":"transcript.text.delta","delta":"'
    for word in pieces(generation.extent.shown, generation.start):
        yield before + word.encode() + b'"}\n\n', 1
    content = text(generation.extent.shown, generation.start)
    done = {"type": "transcript.text.done", "text": content} | _told(generation)
    yield b"data: " + orjson.dumps(done) + b"\n\n", 0
