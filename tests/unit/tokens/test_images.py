from __future__ import annotations

import base64
import struct

import pytest

from headgate.tokens.images import image_tokens, rule_of
from headgate.tokens.prompt import PromptParts
from headgate.tokens.request import read_request


def png(width: int, height: int) -> str:
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height)
    return base64.b64encode(head + bytes(90)).decode()


def parts_of(*items: object) -> PromptParts:
    parts = PromptParts()
    parts.add(list(items))
    return parts


def chat(width: int, height: int, **members: object) -> PromptParts:
    url = {"url": "data:image/png;base64," + png(width, height), **members}
    return parts_of({"type": "image_url", "image_url": url})


@pytest.mark.parametrize(
    ("model", "width", "height", "tokens"),
    [
        ("gpt-4o", 1024, 1024, 765),
        ("gpt-4o-2024-11-20", 2048, 4096, 1105),
        ("gpt-4.1", 512, 512, 255),
        ("gpt-4o-mini", 512, 512, 2833 + 5667),
        ("gpt-4.1-mini", 1024, 1024, 1659),
        ("gpt-4.1-nano", 4096, 4096, 3779),
        ("gpt-5-mini", 32, 33, 3),
        ("claude-sonnet-4", 1000, 750, 1000),
        ("claude-sonnet-4", 4000, 3000, 1600),
        ("gemini-2.5-pro", 384, 384, 258),
        ("gemini-2.5-pro", 385, 1536, 516),
        ("llama-vision", 1024, 1024, 1200),
    ],
)
def test_an_image_costs_what_its_model_charges(
    model: str, width: int, height: int, tokens: int
) -> None:
    assert image_tokens(chat(width, height), model) == tokens


def test_low_detail_has_one_price() -> None:
    assert image_tokens(chat(4096, 4096, detail="low"), "gpt-4o") == 85
    assert image_tokens(chat(4096, 4096, detail="low"), "gpt-4o-mini") == 2833


@pytest.mark.parametrize(
    "item",
    [
        {"type": "input_image", "image_url": "data:image/png;base64," + png(1024, 1024)},
        {"type": "image", "source": {"type": "base64", "data": png(1024, 1024)}},
    ],
)
def test_the_image_is_found_in_every_dialect(item: dict[str, object]) -> None:
    assert image_tokens(parts_of(item), "gpt-4o") == 765


def test_the_image_of_a_gemini_request_is_found() -> None:
    data = png(1024, 1024).encode()
    body = b'{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"%s"}}]}]}' % data
    parts = read_request("/models/g:generateContent", body).prompt_parts()
    assert image_tokens(parts, "gemini-2.5-pro") == 4 * 258


@pytest.mark.parametrize(
    "item",
    [
        {"type": "image_url", "image_url": {"url": "https://pictures.example/1.png"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,@@@@"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,\u00e9"}},
        {"type": "image_url", "image_url": 7},
        {"type": "image"},
    ],
)
def test_an_image_of_unknown_size_counts_as_apim_counts_it(item: dict[str, object]) -> None:
    assert image_tokens(parts_of(item), "gpt-4o") == 1200


def test_images_of_a_form_count_as_apim_counts_them() -> None:
    assert image_tokens(PromptParts(images=2), "gpt-4o") == 2400


def test_a_model_without_a_rule_has_none() -> None:
    assert rule_of("llama-vision") is None
