from __future__ import annotations

import orjson

from headgate.exchange.answers import error_body, error_response, internal_body
from headgate.model.errors import CallError, internal_error

REQUEST = "11111111-2222-4333-8444-555555555555"


def test_an_internal_error_names_the_call() -> None:
    response = error_response(internal_error("set-body", "R", detail="secret detail"), REQUEST)
    assert response.body is not None
    assert response.body.content == (
        b'{ "statusCode": 500, "message": "Internal server error", "activityId": "%b" }'
        % REQUEST.encode()
    )


def test_the_standard_body_is_spelt_as_apim_does() -> None:
    assert error_body(404, "Resource not found") == (
        b'{ "statusCode": 404, "message": "Resource not found" }'
    )


def test_a_message_with_quotes_stays_json() -> None:
    assert orjson.loads(error_body(400, 'say "hi"\n'))["message"] == 'say "hi"\n'


def test_a_message_may_hold_what_utf_8_has_not() -> None:
    assert orjson.loads(error_body(400, "no \ud800"))["message"] == "no \ufffd"
    assert orjson.loads(internal_body("no \ud800", REQUEST))["message"] == "no \ufffd"


def test_an_error_answers_with_its_headers_and_the_phrase_of_its_status() -> None:
    error = CallError(
        429, "Slow down.", source="rate-limit", reason="R", headers=(("Retry-After", "7"),)
    )
    response = error_response(error, REQUEST)
    assert (response.status, response.reason) == (429, "Too Many Requests")
    assert response.headers.get("retry-after") == "7"
    assert response.headers.get("content-type") == "application/json"


def test_a_status_without_a_phrase_is_an_error_all_the_same() -> None:
    assert error_response(CallError(599, "x", source="s", reason="r"), REQUEST).reason == "Error"
