from __future__ import annotations

import gzip
import zlib

import pytest

from headgate.model.errors import CallError
from headgate.model.messages import Body, Headers, Response
from headgate.policy.rewriting import INFLATED_MAX, rewrite_body
from headgate.testing.playbook import make_response


def rewritten(body: bytes, encoding: str | None = None) -> Response:
    headers = {} if encoding is None else {"Content-Encoding": encoding}
    response = make_response(200, body, headers=headers)
    rewrite_body(response, lambda text: text.replace(b"old", b"new"), source="test")
    return response


def content(response: Response) -> bytes:
    assert response.body is not None
    return response.body.outgoing


@pytest.mark.parametrize("encoding", [None, "identity"])
def test_plain_bodies_are_changed(encoding: str | None) -> None:
    assert content(rewritten(b"old and old", encoding)) == b"new and new"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"old")),
        ("X-GZIP", gzip.compress(b"old")),
        ("deflate", zlib.compress(b"old")),
    ],
)
def test_compressed_bodies_are_changed_in_plain(encoding: str, body: bytes) -> None:
    response = rewritten(body, encoding)
    assert content(response) == b"new"
    assert "Content-Encoding" not in response.headers


def test_a_body_that_nothing_changes_in_stays_as_it_was() -> None:
    packed = gzip.compress(b"other")
    response = rewritten(packed, "gzip")
    assert content(response) == packed
    assert "Content-Encoding" in response.headers


@pytest.mark.parametrize(
    ("encoding", "body", "message"),
    [
        ("br", b"?", "content encoding br"),
        ("gzip", b"not gzip", "cannot be decompressed"),
        ("gzip", gzip.compress(b"old")[:-9], "cut off"),
        ("gzip", gzip.compress(bytes(INFLATED_MAX + 1)), "longer than"),
    ],
)
def test_a_body_that_cannot_be_read_is_an_error(encoding: str, body: bytes, message: str) -> None:
    with pytest.raises(CallError, match=message) as raised:
        rewritten(body, encoding)
    assert (raised.value.status, raised.value.source) == (500, "test")


def test_where_there_is_no_body_nothing_happens() -> None:
    rewrite_body(None, lambda text: b"x", source="test")
    response = Response(204, "No Content", Headers(), None)
    rewrite_body(response, lambda text: b"x", source="test")
    assert response.body is None
    empty = Response(200, "OK", Headers(), Body())
    rewrite_body(empty, lambda text: b"x", source="test")
    assert content(empty) == b""
