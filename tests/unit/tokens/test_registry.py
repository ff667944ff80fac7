from __future__ import annotations

import pytest

from headgate.tokens.dialects import generic, openai_chat, openai_completions, openai_embeddings
from headgate.tokens.registry import DIALECTS, dialect_for


def test_every_module_of_the_package_is_a_dialect() -> None:
    for module in (generic, openai_chat, openai_completions, openai_embeddings):
        assert DIALECTS[module.DIALECT.name] is module.DIALECT


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/chat/completions", "openai-chat"),
        ("/openai/deployments/d/chat/completions", "openai-chat"),
        ("/openai/v1/chat/completions/", "openai-chat"),
        ("/v1/completions", "openai-completions"),
        ("/openai/deployments/d/completions", "openai-completions"),
        ("/openai/deployments/d/embeddings", "openai-embeddings"),
        ("/v1/responses", "openai-responses"),
        ("/openai/responses", "openai-responses"),
        ("/openai/deployments/d/images/generations", "openai-images"),
        ("/v1/images/edits", "openai-images"),
        ("/v1/audio/transcriptions", "openai-audio"),
        ("/openai/deployments/d/audio/speech", "openai-audio"),
        ("/v1/messages", "anthropic-messages"),
        ("/anthropic/v1/messages", "anthropic-messages"),
        ("/v1beta/models/g:generateContent", "gemini"),
        ("/v1beta/models/g:streamGenerateContent", "gemini"),
        ("/v1/threads/t1/messages", "generic"),
        ("/v1/models", "generic"),
        ("/v1/chat/completions/extra", "generic"),
        ("/mycompletions", "generic"),
        ("", "generic"),
    ],
)
def test_the_longest_known_end_of_the_path_decides(path: str, name: str) -> None:
    assert dialect_for(path).name == name


def test_no_two_dialects_claim_one_suffix() -> None:
    suffixes = [suffix for dialect in DIALECTS.values() for suffix in dialect.suffixes]
    assert len(suffixes) == len(set(suffixes))
