"""OpenAI audio: transcriptions and translations of files, and speech.

Usage has the shapes of `Transcription`, `TranscriptionTextDoneEvent` and `SpeechAudioDoneEvent` in
OpenAI's API description (openai-python 3.54, types/audio): tokens, or a duration.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from headgate.model.usage import TokenUsage
from headgate.tokens.body import decode_or_none
from headgate.tokens.dialect import Dialect, LlmRequest
from headgate.tokens.media import MediaBody, read_media
from headgate.tokens.openai import model_of
from headgate.tokens.prompt import PromptParts
from headgate.tokens.reported import Usage, sound, token_usage

TOKENS_PER_SECOND = 10
"""What OpenAI counts for a second of audio that a model hears (guide to realtime costs)."""
_BYTES_PER_TOKEN = 4
"""Of English text (tokens.md 1.4)."""
_HEARD = "transcript.text.delta"


class _AudioBody(MediaBody):
    input: str | None = None
    """The text of speech."""
    instructions: str | None = None
    stream_format: str | None = None


class _Usage(Usage):
    type: str = ""
    seconds: float | None = None
    duration: float | None = None
    """What `seconds` was called in earlier versions of openai-python."""


class _Report(msgspec.Struct):
    usage: _Usage | None = None
    type: str = ""
    text: str | None = None
    delta: str = ""


_BODY = msgspec.json.Decoder(_AudioBody)
_REPORT = msgspec.json.Decoder(_Report)


class OpenAiAudio(Dialect):
    """`POST …/audio/transcriptions`, `/audio/translations` and `/audio/speech`."""

    name = "openai-audio"
    suffixes: ClassVar[tuple[str, ...]] = (
        "/audio/transcriptions",
        "/audio/translations",
        "/audio/speech",
    )

    def read(self, path: str, body: bytes) -> LlmRequest:
        """Read a JSON body or the text fields of a form; raises RequestUnreadable."""
        content = read_media(_BODY, _AudioBody, body=body)
        return LlmRequest(
            dialect=self,
            model=model_of(path, content),
            stream=content.stream or content.stream_format == "sse",
            content=content,
        )

    def prompt_parts(self, request: LlmRequest) -> PromptParts:
        """Return the text of the request; how much audio a file holds is not known."""
        content = request.content
        assert isinstance(content, _AudioBody)
        parts = PromptParts()
        parts.add([content.input, content.instructions, content.prompt])
        return parts

    def usage(self, payload: bytes) -> TokenUsage | None:
        """Return the usage of an answer or of the last event of a stream.

        Models that bill by duration report seconds; their tokens are an estimate.
        """
        report = decode_or_none(_REPORT, payload)
        if report is None or report.usage is None:
            return None
        seconds = report.usage.seconds
        if seconds is None:
            seconds = report.usage.duration
        if report.usage.type == "duration" and seconds is not None and 0 <= seconds < 1e6:
            whole = -int(-seconds // 1)
            heard = TOKENS_PER_SECOND * whole
            return sound(
                TokenUsage(
                    input_tokens=heard,
                    audio_input_tokens=heard,
                    output_tokens=-(-len((report.text or "").encode()) // _BYTES_PER_TOKEN),
                    audio_seconds=whole,
                    reported=False,
                )
            )
        usage = token_usage(report.usage, "")
        if usage is not None and report.type.startswith("speech."):
            return msgspec.structs.replace(usage, audio_output_tokens=usage.output_tokens)
        return usage

    def text(self, payload: bytes) -> str:
        """Return the text of a transcript; the last event of a stream repeats it."""
        report = decode_or_none(_REPORT, payload)
        if report is None:
            return ""
        if report.type:
            return report.delta if report.type == _HEARD else ""
        return report.text or ""

    def ends(self, payload: bytes) -> bool:
        """Tell whether an event says that all was heard or said."""
        report = decode_or_none(_REPORT, payload)
        return report is not None and report.type.endswith(".done")

    def knows(self, payload: bytes) -> bool:
        """Tell whether a payload is a transcript, one of its events, or sound."""
        report = decode_or_none(_REPORT, payload)
        if report is None:
            # Sound, subtitles and plain text have no place for usage.
            return payload.lstrip()[:1] not in (b"{", b"[")
        return report.text is not None or report.type.startswith(("transcript.", "speech."))


DIALECT = OpenAiAudio()
