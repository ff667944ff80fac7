"""OpenAI's audio speech: silence, one frame of it for each token."""

from __future__ import annotations

import msgspec

from headgate.simulator.behaviour import Behaviour
from headgate.simulator.bodies import Incoming, decode, missing
from headgate.simulator.counting import text_tokens
from headgate.simulator.generation import Extent, Generation
from headgate.simulator.refusals import bad_body
from headgate.simulator.reply import Reply, document
from headgate.simulator.usage import Usage

FRAME = b"\xff\xfb\x90\xc4" + bytes(413)
"""MPEG-1 layer III, 128 kbit/s, 44.1 kHz, mono, without data: 26 ms of silence."""


class _Body(msgspec.Struct):
    model: str = ""
    input: str | None = None
    response_format: str | None = None
    stream_format: str | None = None


_DECODER = msgspec.json.Decoder(_Body)


class SpeechAsk(msgspec.Struct, kw_only=True):
    """A request for a text to be spoken."""

    model: str
    text: str
    stream: bool = False
    choices: int = 1

    def usage(self, model: str) -> Usage:
        """Return the tokens of the text."""
        return Usage(text_tokens([self.text], model), 0)

    def extent(self, behaviour: Behaviour) -> Extent:
        """Return the tokens of sound."""
        return Extent(behaviour.completion_tokens)

    def answer(self, generation: Generation) -> Reply:
        """Return the sound. It has no place for usage: only the ledger knows it."""
        shown = generation.extent.shown
        return document(FRAME * shown, tokens=shown, media_type="audio/mpeg")


def read(incoming: Incoming) -> SpeechAsk:
    """Read a request for speech; raises Refused 400."""
    body = decode(_DECODER, incoming.body)
    if body.input is None:
        raise missing("input")
    if body.response_format not in (None, "mp3"):
        raise bad_body("The simulator speaks mp3 only.", param="response_format")
    if body.stream_format not in (None, "audio"):
        raise bad_body("The simulator has no events for speech.", param="stream_format")
    return SpeechAsk(model=body.model, text=body.input)
