from __future__ import annotations

import msgspec
import pytest

from headgate.model.usage import TokenUsage
from headgate.tokens.dialects.openai_audio import DIALECT

FORM = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\nID3\r\n'
    b'--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n'
    b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nthe weather\r\n'
    b"--b--\r\n"
)


def test_the_form_of_a_transcription_is_read() -> None:
    request = DIALECT.read("/v1/audio/transcriptions", FORM)
    assert (request.model, request.stream) == ("whisper-1", False)
    assert request.prompt_parts().texts == ["the weather"]


def test_speech_is_read() -> None:
    body = msgspec.json.encode({"model": "tts", "input": "say this", "stream_format": "sse"})
    request = DIALECT.read("/v1/audio/speech", body)
    assert (request.model, request.stream) == ("tts", True)
    assert request.prompt_parts().texts == ["say this"]


def test_tokens_that_were_heard_are_audio() -> None:
    usage = {
        "type": "tokens",
        "input_tokens": 14,
        "input_token_details": {"text_tokens": 4, "audio_tokens": 10},
        "output_tokens": 5,
    }
    body = msgspec.json.encode({"text": "mild", "usage": usage})
    assert DIALECT.usage(body) == TokenUsage(
        input_tokens=14, audio_input_tokens=10, output_tokens=5
    )


def test_tokens_that_were_said_are_audio() -> None:
    event = b'{"type":"speech.audio.done","usage":{"input_tokens":4,"output_tokens":90}}'
    assert DIALECT.usage(event) == TokenUsage(
        input_tokens=4, output_tokens=90, audio_output_tokens=90
    )
    assert DIALECT.ends(event)


@pytest.mark.parametrize(("seconds", "whole"), [(3, 3), (2.1, 3), (3.0, 3)])
def test_a_duration_is_told_and_its_tokens_estimated(seconds: float, whole: int) -> None:
    body = msgspec.json.encode(
        {"text": "fair now", "usage": {"type": "duration", "seconds": seconds}}
    )
    usage = DIALECT.usage(body)
    assert usage == TokenUsage(
        input_tokens=30,
        audio_input_tokens=30,
        output_tokens=2,
        audio_seconds=whole,
        reported=False,
    )


def test_a_duration_by_its_older_name_is_told_too() -> None:
    body = msgspec.json.encode({"text": "", "usage": {"type": "duration", "duration": 3.5}})
    usage = DIALECT.usage(body)
    assert usage is not None
    assert (usage.audio_seconds, usage.input_tokens) == (4, 40)


@pytest.mark.parametrize("seconds", [-1, 1e6, None])
def test_a_duration_that_makes_no_sense_is_no_usage(seconds: float | None) -> None:
    body = msgspec.json.encode({"usage": {"type": "duration", "seconds": seconds}})
    assert DIALECT.usage(body) is None


def test_text_is_a_transcript_or_its_deltas() -> None:
    assert DIALECT.text(b'{"text":"mild","duration":3.2}') == "mild"
    assert DIALECT.text(b'{"type":"transcript.text.delta","delta":"mi"}') == "mi"
    assert DIALECT.text(b'{"type":"transcript.text.done","text":"mild"}') == ""


def test_sound_and_subtitles_are_known_and_other_json_is_not() -> None:
    for payload in (b"ID3\x04", b"WEBVTT\n", b'{"text":""}', b'{"type":"speech.audio.delta"}'):
        assert DIALECT.knows(payload)
    assert not DIALECT.knows(b'{"error":{}}')
    assert not DIALECT.knows(b'{"broken')
