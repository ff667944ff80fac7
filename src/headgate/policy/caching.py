"""What the elements that cache values and answers have in common (apim.md 4.2 to 4.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from headgate.model.clock import SECOND, Micros
from headgate.model.context import Context
from headgate.model.messages import Request, Response
from headgate.policy.value import Value

CachingType = Literal["internal", "external", "prefer-external"]
"""Which of Azure's caches is meant; a gateway has one, and it serves for all of them."""

CACHING_TYPE = "Which of Azure's caches is meant. There is one cache, and it serves for all."

Downstream = Literal["none", "private", "public"]
"""Who may keep an answer on its way to the client and there."""


class Wanted(msgspec.Struct, frozen=True):
    """An answer that `cache-lookup` did not find, for `cache-store` to keep."""

    key: str
    downstream: Downstream
    must_revalidate: bool


def value_key(key: str) -> str:
    """Return the key of a value in the cache, where no key of an answer can be the same."""
    return f"value:{key}"


def answer_key(parts: Iterable[str]) -> str:
    """Return the key of an answer, made of what it depends on; no other parts make the same one."""
    return f"answer:{[*parts]!r}"


def names_of(values: Iterable[Value[str]], context: Context) -> list[str]:
    """Return names that were given one by one, or several with semicolons between them."""
    found = [name.strip() for value in values for name in value.of(context).split(";")]
    return [name for name in found if name]


def acceptable(request: Request, response: Response) -> bool:
    """Tell whether a caller can read an answer that another one got, encoded as it is."""
    encoding = response.headers.first(b"content-encoding")
    if encoding is None or encoding.strip().lower() == b"identity":
        return True
    accepted = request.headers.get("Accept-Encoding", "") or ""
    return encoding.decode("latin-1").strip().lower() in accepted.lower()


def tell_downstream(response: Response, wanted: Wanted, *, left: Micros) -> None:
    """Tell caches between here and the client what they may do with an answer (RFC 9111, 5.2.2).

    `left` is for how much longer it is good, in microseconds.
    """
    if wanted.downstream == "none":
        said = "no-store"
    else:
        said = f"{wanted.downstream}, max-age={max(0, left // SECOND)}"
        if wanted.must_revalidate:
            said += ", must-revalidate"
    response.headers.remove(b"expires")
    response.headers.set("Cache-Control", said)
