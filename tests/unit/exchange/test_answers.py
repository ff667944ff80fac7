from __future__ import annotations

import orjson

from headgate.exchange.answers import error_body, error_response
from headgate.model.errors import CallError


def test_the_standard_body_is_spelt_as_apim_does() -> None:
    assert error_body(404, "Resource not found") == (
        b'{ "statusCode": 404, "message": "Resource not found" }'
    )


def test_a_message_with_quotes_stays_json() -> None:
    assert orjson.loads(error_body(400, 'say "hi"\n'))["message"] == 'say "hi"\n'


def test_an_error_answers_with_its_headers_and_the_phrase_of_its_status() -> None:
    error = CallError(
        429, "Slow down.", source="rate-limit", reason="R", headers=(("Retry-After", "7"),)
    )
    response = error_response(error)
    assert (response.status, response.reason) == (429, "Too Many Requests")
    assert response.headers.get("retry-after") == "7"
    assert response.headers.get("content-type") == "application/json"


def test_a_status_without_a_phrase_is_an_error_all_the_same() -> None:
    assert error_response(CallError(599, "x", source="s", reason="r")).reason == "Error"
