from __future__ import annotations

import msgspec

from headgate.model.usage import TokenUsage
from headgate.tokens.dialects.openai_images import DIALECT

FORM = (
    b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na red house\r\n'
    b'--b\r\nContent-Disposition: form-data; name="model"\r\n\r\ngpt-image-1\r\n'
    b'--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n3\r\n'
    b'--b\r\nContent-Disposition: form-data; name="stream"\r\n\r\ntrue\r\n'
    b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n\x89PNG\r\n'
    b"--b--\r\n"
)


def test_a_generation_is_read() -> None:
    body = msgspec.json.encode({"model": "gpt-image-1", "prompt": "a house", "n": 2})
    request = DIALECT.read("/v1/images/generations", body)
    assert (request.model, request.choices, request.stream) == ("gpt-image-1", 2, False)
    assert request.prompt_parts().texts == ["a house"]


def test_the_form_of_an_edit_is_read() -> None:
    request = DIALECT.read("/openai/deployments/d/images/edits", FORM)
    assert (request.model, request.choices, request.stream) == ("d", 3, True)
    parts = request.prompt_parts()
    assert (parts.texts, parts.images) == (["a red house"], 1)
    assert DIALECT.read("/v1/images/edits", FORM.replace(b"\r\n3\r", b"\r\nx\r")).choices == 1


def test_what_was_made_are_images() -> None:
    usage = {
        "input_tokens": 50,
        "input_tokens_details": {"text_tokens": 10, "image_tokens": 40},
        "output_tokens": 272,
        "total_tokens": 322,
    }
    body = msgspec.json.encode({"data": [{"b64_json": "AAAA"}], "usage": usage})
    assert DIALECT.usage(body) == TokenUsage(
        input_tokens=50, image_input_tokens=40, output_tokens=272, image_output_tokens=272
    )


def test_an_answer_may_tell_text_from_images() -> None:
    usage = {"input_tokens": 50, "output_tokens": 300}
    for details, images in (({"image_tokens": 272, "text_tokens": 28}, 272), ({}, 0)):
        told = {**usage, "output_tokens_details": details}
        assert DIALECT.usage(msgspec.json.encode({"usage": told})) == TokenUsage(
            input_tokens=50, output_tokens=300, image_output_tokens=images
        )


def test_what_the_writing_of_an_svg_used_is_added() -> None:
    usage = {"input_tokens": 50, "output_tokens": 272, "total_tokens": 322}
    svg = {"input_tokens": 60, "output_tokens": 900, "reasoning_tokens": 400, "model": "m"}
    body = msgspec.json.encode({"data": [], "usage": usage, "svg_usage": svg})
    assert DIALECT.usage(body) == TokenUsage(
        input_tokens=110, output_tokens=1172, image_output_tokens=272, reasoning_tokens=400
    )
    odd = msgspec.json.encode({"usage": usage, "svg_usage": {**svg, "output_tokens": -1}})
    assert DIALECT.usage(odd) == TokenUsage(
        input_tokens=50, output_tokens=272, image_output_tokens=272
    )


def test_an_answer_without_usage_is_known_and_has_no_text() -> None:
    body = b'{"created":1,"data":[{"url":"https://pictures.example/1.png"}]}'
    assert DIALECT.usage(body) is None
    assert DIALECT.text(body) == ""
    assert DIALECT.knows(body)
    assert not DIALECT.knows(b'{"error":{}}')


def test_the_last_event_ends_the_stream() -> None:
    assert DIALECT.ends(b'{"type":"image_edit.completed"}')
    assert not DIALECT.ends(b'{"type":"image_edit.partial_image"}')
