"""An answer taken down whole on its way to the client, which waits for nothing.

Caches keep answers. One that is here already is kept at once; of one that is still on its way, a
recorder writes along what passes, up to a bound, and it is kept when its end has passed. Of an
answer that breaks off, or whose client goes away, nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from headgate.model.context import Context
from headgate.model.messages import Body, Headers, Response
from headgate.policy.answer_headers import AnswerHeaders
from headgate.policy.effects import Steps

ANSWER_MAX = 2 << 20
"""Bytes of the body of an answer that is kept."""

OWN = frozenset((b"set-cookie", b"content-length", b"transfer-encoding", b"connection"))
"""Headers that belong to one client, or to one transfer."""


class Follower(Protocol):
    """What a streamed answer passes through on its way to the client."""

    @property
    def ended(self) -> bool:
        """Whether the gateway ended the answer itself."""
        ...

    def feed(self, chunk: bytes) -> bytes:
        """Return what to pass on for a part of the answer."""
        ...

    def finish(self) -> bytes:
        """Return what is still held back."""
        ...


class Recorder:
    """Follows one streamed answer behind whatever else follows it."""

    __slots__ = ("answer", "body", "follower", "keep", "pieces", "size", "whole")

    def __init__(self, response: Response, keep: Callable[[Response], Steps[None]]) -> None:
        self.answer = response
        """The answer to keep, without its body."""
        self.body: Body | None = None
        """The body that is on its way, to tell it from another that takes its place."""
        self.keep = keep
        self.follower: Follower | None = None
        self.pieces: list[bytes] = []
        self.size = 0
        self.whole = False

    def behind(self, follower: Follower | None) -> Recorder:
        """Follow the answer behind another follower, which may change it."""
        self.follower = follower
        return self

    @property
    def ended(self) -> bool:
        """Whether the gateway ended the answer itself, which makes it none to keep."""
        return self.follower is not None and self.follower.ended

    def feed(self, chunk: bytes) -> bytes:
        """Write a part of the answer down and pass it on."""
        if self.follower is not None:
            chunk = self.follower.feed(chunk)
        self.size += len(chunk)
        if self.size <= ANSWER_MAX:
            self.pieces.append(chunk)
        else:
            self.pieces = []
        return chunk

    def finish(self) -> bytes:
        """Write down what was held back; the answer is whole."""
        rest = b""
        if self.follower is not None:
            rest = self.follower.finish()
            self.size += len(rest)
            self.pieces.append(rest)
        self.whole = self.size <= ANSWER_MAX
        return rest


def record(context: Context, keep: Callable[[Response], Steps[None]]) -> Steps[None]:
    """Have the answer kept as it is now: at once, or when the rest of its body has passed."""
    response = context.response
    if response is None:
        return
    answer = Response(response.status, response.reason, shared_headers(context, response), None)
    body = response.body
    if body is None or body.complete:
        content = b"" if body is None else body.outgoing
        if len(content) <= ANSWER_MAX:
            answer.body = Body(content)
            yield from keep(answer)
        return
    length = response.headers.first(b"content-length") or b""
    if not length.isdigit() or int(length) <= ANSWER_MAX:
        recorder = context.owners[Recorder] = Recorder(answer, keep)
        recorder.body = body


def shared_headers(context: Context, response: Response) -> Headers:
    """Return the headers of an answer that are good for other calls too."""
    owed: AnswerHeaders | None = context.owners.get(AnswerHeaders)
    own = OWN if not owed else OWN | {name.lower().encode() for name in owed}
    return Headers([item for item in response.headers.items if item[0] not in own])


def keep_recorded(context: Context) -> Steps[None]:
    """Keep a recorded answer if all of its body has passed, or is here because a policy waited.

    A body that a policy has replaced meanwhile is not the one to keep.
    """
    recorder: Recorder | None = context.owners.get(Recorder)
    if recorder is None:
        return
    body = recorder.body
    assert body is not None
    if recorder.whole:
        content = b"".join(recorder.pieces)
    elif body.complete and not body.replaced and len(body.content) <= ANSWER_MAX:
        content = body.content
    else:
        return
    del context.owners[Recorder]
    recorder.answer.body = Body(content)
    yield from recorder.keep(recorder.answer)
