"""Percent-encoding and HTML entities as .NET's WebUtility, HttpUtility and Uri have them."""

from __future__ import annotations

import html
import re
from html.entities import html5
from urllib.parse import quote, unquote_to_bytes

from headgate.csharp.budget import scanned
from headgate.csharp.runtime.texts import encode

ENTITY = re.compile(r"&(#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{1,30});")
ESCAPED = 60
"""Units of a character that is escaped or unescaped."""
BAD_PERCENT = re.compile("%(?![0-9a-fA-F]{2})")


def url_encode(text: str | None) -> str:
    """Return `WebUtility.UrlEncode`: blanks become `+`, `!*()-_.` stay."""
    if not text:
        return text or ""
    scanned(text, ESCAPED)
    return quote(encode(text), safe="!*()-_. ").replace("~", "%7E").replace(" ", "+")


def url_decode(text: str) -> str:
    """Return `WebUtility.UrlDecode`; what is no escape stays."""
    scanned(text, ESCAPED)
    plain = text.replace("+", " ")
    return unquote_to_bytes(plain).decode("utf-8", "replace")


def escape_data(text: str) -> str:
    """Return `Uri.EscapeDataString`: everything but letters, digits and `-._~`."""
    scanned(text, ESCAPED)
    return quote(encode(text), safe="-._~")


def escape_uri(text: str) -> str:
    """Return `Uri.EscapeUriString`: what has a meaning in a URI stays."""
    scanned(text, ESCAPED)
    return BAD_PERCENT.sub("%25", quote(encode(text), safe="%-._~!*'();:@&=+$,/?#[]"))


def unescape_data(text: str) -> str:
    """Return `Uri.UnescapeDataString`."""
    scanned(text, ESCAPED)
    return unquote_to_bytes(text).decode("utf-8", "replace")


def html_encode(text: str) -> str:
    """Return `WebUtility.HtmlEncode`: markup, quotes and Latin-1 letters as entities."""
    scanned(text, ESCAPED)
    escaped = html.escape(text).replace("&#x27;", "&#39;")
    return "".join(
        f"&#{ord(char)};" if "\xa0" <= char <= "\xff" or char > "\uffff" else char
        for char in escaped
    )


def html_decode(text: str) -> str:
    """Return `WebUtility.HtmlDecode`; unknown entities stay."""

    def one(found: re.Match[str]) -> str:
        name = found[1]
        if name[0] == "#":
            code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
            return chr(code) if 0 < code < 0x110000 else found[0]
        return html5.get(f"{name};", found[0])

    scanned(text, ESCAPED)
    return ENTITY.sub(one, text)
