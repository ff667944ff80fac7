"""Changing the text of a body, for elements that replace some of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from headgate.model.errors import CallError, Fault
from headgate.model.messages import Request, Response

INFLATED_MAX = 16 * 1024 * 1024
"""Bytes that a compressed body may become."""

_WINDOW = {b"gzip": 31, b"x-gzip": 31, b"deflate": 15}


def rewrite_body(
    message: Request | Response | None, change: Callable[[bytes], bytes], *, source: str
) -> None:
    """Replace a body, which is complete, by what `change` makes of it.

    A body in gzip or deflate is changed in plain and stays so. One that nothing changes in is left
    as it is. Raises CallError 500 for a body that cannot be read: nobody can tell whether it holds
    what had to be replaced.
    """
    if message is None or message.body is None:
        return
    content = message.body.outgoing
    if not content:
        return
    encoding = (message.headers.first(b"content-encoding") or b"").strip().lower()
    plain = content
    if encoding not in (b"", b"identity"):
        plain = _inflated(content, encoding, source=source)
    changed = change(plain)
    if changed != plain:
        message.body.replace(changed)
        message.headers.remove(b"content-encoding")


def _inflated(content: bytes, encoding: bytes, *, source: str) -> bytes:
    window = _WINDOW.get(encoding)
    if window is None:
        name = encoding.decode("latin-1")
        raise _unreadable(source, f"The body has the content encoding {name}, which is not read.")
    inflater = zlib.decompressobj(window)
    try:
        plain = inflater.decompress(content, INFLATED_MAX)
    except zlib.error as error:
        raise _unreadable(source, f"The body cannot be decompressed: {error}.") from error
    if not inflater.eof:
        message = f"The body is cut off, or longer than {INFLATED_MAX} bytes when decompressed."
        raise _unreadable(source, message)
    return plain


def _unreadable(source: str, message: str) -> CallError:
    return CallError(500, message, source=source, reason="BodyNotReadable", fault=Fault.OPERATOR)
