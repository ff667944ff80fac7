from __future__ import annotations

import msgspec
import pytest

from headgate.tokens.media import MediaBody, read_media
from headgate.tokens.prompt import RequestUnreadable

DECODER = msgspec.json.Decoder(MediaBody)
FORM = (
    b'--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nm\r\n'
    b'--b\r\nContent-Disposition: form-data; name="stream"\r\n\r\ntrue\r\n'
    b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na house\r\n'
    b"--b--\r\n"
)


@pytest.mark.parametrize("body", [b'{"model":"m","stream":true,"prompt":"a house"}', FORM])
def test_json_and_forms_say_the_same(body: bytes) -> None:
    read = read_media(DECODER, MediaBody, body=body)
    assert (read.model, read.stream, read.prompt) == ("m", True, "a house")


def test_what_is_neither_cannot_be_read() -> None:
    with pytest.raises(RequestUnreadable):
        read_media(DECODER, MediaBody, body=b"hello")


def test_a_form_without_fields_says_nothing() -> None:
    read = read_media(DECODER, MediaBody, body=b"--")
    assert (read.model, read.stream, read.prompt) == (None, False, None)
