from __future__ import annotations

import pytest

from headgate.simulator.routes import Kind, Route, route_of
from headgate.simulator.vendors import Vendor

AZURE, OPENAI = Vendor.AZURE, Vendor.OPENAI


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/openai/deployments/gpt-4o/chat/completions", Route(Kind.CHAT, AZURE, "gpt-4o")),
        ("/openai/deployments/a%20b/completions", Route(Kind.COMPLETIONS, AZURE, "a b")),
        ("/prefix/openai/deployments/e/embeddings", Route(Kind.EMBEDDINGS, AZURE, "e")),
        ("/openai/v1/chat/completions", Route(Kind.CHAT, AZURE)),
        ("/models/chat/completions", Route(Kind.CHAT, AZURE)),
        ("/v1/chat/completions", Route(Kind.CHAT, OPENAI)),
        ("/chat/completions", Route(Kind.CHAT, OPENAI)),
        ("/v1/completions", Route(Kind.COMPLETIONS, OPENAI)),
        ("/v1/embeddings", Route(Kind.EMBEDDINGS, OPENAI)),
        ("/v1/models", Route(Kind.MODELS, OPENAI)),
        ("/openai/models", Route(Kind.MODELS, AZURE)),
        ("/v1/models/gpt-4o", Route(Kind.MODELS, OPENAI, "gpt-4o")),
        ("/v1/responses", Route(Kind.RESPONSES, OPENAI)),
        ("/openai/responses", Route(Kind.RESPONSES, AZURE)),
        ("/openai/v1/responses", Route(Kind.RESPONSES, AZURE)),
        ("/openai/deployments/i/images/generations", Route(Kind.IMAGES, AZURE, "i")),
        ("/v1/audio/transcriptions", Route(Kind.TRANSCRIPTIONS, OPENAI)),
        ("/v1/audio/speech", Route(Kind.SPEECH, OPENAI)),
        ("/v1/messages", Route(Kind.MESSAGES, Vendor.ANTHROPIC)),
        ("/anthropic/v1/messages/count_tokens", Route(Kind.MESSAGES_COUNT, Vendor.ANTHROPIC)),
        ("/v1beta/models/g-2:generateContent", Route(Kind.GENERATE, Vendor.GOOGLE, "g-2")),
        ("/v1/models/g:streamGenerateContent", Route(Kind.GENERATE_STREAM, Vendor.GOOGLE, "g")),
        ("/v1beta/models/g:countTokens", Route(Kind.GENERATE_COUNT, Vendor.GOOGLE, "g")),
        ("/v1beta/models", Route(Kind.MODELS, Vendor.GOOGLE)),
        ("/v1beta/models/g", Route(Kind.MODELS, Vendor.GOOGLE, "g")),
    ],
)
def test_path_is_understood(path: str, route: Route) -> None:
    assert route_of(path, {}) == route


@pytest.mark.parametrize("path", ["/", "", "/v1", "/v1/chat", "*"])
def test_other_paths_are_nothing(path: str) -> None:
    assert route_of(path, {}) is None
