"""What the name of a model tells about how it counts."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Encoding = Literal["o200k_base", "cl100k_base"]

# gpt-4o, gpt-4.1 (deployments call it gpt-41) and gpt-4.5 are of the newer family.
_OLDER = re.compile(r"gpt-?(3\.?5|4(?![o.\d]))|text-embedding|davinci-002|babbage-002", re.I)


@lru_cache(maxsize=1024)
def encoding_of(model: str) -> Encoding:
    """Return the vocabulary of a model or deployment name; unknown names get the newest."""
    return "cl100k_base" if _OLDER.search(model[:200]) else "o200k_base"


_REASONING = re.compile(r"(?:^|[/_.-])o[1-9](?:$|[-_.:@])|gpt-?5|codex", re.I)
_PUBLIC = re.compile(r"gpt|(?:^|[/_.-])o[1-9](?:$|[-_.:@])|text-embedding|davinci|babbage", re.I)


@lru_cache(maxsize=1024)
def reasons(model: str) -> bool:
    """Tell whether OpenAI takes the cap of a model as `max_completion_tokens` only."""
    return _REASONING.search(model[:200]) is not None


@lru_cache(maxsize=1024)
def has_public_tokenizer(model: str) -> bool:
    """Tell whether the vocabulary of a model is known, so that there is nothing to learn."""
    return _PUBLIC.search(model[:200]) is not None
