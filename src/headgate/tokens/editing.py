"""Changing members of a request body and leaving every other value the bytes that it was."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from headgate.tokens.body import MEMBERS, decode_request


def with_members(body: bytes, members: Mapping[str, object]) -> bytes:
    """Return a JSON object with members set, instead of those of the same names.

    Where none of the names can stand in the body, not even in escapes, the members are put first,
    so that nothing but the opening brace has to be found. Raises RequestUnreadable.
    """
    new = msgspec.json.encode(members)
    start = body.find(b"{") + 1
    if b"\\u" not in body and not any(b'"%s"' % name.encode() in body for name in members):
        rest = body[start:]
        return body[:start] + new[1:-1] + (b"" if rest.lstrip().startswith(b"}") else b",") + rest
    kept = decode_request(MEMBERS, body)
    return msgspec.json.encode(kept | decode_request(MEMBERS, new))
