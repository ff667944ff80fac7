"""What the gateway has to know about one LLM wire format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import msgspec

from headgate.model.usage import TokenUsage
from headgate.tokens.prompt import PromptParts


class LlmRequest(msgspec.Struct, kw_only=True):
    """What limits, metrics and routing need of a request; the prompt is read only when asked."""

    dialect: Dialect
    model: str
    """The deployment that an Azure path names, else the member `model`, else empty."""
    stream: bool = False
    usage_asked: bool = False
    """Whether the caller himself asked for usage on the stream."""
    completion_cap: int | None = None
    """Most tokens that one choice may have, as the caller says; None if he does not."""
    choices: int = 1
    """How many completions are made: `n`, or `best_of` if that is more."""
    content: msgspec.Struct | msgspec.Raw | None = None
    """What the dialect keeps to read the prompt later."""

    @property
    def has_completion(self) -> bool:
        """Whether the answer holds tokens that were generated (embeddings: no)."""
        return self.dialect.has_completion

    def prompt_parts(self) -> PromptParts:
        """Take the prompt apart; raises RequestUnreadable. Costs a decode: call it once."""
        return self.dialect.prompt_parts(self)


class Dialect(ABC):
    """One wire format. Each module of `headgate.tokens.dialects` makes one as `DIALECT`.

    A payload is a whole JSON answer or the data of one event of a stream. Methods that take one
    never raise: answers come from outside.
    """

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = ()
    """Ends of the request paths that speak this dialect; the longest that fits decides."""
    has_completion: ClassVar[bool] = True
    usage_mark: ClassVar[bytes] = b'"usage"'
    """Bytes that every payload has that reports usage."""
    splits_usage: ClassVar[bool] = False
    """Whether a stream reports its prompt in its first events only."""
    reports_along: ClassVar[bool] = False
    """Whether the events of a stream report what was used so far, one event being many tokens."""
    array_stream: ClassVar[bool] = False
    """Whether a stream may also come as one JSON array, whose elements are the events."""
    can_cap: ClassVar[bool] = False
    """Whether a request has a member that caps its completion."""

    @abstractmethod
    def read(self, path: str, body: bytes) -> LlmRequest:
        """Read what is cheap to read of a request; raises RequestUnreadable."""

    @abstractmethod
    def prompt_parts(self, request: LlmRequest) -> PromptParts:
        """Take the prompt apart; raises RequestUnreadable."""

    def ask_for_usage(self, request: LlmRequest, body: bytes) -> bytes:
        """Return the body with which the provider reports usage at the end of the stream."""
        return body

    def with_completion_cap(self, request: LlmRequest, body: bytes, *, cap: int) -> bytes:
        """Return the body with a cap for each completion, in the member that the model accepts.

        A lower cap of the caller stays. Raises RequestUnreadable.
        """
        return body

    @abstractmethod
    def usage(self, payload: bytes) -> TokenUsage | None:
        """Return the usage that a payload reports, or None if it reports none that makes sense."""

    @abstractmethod
    def text(self, payload: bytes) -> str:
        """Return the generated text of a payload, tool calls and reasoning included."""

    def is_usage_only(self, payload: bytes) -> bool:
        """Tell whether an event exists only because usage was asked for."""
        return False

    def ends(self, payload: bytes) -> bool:
        """Tell whether an event says that the answer is whole."""
        return payload == b"[DONE]"

    def truncated(self, payload: bytes) -> bool:
        """Tell whether a payload says that the completion was cut at its cap."""
        return False

    def knows(self, payload: bytes) -> bool:
        """Tell whether a payload has a shape of this dialect; if not, its text is a guess."""
        return True

    def closing(
        self, recent: Sequence[bytes], first: bytes, *, usage: TokenUsage, show_usage: bool
    ) -> bytes:
        """Return the events with which the gateway ends a stream as a cap would end it.

        `recent` are the last payloads that passed, newest first; `first` is the very first.
        `show_usage` matters where usage comes only to callers who ask for it.
        """
        return b""
