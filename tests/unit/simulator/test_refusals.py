from __future__ import annotations

import msgspec
import pytest

from headgate.simulator import refusals
from headgate.simulator.refusals import Refusal


def error(refusal: Refusal, *, azure: bool) -> dict[str, object]:
    body: dict[str, dict[str, object]] = msgspec.json.decode(refusal.body(azure=azure))
    return body["error"]


def test_azure_and_openai_word_a_bad_key_differently() -> None:
    assert error(refusals.BAD_KEY, azure=True).keys() == {"code", "message"}
    assert error(refusals.BAD_KEY, azure=True)["code"] == "401"
    openai = error(refusals.BAD_KEY, azure=False)
    assert (openai["code"], openai["type"]) == ("invalid_api_key", "invalid_request_error")


def test_error_of_the_model_looks_the_same_on_both() -> None:
    refusal = refusals.bad_body("no", param="n", code="c").refusal
    assert error(refusal, azure=True) == error(refusal, azure=False)
    assert error(refusal, azure=True) == {
        "message": "no",
        "type": "invalid_request_error",
        "param": "n",
        "code": "c",
    }


def test_unknown_deployment_has_azures_code() -> None:
    refusal = refusals.unknown_model("x").refusal
    assert refusal.status == 404
    assert error(refusal, azure=True)["code"] == "DeploymentNotFound"
    assert error(refusal, azure=False)["code"] == "model_not_found"
    assert "`x`" in str(error(refusal, azure=False)["message"])


@pytest.mark.parametrize(
    ("milliseconds", "seconds"), [(0, "0"), (1, "1"), (1000, "1"), (1001, "2")]
)
def test_retry_after_is_rounded_up_to_seconds(milliseconds: int, seconds: str) -> None:
    refusal = refusals.rate_limited(milliseconds).refusal
    assert refusal.headers == [("retry-after", seconds), ("retry-after-ms", str(milliseconds))]
    assert f"after {seconds} seconds" in str(error(refusal, azure=True)["message"])


def test_error_without_a_wait_has_no_such_headers() -> None:
    assert refusals.SERVER_ERROR.headers == []
    assert refusals.unavailable(1).refusal.headers != []
