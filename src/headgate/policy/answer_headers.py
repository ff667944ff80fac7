"""Headers that policies owe the caller, whichever answer the call will get.

A limit knows what is left in inbound, before there is an answer, and again when the answer is
known. What it owes is written when an answer comes: the backend's before outbound, so that outbound
may change it, and that of an error before on-error. What `return-response` makes goes out as it is.
"""

from __future__ import annotations

from headgate.model.context import Context


class AnswerHeaders(dict[str, str]):
    """What one call owes: values by name, the latest that was said."""

    __slots__ = ()


def put_on_answer(context: Context, name: str, *, value: str) -> None:
    """Owe a header; it stands at once on an answer that is there already."""
    owed: AnswerHeaders | None = context.owners.get(AnswerHeaders)
    if owed is None:
        owed = context.owners[AnswerHeaders] = AnswerHeaders()
    owed[name] = value
    if context.response is not None:
        context.response.headers.set(name, value)


def write_owed(context: Context) -> None:
    """Write what is owed on the answer that has just come."""
    owed: AnswerHeaders | None = context.owners.get(AnswerHeaders)
    if owed is not None and context.response is not None:
        for name, value in owed.items():
            context.response.headers.set(name, value)
