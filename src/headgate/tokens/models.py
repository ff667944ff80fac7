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
