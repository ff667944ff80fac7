from __future__ import annotations

import pytest

from headgate.policy import json_reading as subject
from headgate.policy.json_reading import JsonRefused, read_json


def test_json_is_read_up_to_the_bounds() -> None:
    assert read_json(b'{"a": [1.5, null]}') == {"a": [1.5, None]}
    assert len(read_json(b'"' + b"x" * (subject.SIZE_MAX - 2) + b'"')) == subject.SIZE_MAX - 2
    assert len(read_json(b"[" + b"[]," * (subject.BRACKETS_MAX - 2) + b"[]]")) == 19_999


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"<a/>",
        b'"' + b"x" * (subject.SIZE_MAX - 1) + b'"',
        b"[" + b"[]," * subject.BRACKETS_MAX + b"1]",
        b"[" * 2_000 + b"]" * 2_000,
    ],
)
def test_what_is_no_json_or_too_much_of_it_is_refused(body: bytes) -> None:
    with pytest.raises(JsonRefused):
        read_json(body)
