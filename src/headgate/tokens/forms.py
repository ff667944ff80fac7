"""Reading the text fields of a multipart form (RFC 7578), with which files are sent."""

from __future__ import annotations

import re

FIELDS_MAX = 64
FIELD_BYTES_MAX = 64 * 1024

_NAME = re.compile(rb'[;\s]name="([^"\r\n]*)"', re.I)
_FILE = re.compile(rb"[;\s]filename\*?=", re.I)


def form_fields(body: bytes) -> tuple[dict[str, str], int]:
    """Return the text fields of a form by name, the last of each, and the number of its files.

    The boundary is what the body begins with. Parts after the first 64 and longer texts are left
    out. Never raises: what is not a form has no fields.
    """
    boundary, found, _ = body[:256].partition(b"\r\n")
    fields: dict[str, str] = {}
    files = 0
    if not found or not boundary.startswith(b"--"):
        return fields, files
    start = len(boundary) + 2
    for _ in range(FIELDS_MAX):
        end = body.find(b"\r\n" + boundary, start)
        split = body.find(b"\r\n\r\n", start, end if end >= 0 else len(body))
        if end < 0 or split < 0:
            break
        head = body[start:split]
        name = _NAME.search(head)
        if _FILE.search(head) is not None:
            files += 1
        elif name is not None and end - split - 4 <= FIELD_BYTES_MAX:
            value = body[split + 4 : end]
            fields[name[1].decode(errors="replace")] = value.decode(errors="replace")
        start = end + len(boundary) + 4
    return fields, files
