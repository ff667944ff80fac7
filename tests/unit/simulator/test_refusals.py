from __future__ import annotations

import msgspec
import pytest

from headgate.simulator import refusals
from headgate.simulator.refusals import Refusal
from headgate.simulator.vendors import Vendor


def error(refusal: Refusal, *, azure: bool) -> dict[str, object]:
    vendor = Vendor.AZURE if azure else Vendor.OPENAI
    body: dict[str, dict[str, object]] = msgspec.json.decode(refusal.body(vendor))
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


@pytest.mark.parametrize(
    ("status", "anthropic", "google"),
    [
        (400, "invalid_request_error", "INVALID_ARGUMENT"),
        (401, "authentication_error", "UNAUTHENTICATED"),
        (404, "not_found_error", "NOT_FOUND"),
        (429, "rate_limit_error", "RESOURCE_EXHAUSTED"),
        (503, "overloaded_error", "UNAVAILABLE"),
    ],
)
def test_anthropic_and_google_name_errors_by_status(
    status: int, anthropic: str, google: str
) -> None:
    refusal = Refusal(status=status, message="no")
    assert msgspec.json.decode(refusal.body(Vendor.ANTHROPIC)) == {
        "type": "error",
        "error": {"type": anthropic, "message": "no"},
    }
    assert msgspec.json.decode(refusal.body(Vendor.GOOGLE)) == {
        "error": {"code": status, "message": "no", "status": google}
    }


def test_google_says_in_the_body_how_long_to_wait() -> None:
    refusal = refusals.rate_limited(1500).refusal
    [detail] = msgspec.json.decode(refusal.body(Vendor.GOOGLE))["error"]["details"]
    assert detail["retryDelay"] == "1.500s"


def test_limits_follow_the_wait() -> None:
    limits = (("x-ratelimit-remaining-tokens", "0"),)
    assert refusals.rate_limited(1000, limits=limits).refusal.headers[-1] == limits[0]
