"""What is said in a prompt, by whom, and what else the request asks for; in every dialect alike.

For caches that answer prompts of the same meaning: what is said may differ a little, what else
stands in the request, such as tools, the form of the answer or the temperature, may not.
"""

from __future__ import annotations

from typing import Any

import msgspec

from headgate.tokens.body import ANY, decode_request

SYSTEM_MEMBERS = ("system", "instructions", "systemInstruction", "system_instruction")
TURN_MEMBERS = ("messages", "input", "contents", "prompt")
SYSTEM_ROLES = frozenset(("system", "developer"))

PERSONAL = frozenset(
    ("user", "metadata", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "store")
)
"""Members that say who asks, or what the provider keeps: the answer does not depend on them."""

REMEMBERED = ("previous_response_id", "conversation", "cachedContent", "cached_content")
"""Members for what was said before and does not stand in the request."""

_LABELS = frozenset(
    ("type", "id", "role", "status", "cache_control", "tool_call_id", "call_id", "tool_use_id")
)
_MEDIA = ("image", "audio", "video", "file", "document")
_MEDIA_MEMBERS = frozenset(("inlineData", "inline_data", "fileData", "file_data"))


class Dialogue(msgspec.Struct, frozen=True):
    """A prompt of text alone."""

    system: tuple[str, ...]
    """What the model is told about its task."""
    turns: tuple[tuple[str, str], ...]
    """Role and text of each message, oldest first; calls of tools and their results included."""
    rest: bytes
    """The other members of the request as JSON with sorted keys."""


def dialogue(body: bytes) -> Dialogue | None:
    """Return what a request says; None if that is more than text, or not all in the request.

    Raises RequestUnreadable.
    """
    members = decode_request(ANY, body)
    if not isinstance(members, dict) or any(members.get(name) for name in REMEMBERED):
        return None
    system: list[str] = []
    turns: list[tuple[str, str]] = []
    for name in SYSTEM_MEMBERS:
        text = text_of(members.pop(name, None))
        if text is None:
            return None
        if text:
            system.append(text)
    for name in TURN_MEMBERS:
        said = members.pop(name, None)
        for item in said if isinstance(said, list) else [said] if said else ():
            text = text_of(item)
            if text is None:
                return None
            role = role_of(item)
            if role in SYSTEM_ROLES:
                system.append(text)
            else:
                turns.append((role, text))
    if not any(text for _, text in turns):
        return None
    rest = {k: v for k, v in members.items() if k not in PERSONAL and v not in (None, False)}
    return Dialogue(tuple(system), tuple(turns), msgspec.json.encode(rest, order="sorted"))


def role_of(item: Any) -> str:
    """Return who says something: the user, if nothing else is written."""
    if not isinstance(item, dict):
        return "user"
    role = item.get("role") or item.get("type")
    return role if isinstance(role, str) else "user"


def text_of(value: Any) -> str | None:
    """Return the texts of a part of a prompt, in their order; None if there is more than text.

    Walks with a list instead of recursion: how deep a value nests is the caller's choice.
    """
    texts: list[str] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            texts.append(item)
        elif isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict):
            kind = item.get("type")
            if isinstance(kind, str) and any(media in kind for media in _MEDIA):
                return None
            if not _MEDIA_MEMBERS.isdisjoint(item):
                return None
            waiting.extend(v for k, v in reversed(item.items()) if k not in _LABELS)
        elif item is not None:
            # Numbers say something too: tokens instead of text, or what a tool was asked for.
            texts.append(str(item))
    return "\n".join(texts)
