"""System.Net.WebUtility and System.Web.HttpUtility's encoders."""

from __future__ import annotations

import re
from collections.abc import Callable

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.webtexts import html_decode, html_encode, url_decode, url_encode

WEB = DotNetType("System.Net.WebUtility", kind="static")
HTTP = DotNetType("System.Web.HttpUtility", kind="static")
TYPES = (WEB, HTTP)
ESCAPE = re.compile("%[0-9A-F]{2}")


def or_null(function: Callable[[str], str]) -> Callable[[str | None], str | None]:
    """Return a function that keeps null."""
    return lambda text: None if text is None else function(text)


def lower_encode(text: str) -> str:
    """Return HttpUtility.UrlEncode, whose escapes are in lower case."""
    return ESCAPE.sub(lambda found: found[0].lower(), url_encode(text))


for declared, encoder in ((WEB, url_encode), (HTTP, lower_encode)):
    declared.static("string UrlEncode(string value)")(or_null(encoder))
    declared.static("string UrlDecode(string value)")(or_null(url_decode))
    declared.static("string HtmlEncode(string value)")(or_null(html_encode))
    declared.static("string HtmlDecode(string value)")(or_null(html_decode))
