from __future__ import annotations

import pytest

from headgate.simulator.vendors import Vendor, credential, vendor_of


@pytest.mark.parametrize(
    ("path", "headers", "vendor"),
    [
        ("/v1/models", {}, Vendor.OPENAI),
        ("/v1/models", {"anthropic-version": "2023-06-01"}, Vendor.ANTHROPIC),
        ("/v1/models", {"x-api-key": "k"}, Vendor.ANTHROPIC),
        ("/v1/messages", {}, Vendor.ANTHROPIC),
        ("/openai/models", {}, Vendor.AZURE),
        ("/models/chat/completions", {}, Vendor.AZURE),
        ("/v1beta/models", {}, Vendor.GOOGLE),
        ("/v1/models/g:generateContent", {}, Vendor.GOOGLE),
        ("/nowhere", {"x-goog-api-key": "k"}, Vendor.GOOGLE),
        ("/nowhere", {}, Vendor.OPENAI),
        ("/v1/chat/completions", {"x-api-key": "k"}, Vendor.OPENAI),
        ("/openai/models", {"x-goog-api-key": "k"}, Vendor.AZURE),
        ("/v1/models/ft:gpt-4o:me", {}, Vendor.OPENAI),
    ],
)
def test_vendor_is_known_by_path_and_headers(
    path: str, headers: dict[str, str], vendor: Vendor
) -> None:
    assert vendor_of(path, headers) is vendor


@pytest.mark.parametrize("name", ["api-key", "x-api-key", "x-goog-api-key", "authorization"])
def test_credential_is_found_wherever_it_comes(name: str) -> None:
    assert credential({name: "k"}, {}) == "k"
    assert credential({name: "Bearer k"}, {"key": "other"}) == "k"


def test_credential_may_be_a_parameter_or_absent() -> None:
    assert credential({}, {"key": "k"}) == "k"
    assert credential({"api-key": ""}, {}) == ""
