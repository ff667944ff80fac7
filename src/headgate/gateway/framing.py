"""The bytes of answers to clients: heads, chunks, and the refusals that no policy sees."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus

import msgspec
import orjson

from headgate.model.messages import Response
from headgate.upstream.wire import HOP_BY_HOP, head_lines

REASONS = {status.value: status.phrase for status in HTTPStatus}

_DROPPED = HOP_BY_HOP | {b"content-length"}

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
CHUNKED = b"transfer-encoding: chunked\r\n"
CLOSE = b"connection: close\r\n"
KEEP_ALIVE = b"connection: keep-alive\r\n"


class Refusal(msgspec.Struct, frozen=True):
    """A request that is answered before there is a call."""

    status: int
    message: str


def refusal(refused: Refusal, request_id: str = "") -> bytes:
    """Return a whole answer in APIM's shape (apim.md 7.5); the connection closes after it."""
    fields: dict[str, object] = {"statusCode": refused.status, "message": refused.message}
    if request_id:
        fields["activityId"] = request_id
    body = orjson.dumps(fields)
    return (
        b"HTTP/1.1 %d %b\r\ncontent-type: application/json\r\n"
        b"content-length: %d\r\nconnection: close\r\n\r\n%b"
        % (refused.status, REASONS[refused.status].encode("ascii"), len(body), body)
    )


@lru_cache(maxsize=256)
def status_line(status: int, reason: str) -> bytes:
    """Return the first line of an answer, without its end."""
    if not reason.isprintable():
        # A policy made it: a line end in it would begin a header.
        reason = "".join(character for character in reason if character.isprintable())
    return b"HTTP/1.1 %d %b" % (status, reason.encode("latin-1", "replace"))


def answer_head(
    response: Response, framing: bytes, *, connection: bytes, content: bytes = b""
) -> bytes:
    """Return the head of an answer; `framing` and `connection` are whole lines or nothing.

    `content` is what leaves in the same write.
    """
    return head_lines(
        status_line(response.status, response.reason),
        response.headers.items,
        dropped=_DROPPED,
        rest=b"%b%b\r\n%b" % (framing, connection, content),
    )


def length_line(length: int) -> bytes:
    """Return the Content-Length line."""
    return b"content-length: %d\r\n" % length


def chunk(data: bytes) -> bytes:
    """Return one chunk. `data` is not empty: an empty chunk would end the body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def bodiless(response: Response, method: bytes) -> bool:
    """Whether the answer has no body whatever stands in it (RFC 9112, 6.3)."""
    return method == b"HEAD" or response.status in (204, 304)


def whole_answer(response: Response, method: bytes, *, connection: bytes) -> bytes:
    """Return an answer whose body is complete, or that has none."""
    body = response.body
    content = b"" if body is None else body.outgoing
    if not bodiless(response, method):
        line = b"content-length: %d\r\n" % len(content)
        return answer_head(response, line, connection=connection, content=content)
    framing = b""
    if response.status != 204:
        # What a GET would have answered: the upstream said so, or a policy made the body.
        length = response.headers.first(b"content-length")
        if content:
            framing = length_line(len(content))
        elif length is not None:
            framing = b"content-length: %b\r\n" % length
    return answer_head(response, framing, connection=connection)
