"""Whose API a request speaks: errors, headers and lists of models look different."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

_ANTHROPIC_ENDS = ("/messages", "/messages/count_tokens")
_GOOGLE_ENDS = (":generateContent", ":streamGenerateContent", ":countTokens")
_OPENAI_ENDS = (
    *("/completions", "/embeddings", "/responses"),
    *("/images/generations", "/audio/transcriptions", "/audio/speech"),
)
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

    Azure's are below `/openai` or, of Azure AI, `/models`. Lists of models have the same path at
    OpenAI and Anthropic: there, and where there is nothing, headers that only one of them has
    decide.
    """
    if "/v1beta/" in path or path.endswith(_GOOGLE_ENDS):
        return Vendor.GOOGLE
    if path.endswith(_ANTHROPIC_ENDS):
        return Vendor.ANTHROPIC
    if "/openai/" in path or path.startswith("/models/"):
        return Vendor.AZURE
    if path.endswith(_OPENAI_ENDS):
        return Vendor.OPENAI
    if "x-goog-api-key" in headers:
        return Vendor.GOOGLE
    if "anthropic-version" in headers or "x-api-key" in headers:
        return Vendor.ANTHROPIC
    return Vendor.OPENAI


def credential(headers: Mapping[str, str], query: Mapping[str, str]) -> str:
    """Return the credential that came, without `Bearer`; empty: none."""
    given = (headers[name] for name in KEY_HEADERS if headers.get(name))
    key = next(given, "") or query.get("key", "")
    return key[7:].strip() if key[:7].lower() == "bearer " else key
