from __future__ import annotations

from base64 import b64decode
from struct import unpack

import pytest

from headgate.simulator.embedding import base64_floats, vector


def product(left: list[float], right: list[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))


def test_same_words_have_the_same_vector_of_length_one() -> None:
    one = vector("Open the gate", 256)
    assert len(one) == 256
    assert product(one, one) == pytest.approx(1)
    assert vector("open  the GATE", 256) == one


def test_texts_with_common_words_lie_closer_than_others() -> None:
    text = vector("how do I open the gate of the field", 1536)
    near = vector("how can I open the gate of the field", 1536)
    far = vector("winter weather forecast", 1536)
    assert product(text, near) > 0.8
    assert abs(product(text, far)) < 0.3


@pytest.mark.parametrize("item", ["", "   ", []])
def test_nothing_still_has_a_direction(item: str | list[int]) -> None:
    assert vector(item, 4) == [1, 0, 0, 0]


def test_tokens_are_embedded_like_words() -> None:
    assert product(vector([1, 2, 3], 64), vector([1, 2, 3], 64)) == pytest.approx(1)


def test_base64_holds_little_endian_floats() -> None:
    assert unpack("<2f", b64decode(base64_floats([0.5, -1.0]))) == (0.5, -1.0)
