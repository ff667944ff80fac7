from __future__ import annotations

import pytest

from headgate.tokens.events import event, normalise, payload


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


def test_an_event_is_written_as_it_is_read() -> None:
    written = event({"a": "b\nc"})
    assert written == b'data: {"a":"b\\nc"}\n\n'
    assert payload(written.rstrip()) == b'{"a":"b\\nc"}'


def test_an_event_may_have_a_name_and_other_line_ends() -> None:
    assert event(1, name="stop", end=b"\r\n") == b"event: stop\r\ndata: 1\r\n\r\n"
