"""Answers as bytes."""

from __future__ import annotations

import pytest

from headgate.gateway import framing
from headgate.gateway.framing import Refusal
from headgate.model.messages import Body, Headers, Response


def response(body: Body | None, status: int = 200, *headers: tuple[str, str]) -> Response:
    return Response(status, "Fine", Headers.of(*headers), body)


def test_refusal_has_the_shape_of_apim() -> None:
    assert framing.refusal(Refusal(404, 'No "x".')) == (
        b"HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 40\r\n"
        b'connection: close\r\n\r\n{"statusCode":404,"message":"No \\"x\\"."}'
    )
    assert framing.refusal(Refusal(500, "a"), "id").endswith(b',"activityId":"id"}')


def test_answer_is_framed_by_the_gateway_alone() -> None:
    made = response(
        Body(b"abc"), 200, ("Content-Length", "9"), ("Transfer-Encoding", "x"), ("A", "b")
    )
    assert framing.whole_answer(made, b"GET", connection=framing.CLOSE) == (
        b"HTTP/1.1 200 Fine\r\nA: b\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabc"
    )


@pytest.mark.parametrize(
    ("body", "status", "method", "length"),
    [
        (None, 200, b"GET", b"0"),
        (Body(b"abc"), 200, b"HEAD", b"3"),
        (None, 200, b"HEAD", b"9"),
        (None, 304, b"GET", b"9"),
        (Body(b"abc"), 204, b"GET", None),
        (None, 204, b"GET", None),
    ],
)
def test_answers_without_a_body(
    body: Body | None, status: int, method: bytes, length: bytes | None
) -> None:
    made = response(body, status, ("Content-Length", "9"))
    answer = framing.whole_answer(made, method, connection=b"")
    line = b"" if length is None else b"content-length: " + length + b"\r\n"
    assert answer == b"HTTP/1.1 %d Fine\r\n%b\r\n" % (status, line)


def test_consumed_body_is_empty() -> None:
    body = Body(b"abc")
    body.take(preserve=False)
    assert framing.whole_answer(response(body), b"GET", connection=b"").endswith(b": 0\r\n\r\n")


def test_reason_of_a_policy_adds_no_line() -> None:
    made = response(None)
    made.reason = "a\r\nX: y\u2028ż"
    head = framing.answer_head(made, b"", connection=b"")
    assert head == b"HTTP/1.1 200 aX: y?\r\n\r\n"


def test_chunk() -> None:
    assert framing.chunk(b"x" * 17) == b"11\r\n" + b"x" * 17 + b"\r\n"
