"""Which path asks for what, by Azure's and by OpenAI's paths (clients.md, section 1)."""

from __future__ import annotations

from enum import Enum
from urllib.parse import unquote

import msgspec


class Kind(Enum):
    """What is asked for."""

    CHAT = "/chat/completions"
    COMPLETIONS = "/completions"
    EMBEDDINGS = "/embeddings"
    MODELS = "/models"


class Route(msgspec.Struct, frozen=True):
    """A path, understood. `azure` decides how errors and answers look."""

    kind: Kind
    azure: bool
    name: str = ""
    """The deployment of the path, or the one model of `…/models/NAME`."""


def is_azure(path: str) -> bool:
    """Tell whether a path is one of Azure's: below `/openai` or, of Azure AI, `/models`."""
    return "/openai/" in path or path.startswith("/models/")


def route_of(path: str) -> Route | None:
    """Return what a path (no query string) asks for, whatever stands before; None: nothing."""
    azure = is_azure(path)
    _, in_deployment, rest = path.partition("/deployments/")
    name = unquote(rest.partition("/")[0]) if in_deployment else ""
    for kind in Kind:
        if path.endswith(kind.value):
            return Route(kind, azure, name)
    parent, _, model = path.rpartition("/")
    if parent.endswith(Kind.MODELS.value):
        return Route(Kind.MODELS, azure, unquote(model))
    return None
