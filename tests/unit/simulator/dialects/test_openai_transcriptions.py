from __future__ import annotations

import pytest

from headgate.simulator.bodies import Incoming
from headgate.simulator.dialects.openai_transcriptions import PARTS_MAX, TranscriptionsAsk, read
from headgate.simulator.refusals import Refused
from tests.unit.simulator.dialects.conftest import answer, document_of, events_of

FORM = 'multipart/form-data; boundary="b"'


def form(
    fields: dict[str, bytes], *, content_type: str = FORM, end: bytes = b"--b--\r\n"
) -> Incoming:
    parts = [
        b'--b\r\nContent-Disposition: form-data; name="%b"; filename="f"\r\n\r\n%b\r\n'
        % (name.encode(), value)
        for name, value in fields.items()
    ]
    headers = {"content-type": content_type}
    body = b"".join(parts) + end
    return Incoming(method="POST", path="", query={}, headers=headers, body=body)


def transcription(**fields: bytes) -> TranscriptionsAsk:
    return read(form({"file": b"\r\n" * 1601, "model": b"m"} | fields))


def test_sound_counts_by_its_size() -> None:
    assert transcription().audio_bytes == 3202
    usage = transcription(prompt=b"Hello").usage("gpt-4o")
    assert (usage.prompt, usage.audio) == (3, 2)


def test_words_come_as_json_or_bare() -> None:
    shown = document_of(answer(transcription()))
    assert shown["text"] == "the of water"
    assert shown["usage"] == {
        "type": "tokens",
        "input_tokens": 2,
        "input_token_details": {"text_tokens": 0, "audio_tokens": 2},
        "output_tokens": 3,
        "total_tokens": 5,
    }
    assert document_of(answer(transcription(), told=False)) == {"text": "the of water"}
    assert list(answer(transcription(response_format=b"text")).steps) == [(b"the of water", 3)]


def test_words_can_be_streamed() -> None:
    events = events_of(answer(transcription(stream=b"true")))
    assert [event.get("delta") for event in events] == ["the", " of", " water", None]
    assert events[-1]["usage"]["output_tokens"] == 3


@pytest.mark.parametrize(
    "incoming",
    [
        form({"model": b"m"}),
        form({"file": b"x"}, content_type="application/json"),
        form({"file": b"x"}, content_type="multipart/form-data"),
        form({"file": b"x"}, end=b""),
        form({"file": b"x", "response_format": b"srt"}),
        form({"file": b"x"}, end=b"--b\r\nno: name\r\n\r\nx\r\n--b--"),
        form({f"f{number}": b"" for number in range(PARTS_MAX + 1)}),
    ],
)
def test_form_without_sense_is_refused(incoming: Incoming) -> None:
    with pytest.raises(Refused):
        read(incoming)


def test_form_may_have_as_many_parts_as_allowed() -> None:
    fields = {"file": b"x"} | {f"f{number}": b"" for number in range(PARTS_MAX - 1)}
    assert read(form(fields)).audio_bytes == 1
