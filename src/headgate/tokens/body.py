"""Decoding what peers sent: strictly for requests, forgivingly for answers."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from headgate.tokens.prompt import PromptParts, RequestUnreadable

T = TypeVar("T")

LARGE = 1 << 20
"""Bytes of a body from which on its parts are counted before they are read."""
OBJECTS_MAX = 100_000
QUOTES_MAX = 2_000_000
"""Most `{` and `"` of a large body, wherever they stand: some 100 ms of reading."""

ANY: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
AS_WRITTEN: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
    float_hook=lambda text: msgspec.Raw(text.encode())
)
"""Leaves fractions as they are written, so that what is encoded again is no longer than it was."""
MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
ABSENT = msgspec.Raw(b"")
"""Default of members that stay undecoded until somebody needs them; false, as nothing else is."""


def decode_request(decoder: msgspec.json.Decoder[T], body: bytes | msgspec.Raw) -> T:
    """Decode a request body or a part of it; raises RequestUnreadable.

    Lone surrogates are refused by msgspec wherever they stand; UTF-8 inside members that it skips
    or keeps undecoded is not looked at by it, so that is tested here.
    """
    try:
        if isinstance(body, bytes):
            if len(body) > LARGE and crowded(body):
                raise RequestUnreadable("The request body has too many parts to be read.")
            if not body.isascii():
                body.decode()
        return decoder.decode(body)
    except UnicodeDecodeError as error:
        message = f"The request body is not valid UTF-8 (byte {error.start})."
    except msgspec.ValidationError as error:
        message = f"The request body is not as expected: {error}."
    except msgspec.DecodeError as error:
        message = f"The request body is not valid JSON: {error}."
    except RecursionError:
        message = "The request body is nested too deep."
    raise RequestUnreadable(message)


def crowded(body: bytes) -> bool:
    """Tell whether a large body has very many small things: each costs time its bytes do not."""
    return body.count(b"{") > OBJECTS_MAX or body.count(b'"') > QUOTES_MAX


def any_or_none(body: bytes) -> Any:
    """Decode all of an answer; None also for one whose many small parts would hold the loop."""
    if len(body) <= LARGE:
        return decode_or_none(ANY, body)
    dense = body.count(b"[") > OBJECTS_MAX or body.count(b",") > QUOTES_MAX
    return None if dense or crowded(body) else decode_or_none(ANY, body)


def decode_or_none(decoder: msgspec.json.Decoder[T], body: bytes | msgspec.Raw) -> T | None:
    """Decode an answer, an event or a part; None where it is not what the decoder looks for."""
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def add_compact(parts: PromptParts, raw: msgspec.Raw) -> None:
    """Add a JSON value to a prompt as its text without white space; raises RequestUnreadable."""
    try:
        parts.texts.append(msgspec.json.format(bytes(raw), indent=-1).decode())
    except RecursionError:
        raise RequestUnreadable("The request body is nested too deep.") from None
