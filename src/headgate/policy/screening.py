"""Looking at completions before they pass: whole ones, and streams window by window (apim.md 5).

Elements only say that they want it; `screened` runs when outbound has ended, so that nothing that
policies put into the answer passes unseen. A stream is followed by a `ScreeningTap` on its way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from headgate.model.context import Context
from headgate.model.errors import CallError
from headgate.model.messages import Response
from headgate.policy.content_safety import Screen, blocked, is_harmful, windows
from headgate.policy.effects import Steps
from headgate.policy.metering import read_llm
from headgate.policy.recording import Follower, Recorder
from headgate.policy.settling import gather_answer
from headgate.tokens.dialect import Dialect
from headgate.tokens.events import normalise, payload
from headgate.tokens.inflate import inflate

HELD_MAX = 1024 * 1024
"""Bytes of a stream that wait for their window to fill; more are looked at before it is full."""
BLANK_LINE = re.compile(rb"\r?\n\r?\n")
STREAM = b"text/event-stream"


class Screening:
    """The screens that an answer has to pass, and how its text is read."""

    __slots__ = ("dialect", "done", "screens")

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.done: Response | None = None
        """The answer that has passed as a whole."""
        self.screens: list[Screen] = []

    def passes(self, text: str) -> Steps[bool]:
        """Return whether a text passes all screens. Raises CallError 500."""
        for screen in self.screens:
            for window in windows(text, screen.window, overlap=screen.overlap):
                if (yield from is_harmful(screen, window)):
                    return False
        return True


def screen_completion(context: Context, screen: Screen) -> None:
    """See to it that the answer is looked at. Raises CallError 400 for an unreadable request."""
    screening: Screening | None = context.owners.get(Screening)
    if screening is None:
        body = context.request.body
        llm = read_llm(context, body.outgoing if body is not None else b"")
        screening = context.owners[Screening] = Screening(llm.dialect)
    screening.screens.append(screen)


def screened(context: Context) -> Steps[None]:
    """Look at a whole answer; a stream is left to its tap.

    Raises CallError: 403 for what may not pass, 500 where it could not be looked at, 502.
    """
    screening: Screening | None = context.owners.get(Screening)
    response = context.response
    if screening is None or response is None or response is screening.done:
        return
    if response.body is None or response.status >= 400:
        return
    kind = (response.headers.first(b"content-type") or b"").partition(b";")[0].strip().lower()
    encoding = (response.headers.first(b"content-encoding") or b"").strip().lower()
    if not response.body.complete:
        if kind == STREAM and encoding in (b"", b"identity"):
            return
        yield from gather_answer()
    content = inflate(response.body.outgoing, encoding)
    if not content and response.body.outgoing:
        raise blocked("Response")
    text = "".join(texts(screening.dialect, content) if kind == STREAM else ())
    text = text or screening.dialect.text(content)
    if text and not (yield from screening.passes(text)):
        raise blocked("Response")
    screening.done = response


def texts(dialect: Dialect, events: bytes) -> Iterator[str]:
    """Yield the generated text of each event."""
    for event in normalise(events).split(b"\n\n"):
        data = payload(event)
        if data and data != b"[DONE]":
            yield dialect.text(data)


class ScreeningTap:
    """Holds the events of a stream back until their text has been looked at.

    Events without text pass at once where nothing waits before them. Text waits until the smallest
    window is full, the stream ends, or too much is held.
    """

    __slots__ = (
        "_before",
        "_inner",
        "_overlap",
        "_screening",
        "_text",
        "_unfinished",
        "_waiting",
        "_window",
        "busy",
        "ended",
        "error",
    )

    def __init__(self, screening: Screening, inner: Follower | None) -> None:
        self._screening = screening
        self._inner = inner
        self._window = min(screen.window for screen in screening.screens)
        self._overlap = max(screen.overlap for screen in screening.screens)
        self._unfinished = b""
        """Beginning of an event."""
        self._waiting = bytearray()
        """Whole events that nobody has looked at."""
        self._text = ""
        """Their text."""
        self._before = ""
        """End of the text that has passed, which the next window begins with."""
        self.busy = False
        """Whether something is being looked at."""
        self.ended = False
        """Whether the gateway ended the answer."""
        self.error: CallError | None = None
        """Why nothing could be said about a text, which ended the answer."""

    @property
    def held(self) -> int:
        """Return how many bytes wait."""
        return len(self._waiting) + len(self._unfinished)

    @property
    def whole(self) -> bool:
        """Whether another follower ended the answer itself, so that no more of it comes."""
        return self._inner is not None and self._inner.ended

    def feed(self, chunk: bytes) -> bytes:
        """Take a part of the stream; return what may pass at once."""
        if self.ended:
            return b""
        return self._take(chunk if self._inner is None else self._inner.feed(chunk))

    def finish(self) -> bytes:
        """Take what the other followers still held; the rest passes by `check`."""
        if self.ended or self._inner is None:
            return b""
        return self._take(self._inner.finish())

    def _take(self, chunk: bytes) -> bytes:
        stream = self._unfinished + chunk
        end = max((match.end() for match in BLANK_LINE.finditer(stream)), default=0)
        events, self._unfinished = stream[:end], stream[end:]
        text = "".join(texts(self._screening.dialect, events))
        if not (text or self._waiting or self.busy):
            return events
        self._waiting += events
        self._text += text
        return b""

    def check(self, *, final: bool) -> Steps[bytes] | None:
        """Return what has to be done now so that more may pass; None: nothing.

        It returns what passes. `final` says that the stream has come to its end.
        """
        if self.busy or self.ended:
            return None
        if final:
            self._waiting += self._unfinished
            self._text += "".join(texts(self._screening.dialect, self._unfinished))
            self._unfinished = b""
        elif len(self._text) < self._window and self.held < HELD_MAX:
            return None
        if not self._waiting and not (self._unfinished and self.held >= HELD_MAX):
            return None
        return self._checked()

    def _checked(self) -> Steps[bytes]:
        """Look at what waits; return it if it may pass, and end the stream if not."""
        events, text = bytes(self._waiting), self._before + self._text
        fresh = bool(self._text)
        if not events:
            # One event that is longer than all that may be held can only be refused.
            self._refuse()
            return b""
        self._waiting.clear()
        self._text = ""
        self.busy = True
        try:
            good = not fresh or (yield from self._screening.passes(text))
        except CallError as error:
            self.error = error
            good = False
        self.busy = False
        if not good:
            self._refuse()
        self._before = text[-self._overlap :] if self._overlap else ""
        return events if good else b""

    def _refuse(self) -> None:
        """End the stream; what has been taken down of it for a cache is not kept."""
        self.ended = True
        if isinstance(self._inner, Recorder):
            self._inner.whole = False
