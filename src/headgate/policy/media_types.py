"""Which media types are JSON or XML, and which of them a caller asks for."""

from __future__ import annotations

import re

from headgate.model.messages import Headers

JSON = re.compile(r"(?i)[\w.-]+/([\w.-]+\+)?json")
XML = re.compile(r"(?i)[\w.-]+/([\w.-]+\+)?xml")
REFUSED = re.compile(r"(?i)q\s*=\s*0(\.0*)?")


def bare(media_type: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def content_type(headers: Headers) -> str:
    """Return the media type of a body; empty where the headers do not say it."""
    return bare((headers.first(b"content-type") or b"").decode("latin-1"))


def asks_for(headers: Headers, kind: re.Pattern[str]) -> bool:
    """Tell whether the header Accept names a media type of a kind; `*/*` names none."""
    for line in headers.values("accept"):
        for part in line.split(","):
            media_type, *parameters = part.split(";")
            refused = any(REFUSED.fullmatch(one.strip()) for one in parameters)
            if kind.fullmatch(media_type.strip()) and not refused:
                return True
    return False
