"""A dialect that an API declares by paths into its JSON, for those that no file here knows."""

from __future__ import annotations

import re

import msgspec

from headgate.model.usage import TokenUsage
from headgate.tokens.body import any_or_none
from headgate.tokens.dialects.generic import Generic
from headgate.tokens.reported import sound

STEPS_MAX = 8
PATH_MAX = 200

_STEP = re.compile(r"[^.\s]+")
_INDEX = re.compile(r"-?\d{1,4}")


class PathError(ValueError):
    """A path that cannot be followed; the message says why and how to write one."""


class JsonPath:
    """Names of members and numbers of items, joined by dots: `results.0.usage.inputTokens`.

    A negative number counts from the end. A member whose name is a number is found, too.
    """

    __slots__ = ("_steps", "text")

    def __init__(self, text: str) -> None:
        """Raises PathError."""
        steps = text.split(".")
        if len(text) > PATH_MAX or len(steps) > STEPS_MAX:
            raise PathError(
                f"The path {text[:60]!r} is too long: at most {STEPS_MAX} steps "
                f"and {PATH_MAX} characters."
            )
        if not all(map(_STEP.fullmatch, steps)):
            raise PathError(
                f"The path {text!r} has an empty step; write it as `usage.inputTokens`."
            )
        self.text = text
        self._steps = [(step, int(step) if _INDEX.fullmatch(step) else None) for step in steps]

    def find(self, value: object) -> object:
        """Return what the path leads to, or None."""
        for name, index in self._steps:
            if isinstance(value, dict):
                value = value.get(name)
            elif isinstance(value, list) and index is not None:
                value = value[index] if -len(value) <= index < len(value) else None
            else:
                return None
        return value

    def count(self, value: object) -> int | None:
        """Return the whole number that the path leads to, or None."""
        found = self.find(value)
        if isinstance(found, float) and found.is_integer():
            found = int(found)
        return found if isinstance(found, int) and not isinstance(found, bool) else None


class UsagePaths(msgspec.Struct, frozen=True, kw_only=True):
    """Where the answers and events of one API say what they used.

    With `total` and `output` the prompt is the difference; with `total` alone all of it is prompt.
    """

    input: JsonPath | None = None
    output: JsonPath | None = None
    total: JsonPath | None = None
    cached: JsonPath | None = None
    model: JsonPath | None = None


class DeclaredDialect(Generic):
    """The generic dialect, but for usage, which is where the API's settings say."""

    usage_mark = b"{"
    splits_usage = True

    def __init__(self, name: str, paths: UsagePaths) -> None:
        """`name` is for metrics and usage records. Raises PathError if no path leads to usage."""
        if paths.input is None and paths.output is None and paths.total is None:
            raise PathError("Declare at least one of the paths `input`, `output` and `total`.")
        self.name = name  # type: ignore[misc]  # a class variable everywhere else: one per file
        self._paths = paths

    def usage(self, payload: bytes) -> TokenUsage | None:
        """Return the usage that a payload reports, or None if it reports none that makes sense."""
        value = any_or_none(payload)
        if not isinstance(value, dict | list):
            return None
        paths = self._paths
        prompt, output, total, cached = (
            path.count(value) if path is not None else None
            for path in (paths.input, paths.output, paths.total, paths.cached)
        )
        if prompt is None and total is not None:
            prompt = total - (output or 0)
        elif output is None and total is not None:
            output = total - (prompt or 0)
        model = paths.model.find(value) if paths.model is not None else None
        return sound(
            TokenUsage(
                input_tokens=prompt or 0,
                output_tokens=output or 0,
                cached_tokens=cached or 0,
                model=model if isinstance(model, str) else "",
            )
        )
