"""Requests, and reading their JSON; what makes no sense is refused as the vendors do."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from headgate.simulator.refusals import Refused, bad_body

INPUTS_MAX = 2048
Input = str | list[str | int | list[int]] | None
"""Prompts or texts to embed: one or several, each a text or tokens."""
T = TypeVar("T")


class Incoming(msgspec.Struct, frozen=True):
    """A request; header names are in lower case, and only those with a meaning are kept."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


def decode(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """Decode a body; raises Refused 400."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise bad_body(f"Invalid type: {error}", code="invalid_type") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_body(f"We could not parse the JSON body of your request: {error}") from None


def items(param: str, value: Input) -> list[str | list[int]]:
    """Return texts and token lists; a flat list of integers is one prompt that came as tokens."""
    if isinstance(value, str):
        return [value]
    assert value is not None, "the caller looked"
    tokens = [item for item in value if isinstance(item, int)]
    if not value or (len(value) > INPUTS_MAX and not tokens):
        raise bad_body(f"'{param}' takes 1 to {INPUTS_MAX} items.", param=param)
    if len(tokens) == len(value):
        return [tokens]
    if tokens:
        raise bad_body(f"'{param}' mixes tokens with other items.", param=param)
    return [item for item in value if not isinstance(item, int)]


def at_least_one(param: str, value: int, *, most: int = 2**31 - 1) -> int:
    """Return the value; raises Refused 400 unless it is from 1 to `most`."""
    if value < 1:
        message = (
            f"Invalid '{param}': integer below minimum value."
            f" Expected a value >= 1, but got {value} instead."
        )
        raise bad_body(message, param=param, code="integer_below_min_value")
    if value > most:
        message = (
            f"Invalid '{param}': integer above maximum value."
            f" Expected a value <= {most}, but got {value} instead."
        )
        raise bad_body(message, param=param, code="integer_above_max_value")
    return value


def cap_of(param: str, value: int | None) -> int | None:
    """Return the cap on completion tokens, None: none; raises Refused 400."""
    return None if value is None else at_least_one(param, value)


def missing(param: str) -> Refused:
    """Return what answers a body without something that it must have."""
    message = f"Missing required parameter: '{param}'."
    return bad_body(message, param=param, code="missing_required_parameter")
