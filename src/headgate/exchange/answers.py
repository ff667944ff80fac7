"""Answers that the gateway itself makes."""

from __future__ import annotations

from http import HTTPStatus

import orjson

from headgate.model.errors import CallError
from headgate.model.messages import Body, Headers, Response
from headgate.model.unicode import encodable

REASONS = {status.value: status.phrase for status in HTTPStatus}


def error_body(status: int, message: str) -> bytes:
    """Return the standard error body (apim.md 7.5)."""
    return b'{ "statusCode": %d, "message": %b }' % (status, orjson.dumps(encodable(message)))


def internal_body(message: str, request_id: str) -> bytes:
    """Return the body of a 500, which names the call so that its log can be found."""
    return b'{ "statusCode": 500, "message": %b, "activityId": "%b" }' % (
        orjson.dumps(encodable(message)),
        request_id.encode(),
    )


def error_response(error: CallError, request_id: str) -> Response:
    """Return the answer that a caller gets for an error if no policy changes it."""
    headers = Headers.of(("Content-Type", "application/json"), *error.headers)
    if error.status == 500:
        body = Body(internal_body(error.message, request_id))
    else:
        body = Body(error_body(error.status, error.message))
    return Response(error.status, REASONS.get(error.status, "Error"), headers, body)
