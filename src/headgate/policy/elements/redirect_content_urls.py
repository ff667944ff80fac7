"""`redirect-content-urls` (apim.md 9.6)."""

from __future__ import annotations

import re
from functools import lru_cache

from headgate.model.context import Context
from headgate.model.messages import Url
from headgate.policy.fields import computed
from headgate.policy.rewriting import rewrite_body
from headgate.policy.schema import Element

MEDIA_TYPES = re.compile(
    rb"(?i)\s*(text/|application/([a-z0-9.+-]*\+)?(json|xml|xhtml|javascript))"
)
"""Bodies that are text and may hold links; a body without a type is one."""

SLASH = r"\\?/"
"""JSON may escape it."""


class RedirectContentUrls(
    Element, name="redirect-content-urls", sections=("inbound", "outbound"), once=True
):
    """Make links to the backend links to the gateway, in the body of the answer.

    What begins with the URL that the call went to, with http or https, gets the URL of the API at
    the gateway in its place; in inbound it is the other way about, in the body of the request.
    Headers are left alone. The whole body is waited for, that of a stream too; one that is no text
    by its Content-Type is not looked at.
    """

    example = "<redirect-content-urls />"

    is_request: bool = computed()

    def prepare(self) -> None:
        """Have the body read first."""
        self.is_request = self.site.section == "inbound"
        self.reads |= {"request.body" if self.is_request else "response.body"}

    def apply(self, context: Context) -> None:
        """Rewrite the links. Raises CallError 500 for a body that cannot be read."""
        message = context.request if self.is_request else context.response
        base = context.base
        if message is None or base is None or context.api is None:
            return
        media_type = message.headers.first(b"content-type")
        if media_type is not None and not MEDIA_TYPES.match(media_type):
            return
        api = context.api
        version = f"/{api.version}" if api.version_in_path and api.version else ""
        own = root_of(context.request.original_url, f"{api.path.strip('/')}{version}")
        behind = root_of(base, base.path)
        old, new = (own, behind) if self.is_request else (behind, own)
        links = pattern(old.partition("://")[2])
        rewrite_body(
            message, lambda text: rewritten(text, links, new=new), source="redirect-content-urls"
        )


def root_of(url: Url, path: str) -> str:
    """Return scheme, host and path of a URL, without a slash at its end."""
    path = path.strip("/")
    return str(Url(url.scheme, url.host, url.port, f"/{path}" if path else "", ""))


@lru_cache(maxsize=256)
def pattern(place: str) -> re.Pattern[bytes]:
    """Return what finds links to a host and path; what follows may not go on with either."""
    text = SLASH.join(re.escape(part) for part in place.split("/"))
    source = rf"(?i)(?<![a-z0-9+.-])https?:({SLASH}){SLASH}{text}(?![\w.:%~@-])"
    return re.compile(source.encode())


def rewritten(text: bytes, links: re.Pattern[bytes], *, new: str) -> bytes:
    """Return a text with its links replaced, their slashes escaped as they were."""

    def link(found: re.Match[bytes]) -> bytes:
        return new.encode().replace(b"/", found[1])

    return links.sub(link, text)
