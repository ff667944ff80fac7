"""What `xml-to-json` and `json-to-xml` share: when they convert, and what becomes of a body."""

from __future__ import annotations

import re
from collections.abc import Callable

from headgate.model.context import Context
from headgate.model.errors import CallError, Fault, internal_error
from headgate.model.messages import Request, Response
from headgate.policy import media_types
from headgate.policy.rewriting import rewrite_body
from headgate.policy.schema import Site


def subject(context: Context, site: Site) -> Request | Response | None:
    """Return the message that a conversion in a section is about."""
    return context.request if site.section == "inbound" else context.response


def concerns(
    context: Context,
    message: Request | Response,
    *,
    content: re.Pattern[str] | None,
    wanted: re.Pattern[str] | None,
) -> bool:
    """Tell whether a message is converted.

    Its Content-Type has to be of the kind `content`, and the caller to ask for the kind `wanted`;
    None: it does not matter.
    """
    if content is not None and not content.fullmatch(media_types.content_type(message.headers)):
        return False
    return wanted is None or media_types.asks_for(context.request.headers, wanted)


def convert(
    message: Request | Response, change: Callable[[bytes], bytes], *, media_type: str, site: Site
) -> None:
    """Replace a body by what it converts to, if there is one. Raises CallError."""
    if message.body is None or not message.body.outgoing:
        return
    rewrite_body(message, change, source=site.name)
    message.headers.set("Content-Type", media_type)


def refusal(site: Site, detail: str) -> CallError:
    """Return the error of a body that cannot be converted: 400 for the caller's, else 500."""
    if site.section != "inbound":
        return internal_error(site.name, "BodyNotConvertible", detail=detail, fault=Fault.UPSTREAM)
    return CallError(400, detail, source=site.name, reason="BodyNotConvertible")
