"""Paths that the gateway refuses to route.

The gateway never normalises a path: what was matched is forwarded byte for byte. A dot segment,
plain or percent-encoded, would let the service behind it resolve another path than the one whose
policies ran, so such a request matches nothing (RFC 3986, 5.2.4). A backslash counts as a slash,
because some servers take it for one, and `..;x` as `..`, because some drop what follows `;`.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_SEPARATOR = re.compile(r"[/\\]")


def climbs(path: str) -> bool:
    """Say whether a path holds a dot segment in any spelling; cheap for a path without any."""
    if "%" not in path and "\\" not in path and "/." not in path:
        return False
    decoded = unquote(path)
    return any(part.partition(";")[0] in (".", "..") for part in _SEPARATOR.split(decoded) if part)
