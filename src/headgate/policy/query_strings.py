"""Query strings changed parameter by parameter: what nobody names stays as the caller wrote it.

Names compare decoded and without case, as the router compares them.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, unquote_plus

from headgate.model.unicode import encodable


def parameters(query_string: str) -> list[tuple[str, str]]:
    """Return the name, decoded and in lower case, and the raw text of each parameter."""
    raws = query_string.removeprefix("?").split("&")
    return [(unquote_plus(raw.partition("=")[0]).lower(), raw) for raw in raws if raw]


def joined(raws: Iterable[str]) -> str:
    """Return the query string of raw parameters: with its `?`, or empty."""
    text = "&".join(raws)
    return f"?{text}" if text else ""


def has(query_string: str, name: str) -> bool:
    """Tell whether a parameter is there."""
    return any(known == name.lower() for known, _ in parameters(query_string))


def without(query_string: str, names: Iterable[str]) -> str:
    """Return the query string without the parameters of some names."""
    dropped = {name.lower() for name in names}
    return joined(raw for known, raw in parameters(query_string) if known not in dropped)


def with_added(query_string: str, name: str, *, values: Iterable[str]) -> str:
    """Return the query string with one more parameter for each value."""
    raws = [raw for _, raw in parameters(query_string)]
    key = quote(encodable(name), safe="$")
    raws += [f"{key}={quote(encodable(value), safe='')}" for value in values]
    return joined(raws)


def with_set(query_string: str, name: str, *, values: Iterable[str]) -> str:
    """Return the query string in which a name has these values and no other."""
    return with_added(without(query_string, (name,)), name, values=values)
