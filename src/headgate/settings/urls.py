"""URLs that an operator wrote."""

from __future__ import annotations

from typing import Any

from headgate.model.messages import Url
from headgate.settings.documents import Where
from headgate.settings.entries import Entry
from headgate.settings.named_values import NamedValues


def service_url(entry: Entry[Any], text: str, *, where: Where, values: NamedValues) -> str | None:
    """Return a base URL with its named values, None after saying what is wrong with it."""
    filled = values.fill(entry, text, where=where)
    if filled is None:
        return None
    try:
        url = Url.parse(filled)
    except ValueError:
        # The message shows what the file says: what a named value holds may be secret.
        message = f"{text!r} is not an absolute http or https URL"
        entry.complain("HG560", message, where=where, hint="for instance https://host/base")
        return None
    if url.query_string or "#" in filled:
        message = f"{text!r} has a query or fragment"
        hint = "put query parameters into credentials.query or a policy"
        entry.complain("HG560", message, where=where, hint=hint)
        return None
    return filled.strip()
