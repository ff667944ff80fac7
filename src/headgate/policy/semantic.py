"""What the elements of the semantic cache have in common: which prompts and answers are for it."""

from __future__ import annotations

import msgspec

from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.model.messages import Response
from headgate.policy.metering import Metering, read_llm
from headgate.tokens.dialogue import Dialogue, dialogue
from headgate.tokens.following import tap_for
from headgate.tokens.request import LlmRequest, RequestUnreadable

TEXT_MAX = 32_000
"""Characters of a prompt that is compared; embeddings models read about 8,000 tokens."""


class Sought(msgspec.Struct, frozen=True):
    """A prompt whose answer was not found, for the answer that comes to be kept."""

    partition: str
    vector: list[float]
    llm: LlmRequest


class Unsuited(Exception):
    """A request is none for the semantic cache; the message says why."""


def suited(context: Context, *, most: int | None) -> tuple[Dialogue, LlmRequest]:
    """Return what a request says and how to read its answer. Raises Unsuited.

    `most` is the number of messages up to which prompts are looked up.
    """
    request = context.request
    if request.method != "POST" or request.body is None:
        raise Unsuited("The request has no prompt.")
    content = request.body.outgoing
    metering: Metering | None = context.owners.get(Metering)
    try:
        said = dialogue(content)
        llm = metering.llm if metering is not None else read_llm(context, content)
    except (CallError, RequestUnreadable) as error:
        raise Unsuited(error.message) from error
    if said is None or not llm.has_completion:
        raise Unsuited("The prompt is not text alone.")
    if most is not None and len(said.turns) > most:
        raise Unsuited(f"The prompt has {len(said.turns)} messages.")
    if sum(len(text) for text in said.system) + sum(len(t) for _, t in said.turns) > TEXT_MAX:
        raise Unsuited(f"The prompt has more than {TEXT_MAX} characters.")
    return said, llm


def is_whole(response: Response, llm: LlmRequest) -> bool:
    """Tell whether an answer is one to keep: it has a body, and a stream said that it is whole."""
    body = response.body
    if body is None or not body.content:
        return False
    headers = response.headers
    tap = tap_for(
        llm,
        headers.first(b"content-type") or b"",
        encoding=headers.first(b"content-encoding") or b"",
        hide_usage=False,
    )
    if tap is None:
        return True
    tap.feed(body.content)
    tap.finish()
    return tap.complete
