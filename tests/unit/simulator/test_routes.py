from __future__ import annotations

import pytest

from headgate.simulator.routes import Kind, Route, route_of


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/openai/deployments/gpt-4o/chat/completions", Route(Kind.CHAT, True, "gpt-4o")),
        ("/openai/deployments/a%20b/completions", Route(Kind.COMPLETIONS, True, "a b")),
        ("/prefix/openai/deployments/e/embeddings", Route(Kind.EMBEDDINGS, True, "e")),
        ("/openai/v1/chat/completions", Route(Kind.CHAT, True)),
        ("/models/chat/completions", Route(Kind.CHAT, True)),
        ("/v1/chat/completions", Route(Kind.CHAT, False)),
        ("/chat/completions", Route(Kind.CHAT, False)),
        ("/v1/completions", Route(Kind.COMPLETIONS, False)),
        ("/v1/embeddings", Route(Kind.EMBEDDINGS, False)),
        ("/v1/models", Route(Kind.MODELS, False)),
        ("/openai/models", Route(Kind.MODELS, True)),
        ("/v1/models/gpt-4o", Route(Kind.MODELS, False, "gpt-4o")),
    ],
)
def test_path_is_understood(path: str, route: Route) -> None:
    assert route_of(path) == route


@pytest.mark.parametrize("path", ["/", "", "/v1", "/v1/responses", "/v1/chat", "*"])
def test_other_paths_are_nothing(path: str) -> None:
    assert route_of(path) is None
