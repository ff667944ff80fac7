"""Lists of models and single models, as each vendor shows them."""

from __future__ import annotations

from typing import Any

from headgate.simulator.vendors import Vendor

SOME_MODELS = {
    Vendor.OPENAI: ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "text-embedding-3-small"),
    Vendor.ANTHROPIC: ("claude-sonnet-5-5", "claude-haiku-5-5"),
    Vendor.GOOGLE: ("gemini-2.5-pro", "gemini-2.5-flash"),
}
"""What is listed where every model exists."""


def listed(names: tuple[str, ...], vendor: Vendor) -> dict[str, Any]:
    """Return a list of models; without names of some."""
    names = names or SOME_MODELS.get(vendor, SOME_MODELS[Vendor.OPENAI])
    entries = [model(name, vendor) for name in names]
    if vendor is Vendor.GOOGLE:
        return {"models": entries}
    if vendor is Vendor.ANTHROPIC:
        ends = {"first_id": names[0], "last_id": names[-1]}
        return {"data": entries, "has_more": False} | ends
    return {"object": "list", "data": entries}


def model(name: str, vendor: Vendor) -> dict[str, Any]:
    """Return one entry of a list of models."""
    if vendor is Vendor.GOOGLE:
        methods = ["generateContent", "streamGenerateContent", "countTokens"]
        limits = {"inputTokenLimit": 1_048_576, "outputTokenLimit": 65_536}
        entry = {"name": f"models/{name}", "baseModelId": name, "version": "001"}
        return entry | {"displayName": name, "supportedGenerationMethods": methods} | limits
    if vendor is Vendor.ANTHROPIC:
        entry = {"type": "model", "id": name, "display_name": name}
        return entry | {"created_at": "1970-01-01T00:00:00Z", "lifecycle": "active"}
    openai: dict[str, Any] = {"id": name, "object": "model", "created": 0, "owned_by": "simulator"}
    if vendor is Vendor.AZURE:
        chat = not name.startswith("text-embedding")
        capabilities = {"inference": True, "chat_completion": chat, "embeddings": not chat}
        openai |= {"status": "succeeded", "capabilities": capabilities}
    return openai
