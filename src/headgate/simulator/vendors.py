"""Whose API a request speaks: errors, headers and lists of models look different."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

_ANTHROPIC_PATHS = ("/messages", "/messages/count_tokens")
KEY_HEADERS = ("api-key", "x-api-key", "x-goog-api-key", "authorization")
"""Where credentials come, the first found counts; Google's may also be the parameter `key`."""


class Vendor(Enum):
    """Who answers."""

    OPENAI = auto()
    AZURE = auto()
    """OpenAI's bodies with Azure's errors and content filter results."""
    ANTHROPIC = auto()
    GOOGLE = auto()


def vendor_of(path: str, headers: Mapping[str, str]) -> Vendor:
    """Return whose API a request speaks, by its path and, where that leaves it open, its headers.

    Azure's are below `/openai` or, of Azure AI, `/models`. Anthropic's `/v1/models` is OpenAI's as
    well: there `anthropic-version` or `x-api-key` decides.
    """
    if (
        "/v1beta/" in path
        or path.rpartition("/")[2].partition(":")[1]
        or "x-goog-api-key" in headers
    ):
        return Vendor.GOOGLE
    if path.endswith(_ANTHROPIC_PATHS) or "anthropic-version" in headers or "x-api-key" in headers:
        return Vendor.ANTHROPIC
    if "/openai/" in path or path.startswith("/models/"):
        return Vendor.AZURE
    return Vendor.OPENAI


def credential(headers: Mapping[str, str], query: Mapping[str, str]) -> str:
    """Return the credential that came, without `Bearer`; empty: none."""
    given = (headers[name] for name in KEY_HEADERS if headers.get(name))
    key = next(given, "") or query.get("key", "")
    return key[7:].strip() if key[:7].lower() == "bearer " else key
