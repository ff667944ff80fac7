"""Which path asks for what, by the paths of each vendor (clients.md, section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from urllib.parse import unquote

import msgspec

from headgate.simulator.vendors import Vendor, vendor_of


class Kind(Enum):
    """What is asked for: the end of the path, of Google the method behind the model's name."""

    CHAT = "/chat/completions"
    COMPLETIONS = "/completions"
    EMBEDDINGS = "/embeddings"
    RESPONSES = "/responses"
    IMAGES = "/images/generations"
    TRANSCRIPTIONS = "/audio/transcriptions"
    SPEECH = "/audio/speech"
    MESSAGES = "/messages"
    MESSAGES_COUNT = "/messages/count_tokens"
    GENERATE = ":generateContent"
    GENERATE_STREAM = ":streamGenerateContent"
    GENERATE_COUNT = ":countTokens"
    ANALYZE = "/text:analyze"
    SHIELD = "/text:shieldPrompt"
    MODELS = "/models"


class Route(msgspec.Struct, frozen=True):
    """A path, understood."""

    kind: Kind
    vendor: Vendor
    name: str = ""
    """The deployment or model of the path, or the one model of `…/models/NAME`."""


def route_of(path: str, headers: Mapping[str, str]) -> Route | None:
    """Return what a path (no query string) asks for, whatever stands before; None: nothing."""
    vendor = vendor_of(path, headers)
    kind = next((kind for kind in Kind if path.endswith(kind.value)), None)
    if kind is not None:
        return Route(kind, vendor, unquote(_name(path, kind)))
    parent, _, model = path.rpartition("/")
    if parent.endswith(Kind.MODELS.value):
        return Route(Kind.MODELS, vendor, unquote(model))
    return None


def _name(path: str, kind: Kind) -> str:
    if kind.value.startswith(":"):
        return path.removesuffix(kind.value).rpartition("/")[2]
    return path.partition("/deployments/")[2].partition("/")[0]
