"""Which dialect reads which kind of request."""

from __future__ import annotations

from collections.abc import Callable

from headgate.simulator.bodies import Incoming
from headgate.simulator.dialects import (
    anthropic_messages,
    gemini,
    openai_embeddings,
    openai_images,
    openai_responses,
    openai_speech,
    openai_text,
    openai_transcriptions,
)
from headgate.simulator.generation import Ask, CountAsk
from headgate.simulator.routes import Kind

READERS: dict[Kind, Callable[[Incoming], Ask]] = {
    Kind.CHAT: openai_text.read_chat,
    Kind.COMPLETIONS: openai_text.read_completions,
    Kind.EMBEDDINGS: openai_embeddings.read,
    Kind.RESPONSES: openai_responses.read,
    Kind.IMAGES: openai_images.read,
    Kind.TRANSCRIPTIONS: openai_transcriptions.read,
    Kind.SPEECH: openai_speech.read,
    Kind.MESSAGES: anthropic_messages.read,
    Kind.GENERATE: gemini.read,
    Kind.GENERATE_STREAM: gemini.read_stream,
}
COUNT_READERS: dict[Kind, Callable[[Incoming], CountAsk]] = {
    Kind.MESSAGES_COUNT: anthropic_messages.read_count,
    Kind.GENERATE_COUNT: gemini.read_count,
}
