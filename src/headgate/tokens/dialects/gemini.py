"""Google Gemini: `generateContent` and its stream, as events or as one JSON array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from headgate.model.usage import TokenUsage
from headgate.tokens.body import (
    ABSENT,
    AS_WRITTEN,
    MEMBERS,
    add_compact,
    decode_or_none,
    decode_request,
)
from headgate.tokens.dialect import Dialect, LlmRequest
from headgate.tokens.editing import with_members
from headgate.tokens.events import event
from headgate.tokens.openai import cap, choices, lowered
from headgate.tokens.prompt import PromptParts
from headgate.tokens.reported import sound

_STREAM = ":streamGenerateContent"


class _Config(msgspec.Struct):
    maxOutputTokens: int | None = None
    max_output_tokens: int | None = None
    candidateCount: int | None = None
    candidate_count: int | None = None
    responseSchema: msgspec.Raw = ABSENT


class _GeminiBody(msgspec.Struct):
    """Both spellings of a member are accepted, as the service does."""

    contents: msgspec.Raw = ABSENT
    systemInstruction: msgspec.Raw = ABSENT
    system_instruction: msgspec.Raw = ABSENT
    tools: msgspec.Raw = ABSENT
    generationConfig: _Config | None = None
    generation_config: _Config | None = None


class _Modality(msgspec.Struct):
    modality: str = ""
    tokenCount: int = 0


class _Usage(msgspec.Struct):
    promptTokenCount: int | None = None
    candidatesTokenCount: int | None = None
    thoughtsTokenCount: int | None = None
    toolUsePromptTokenCount: int | None = None
    cachedContentTokenCount: int | None = None
    totalTokenCount: int | None = None
    promptTokensDetails: list[_Modality] | None = None
    candidatesTokensDetails: list[_Modality] | None = None


class _Content(msgspec.Struct):
    parts: list[dict[str, Any]] | None = None


class _Candidate(msgspec.Struct):
    content: _Content | None = None
    finishReason: str | None = None
    index: int = 0


class _Answer(msgspec.Struct):
    candidates: list[_Candidate] | None = None
    promptFeedback: msgspec.Raw = ABSENT
    usageMetadata: _Usage | None = None
    modelVersion: str | None = None


_BODY = msgspec.json.Decoder(_GeminiBody)
_ANSWERS = msgspec.json.Decoder(_Answer | list[_Answer])


class Gemini(Dialect):
    """`POST …/models/{model}:generateContent` and `:streamGenerateContent`."""

    name = "gemini"
    suffixes = (":generateContent", _STREAM)
    usage_mark = b'"usageMetadata"'
    reports_along = True
    array_stream = True
    can_cap = True

    def read(self, path: str, body: bytes) -> LlmRequest:
        """Read what is cheap to read of a request; raises RequestUnreadable."""
        content = decode_request(_BODY, body)
        config = content.generationConfig or content.generation_config or _Config()
        method = path.rstrip("/")
        return LlmRequest(
            dialect=self,
            model=method.rpartition(":")[0].rpartition("/")[2],
            stream=method.endswith(_STREAM),
            completion_cap=cap(config.maxOutputTokens or config.max_output_tokens or 0),
            choices=choices(config.candidateCount or config.candidate_count or 1),
            content=content,
        )

    def prompt_parts(self, request: LlmRequest) -> PromptParts:
        """Take instruction, contents and tools apart; tools count as their compact JSON."""
        content = request.content
        assert isinstance(content, _GeminiBody)
        parts = PromptParts()
        for raw in (content.systemInstruction or content.system_instruction, content.contents):
            found = decode_request(AS_WRITTEN, raw) if raw else None
            for item in found if isinstance(found, list) else [found]:
                _add_content(parts, item)
        if content.tools:
            add_compact(parts, content.tools)
        config = content.generationConfig or content.generation_config
        if config is not None and config.responseSchema:
            add_compact(parts, config.responseSchema)
        return parts

    def with_completion_cap(self, request: LlmRequest, body: bytes, *, cap: int) -> bytes:
        """Lower `generationConfig.maxOutputTokens`, or set it."""
        content = request.content
        assert isinstance(content, _GeminiBody)
        name = "generation_config" if content.generation_config else "generationConfig"
        config = getattr(content, name) or _Config()
        given = {
            "maxOutputTokens": config.maxOutputTokens,
            "max_output_tokens": config.max_output_tokens,
        }
        members = lowered(given, default="maxOutputTokens", cap=cap)
        if not members:
            return body
        written = decode_request(MEMBERS, body).get(name, ABSENT)
        kept = decode_or_none(MEMBERS, written) or {}
        return with_members(body, {name: kept | members})

    def usage(self, payload: bytes) -> TokenUsage | None:
        """Return the newest usage of a payload; each report counts from the beginning.

        Google counts thoughts and what tools read beside the rest; ours are whole.
        """
        found = list(_answers(payload))
        reports = [answer for answer in found if answer.usageMetadata is not None]
        if not reports or reports[-1].usageMetadata is None:
            return None
        usage, model = reports[-1].usageMetadata, reports[-1].modelVersion
        thoughts = usage.thoughtsTokenCount or 0
        output = (usage.candidatesTokenCount or 0) + thoughts
        prompt = usage.promptTokenCount
        if prompt is None:
            prompt = (usage.totalTokenCount or 0) - output
        else:
            prompt += usage.toolUsePromptTokenCount or 0
        return sound(
            TokenUsage(
                input_tokens=prompt,
                output_tokens=output,
                cached_tokens=usage.cachedContentTokenCount or 0,
                audio_input_tokens=_of_kind("AUDIO", usage.promptTokensDetails),
                image_input_tokens=_of_kind("IMAGE", usage.promptTokensDetails),
                reasoning_tokens=thoughts,
                audio_output_tokens=_of_kind("AUDIO", usage.candidatesTokensDetails),
                image_output_tokens=_of_kind("IMAGE", usage.candidatesTokensDetails),
                model=model or "",
            )
        )

    def text(self, payload: bytes) -> str:
        """Return the text of all candidates, thoughts, calls and code included."""
        parts = PromptParts()
        for candidate in _candidates(payload):
            for part in (candidate.content and candidate.content.parts) or ():
                _add_part(parts, part)
        return "".join(parts.texts)

    def ends(self, payload: bytes) -> bool:
        """Tell whether a payload says why it ended."""
        return any(candidate.finishReason for candidate in _candidates(payload))

    def truncated(self, payload: bytes) -> bool:
        """Tell whether a candidate met its cap."""
        return any(candidate.finishReason == "MAX_TOKENS" for candidate in _candidates(payload))

    def knows(self, payload: bytes) -> bool:
        """Tell whether a payload has candidates, or says why it has none."""
        return any(
            answer.candidates is not None or answer.promptFeedback for answer in _answers(payload)
        )

    def closing(
        self, recent: Sequence[bytes], first: bytes, *, usage: TokenUsage, show_usage: bool
    ) -> bytes:
        """Return a last chunk with the reason and the usage; nothing follows it."""
        newest = [answer for data in recent for answer in _answers(data)]
        indexes = sorted({c.index for answer in newest for c in answer.candidates or ()} or {0})
        version = next((a.modelVersion for a in newest if a.modelVersion is not None), None)
        chunk: dict[str, object] = {
            "candidates": [
                {
                    "content": {"parts": [{"text": ""}], "role": "model"},
                    "finishReason": "MAX_TOKENS",
                    "index": index,
                }
                for index in indexes
            ],
            "usageMetadata": {
                "promptTokenCount": usage.input_tokens,
                "candidatesTokenCount": usage.output_tokens - usage.reasoning_tokens,
                "thoughtsTokenCount": usage.reasoning_tokens,
                "totalTokenCount": usage.total_tokens,
            },
        }
        return event(chunk | ({"modelVersion": version} if version else {}), end=b"\r\n")


def _answers(payload: bytes) -> Iterator[_Answer]:
    found = decode_or_none(_ANSWERS, payload)
    if isinstance(found, list):
        yield from found
    elif found is not None:
        yield found


def _candidates(payload: bytes) -> Iterator[_Candidate]:
    for answer in _answers(payload):
        yield from answer.candidates or ()


def _of_kind(kind: str, details: list[_Modality] | None) -> int:
    return sum(item.tokenCount for item in details or () if item.modality == kind)


def _add_content(parts: PromptParts, content: object) -> None:
    found = content.get("parts") if isinstance(content, dict) else content
    for part in found if isinstance(found, list) else [found]:
        if isinstance(part, dict):
            _add_part(parts, part)
        else:
            parts.add(part)


def _add_part(parts: PromptParts, part: dict[str, Any]) -> None:
    """Add one part; calls and their answers count as JSON, binary data only if it is an image."""
    for name, value in part.items():
        if name in ("inlineData", "inline_data", "fileData", "file_data"):
            media = value if isinstance(value, dict) else {}
            if "image" in str(media.get("mimeType") or media.get("mime_type")):
                parts.images += 1
                parts.pictures.append(media)
        elif name in ("functionCall", "functionResponse", "function_call", "function_response"):
            parts.texts.append(msgspec.json.encode(value).decode())
        elif name not in ("thoughtSignature", "thought_signature"):
            parts.add(value)


DIALECT = Gemini()
