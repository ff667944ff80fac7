"""Errors, shaped as each vendor does; worded as Azure OpenAI and as OpenAI do."""

from __future__ import annotations

from math import ceil
from typing import Any

import msgspec
import orjson

from headgate.simulator.vendors import Vendor

_ANTHROPIC_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    503: "overloaded_error",
}
_GOOGLE_STATUSES = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """One error. Where Azure has its own code and text, those of the model's API are not used."""

    status: int
    message: str
    kind: str = "invalid_request_error"
    param: str | None = None
    code: str | None = None
    azure_code: str | None = None
    azure_message: str = ""
    retry_after_ms: int | None = None
    limits: tuple[tuple[str, str], ...] = ()
    """Headers about the provider's own limits."""

    def body(self, vendor: Vendor) -> bytes:
        """Return the JSON that the vendor sends."""
        if vendor is Vendor.ANTHROPIC:
            kind = _ANTHROPIC_TYPES.get(self.status, "invalid_request_error")
            error = {"type": kind, "message": self.message}
            return orjson.dumps({"type": "error", "error": error})
        if vendor is Vendor.GOOGLE:
            return orjson.dumps({"error": self._google()})
        if vendor is Vendor.AZURE and self.azure_code is not None:
            azure = {"code": self.azure_code, "message": self.azure_message or self.message}
            return orjson.dumps({"error": azure})
        openai = {"message": self.message, "type": self.kind, "param": self.param}
        return orjson.dumps({"error": openai | {"code": self.code}})

    def _google(self) -> dict[str, Any]:
        """Return a google.rpc.Status; how long to wait stands in its details."""
        status = _GOOGLE_STATUSES.get(self.status, "INVALID_ARGUMENT")
        error: dict[str, Any] = {"code": self.status, "message": self.message, "status": status}
        if self.retry_after_ms is not None:
            delay = f"{self.retry_after_ms / 1000:.3f}s"
            error["details"] = [
                {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
            ]
        return error

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Return `retry-after` in whole seconds and `retry-after-ms`, if one shall wait."""
        if self.retry_after_ms is None:
            return []
        seconds = str(ceil(self.retry_after_ms / 1000))
        wait = [("retry-after", seconds), ("retry-after-ms", str(self.retry_after_ms))]
        return [*wait, *self.limits]


class Refused(Exception):
    """The call ends with an error answer."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def bad_body(message: str, *, param: str | None = None, code: str | None = None) -> Refused:
    """Return what answers a body that makes no sense."""
    return Refused(Refusal(status=400, message=message, param=param, code=code))


def bad_override(message: str) -> Refused:
    """Return what answers an `x-simulator-` header that makes no sense."""
    return Refused(Refusal(status=400, message=message, code="bad_simulator_header"))


BAD_KEY = Refusal(
    status=401,
    message="Incorrect API key provided. You can find your API key at"
    " https://platform.openai.com/account/api-keys.",
    code="invalid_api_key",
    azure_code="401",
    azure_message="Access denied due to invalid subscription key or wrong API endpoint. Make sure"
    " to provide a valid key for an active subscription and use a correct regional API endpoint"
    " for your resource.",
)

NO_RESOURCE = Refusal(
    status=404,
    message="Invalid URL",
    azure_code="404",
    azure_message="Resource not found",
)

WRONG_METHOD = Refusal(
    status=405,
    message="Not allowed to use this method on this URL.",
    code="method_not_supported",
    azure_code="405",
)

SERVER_ERROR = Refusal(
    status=500,
    message="The server had an error while processing your request. Sorry about that!",
    kind="server_error",
    azure_code="InternalServerError",
)


def unknown_model(name: str) -> Refused:
    """Return what answers a deployment or model that there is not."""
    return Refused(
        Refusal(
            status=404,
            message=f"The model `{name}` does not exist or you do not have access to it.",
            code="model_not_found",
            azure_code="DeploymentNotFound",
            azure_message="The API deployment for this resource does not exist. If you created the"
            " deployment within the last 5 minutes, please wait a moment and try again.",
        )
    )


def rate_limited(
    retry_after_ms: int, *, kind: str = "tokens", limits: tuple[tuple[str, str], ...] = ()
) -> Refused:
    """Return what answers a call beyond the provider's own limit of `tokens` or `requests`."""
    seconds = retry_after_ms / 1000
    return Refused(
        Refusal(
            status=429,
            message=f"Rate limit reached on {kind} per min. Please try again in {seconds:.3f}s."
            " Visit https://platform.openai.com/account/rate-limits to learn more.",
            kind=kind,
            code="rate_limit_exceeded",
            azure_code="429",
            azure_message=f"Requests to this operation have exceeded the {kind.removesuffix('s')}"
            " rate limit of your current OpenAI S0 pricing tier. Please retry after"
            f" {ceil(seconds)} seconds.",
            retry_after_ms=retry_after_ms,
            limits=limits,
        )
    )


def unavailable(retry_after_ms: int) -> Refused:
    """Return what answers when the provider is overloaded."""
    return Refused(
        Refusal(
            status=503,
            message="The engine is currently overloaded, please try again later.",
            kind="server_error",
            azure_code="ServiceUnavailable",
            retry_after_ms=retry_after_ms,
        )
    )
