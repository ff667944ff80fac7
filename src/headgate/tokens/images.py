"""What the images of a prompt cost by the rules of their model: the accurate mode, by choice.

The numbers stand in `images.toml`; APIM's own estimate is the default (`estimate.IMAGE_TOKENS`).
"""

from __future__ import annotations

import binascii
import tomllib
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from math import ceil
from typing import Literal

import msgspec

from headgate.tokens.estimate import IMAGE_TOKENS
from headgate.tokens.pixels import SEARCHED_MAX, picture_size
from headgate.tokens.prompt import PromptParts

_FIT = 2048
_SHORT = 768
_TILE = 512
_PATCH = 32


class ImageRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the data file, where each kind is explained."""

    pattern: str
    kind: Literal["tiles", "patches", "area", "squares"]
    low: int = 0
    base: int = 0
    tile: int = 0
    most: int = 0
    factor: float = 1
    side: int = 1
    pixels: int = 1
    small: int = 0

    def tokens(self, width: int, height: int) -> int:
        """Return what an image of this size costs."""
        if self.kind == "tiles":
            width, height = _within(width, height, longest=_FIT)
            if min(width, height) > _SHORT:
                scale = _SHORT / min(width, height)
                width, height = round(width * scale), round(height * scale)
            return self.base + self.tile * ceil(width / _TILE) * ceil(height / _TILE)
        if self.kind == "patches":
            patches = min(ceil(width / _PATCH) * ceil(height / _PATCH), self.most)
            return ceil(patches * self.factor)
        if self.kind == "area":
            width, height = _within(width, height, longest=self.side)
            return min(ceil(width * height / self.pixels), self.most)
        if max(width, height) <= self.small:
            return self.tile
        return self.tile * ceil(width / self.side) * ceil(height / self.side)


def _within(width: int, height: int, *, longest: int) -> tuple[int, int]:
    scale = min(1.0, longest / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


_RULES = msgspec.convert(
    tomllib.loads(files("headgate.tokens").joinpath("images.toml").read_text("utf-8"))["model"],
    list[ImageRule],
)


@lru_cache(maxsize=1024)
def rule_of(model: str) -> ImageRule | None:
    """Return the rule of a model, or None where none is known."""
    return next((rule for rule in _RULES if fnmatchcase(model.lower(), rule.pattern)), None)


def image_tokens(parts: PromptParts, model: str) -> int:
    """Return the tokens of all images of a prompt; what is not known counts as APIM counts it."""
    rule = rule_of(model[:200])
    unseen = parts.images - len(parts.pictures)
    return IMAGE_TOKENS * unseen + sum(_cost(rule, picture) for picture in parts.pictures)


def _cost(rule: ImageRule | None, picture: dict[str, object]) -> int:
    if rule is None:
        return IMAGE_TOKENS
    content = picture.get("image_url", picture.get("source", picture))
    members = content if isinstance(content, dict) else picture
    if rule.kind == "tiles" and members.get("detail") == "low":
        return rule.low
    url = content if isinstance(content, str) else members.get("url", members.get("data"))
    size = _size(url) if isinstance(url, str) else None
    return IMAGE_TOKENS if size is None else rule.tokens(*size)


def _size(url: str) -> tuple[int, int] | None:
    """Return the size of the picture in a data URL or a base64 text; a remote one is not known."""
    start = url.find(",") + 1 if url.startswith("data:") else 0
    encoded = url[start : start + SEARCHED_MAX // 3 * 4]
    try:
        return picture_size(binascii.a2b_base64(encoded[: len(encoded) // 4 * 4]))
    except ValueError:
        return None
