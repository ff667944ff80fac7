from __future__ import annotations

import pytest

from headgate.tokens.events import normalise, payload


@pytest.mark.parametrize(
    ("event", "data"),
    [
        (b"data: {}", b"{}"),
        (b"data:{}", b"{}"),
        (b"data:  {}", b" {}"),
        (b"data: a\ndata: b", b"a\nb"),
        (b": comment\nevent: message\nid: 7\ndata: {}\nretry: 10", b"{}"),
        (b"\ndata: {}", b"{}"),
        (b": keep-alive", b""),
        (b"data", b""),
        (b"database: {}", b""),
        (b"", b""),
    ],
)
def test_the_payload_is_the_data_lines_joined(event: bytes, data: bytes) -> None:
    assert payload(event) == data


def test_line_ends_become_lf() -> None:
    assert normalise(b"a\r\nb\n\r\nc") == b"a\nb\n\nc"


def test_a_stream_without_cr_is_not_copied() -> None:
    stream = b"data: {}\n\n"
    assert normalise(stream) is stream
