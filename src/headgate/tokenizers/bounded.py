"""Counting whatever callers send, with a bound on the work and on each pause of the event loop."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Iterable, Iterator
from math import ceil
from sys import getsizeof

import msgspec

from headgate.tokenizers.tokenizer import Tokenizer

SLICE = 64 * 1024
"""Characters counted at a time: about 4 ms. Cut at a word, the sum of slices is exact."""
SLOW_SLICE = 4 * 1024
"""The same for text with a long run of one character, up to 30 times as slow: about 4 ms too."""
EXACT = 256 * 1024
"""Characters counted for one prompt; what is beyond is extrapolated."""
CACHE_BYTES = 16 * 1024 * 1024
SHORTEST_CACHED = 512
"""Characters; a shorter text is counted sooner than it is worth remembering."""

_SLOW_RUNS = tuple(character * 128 for character in "-=*/#\t")
"""What vocabularies have long tokens of, so that a run can be cut in very many ways."""
_SLOWNESS = 16
_TRIES = 256
_BYTES_PER_TOKEN = 3
"""A cautious mean, for a prompt of which nothing was counted."""


class Count(msgspec.Struct, frozen=True):
    """Tokens of a prompt, and whether all of it was counted."""

    tokens: int
    exact: bool


class BoundedCounter:
    """Counts the texts of prompts and remembers the long ones, as histories are sent again."""

    __slots__ = ("_cache", "_cache_bytes", "_exact", "_room", "_tokenizer")

    def __init__(
        self, tokenizer: Tokenizer, *, exact: int = EXACT, cache_bytes: int = CACHE_BYTES
    ) -> None:
        self._tokenizer = tokenizer
        self._exact = exact
        self._cache: OrderedDict[str, int] = OrderedDict()
        self._cache_bytes = cache_bytes
        self._room = cache_bytes

    def count(self, text: str) -> int:
        """Return the tokens of one text, extrapolated if it is longer than the exact part."""
        if len(text) < SHORTEST_CACHED:
            return self._tokenizer.count(text)
        if len(text) > SLOW_SLICE:
            return self.count_all((text,)).tokens
        tokens = self._recall(text)
        if tokens is None:
            tokens = self._tokenizer.count(text)
            self._remember(text, tokens)
        return tokens

    def count_all(self, texts: Iterable[str]) -> Count:
        """Return the tokens of a whole prompt without a pause."""
        steps = self.steps(texts)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                result: Count = end.value
                return result

    def steps(self, texts: Iterable[str]) -> Generator[None, None, Count]:
        """Count a whole prompt; pauses wherever the event loop should have a turn.

        Remembered texts are free. Of the others as many characters as `exact` says are counted,
        what is beyond at the same number of tokens a byte.
        """
        remembered = tokens = spent = since_pause = counted_bytes = skipped_bytes = 0
        for text in texts:
            known = self._recall(text)
            if known is not None:
                remembered += known
                continue
            own = done = 0
            for piece, effort in _pieces(text):
                if spent + effort > self._exact:
                    break
                if since_pause >= SLICE:
                    since_pause = 0
                    yield
                own += self._tokenizer.count(piece)
                done += len(piece)
                spent += effort
                since_pause += effort
                counted_bytes += _utf8_length(piece)
            tokens += own
            if done == len(text):
                self._remember(text, own)
            else:
                skipped_bytes += _utf8_length(text[done:])
        if not skipped_bytes:
            return Count(remembered + tokens, exact=True)
        per_byte = tokens / counted_bytes if counted_bytes else 1 / _BYTES_PER_TOKEN
        return Count(remembered + tokens + ceil(skipped_bytes * per_byte), exact=False)

    def _recall(self, text: str) -> int | None:
        if len(text) < SHORTEST_CACHED:
            return None
        known = self._cache.get(text)
        if known is not None:
            self._cache.move_to_end(text)
        return known

    def _remember(self, text: str, tokens: int) -> None:
        size = getsizeof(text)
        if len(text) < SHORTEST_CACHED or size > self._cache_bytes or text in self._cache:
            return
        self._cache[text] = tokens
        self._room -= size
        while self._room < 0:
            oldest, _ = self._cache.popitem(last=False)
            self._room += getsizeof(oldest)


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Cut a text for counting; with each piece the effort it takes, in ordinary characters."""
    for piece in slices(text):
        if len(piece) > SLOW_SLICE and any(run in piece for run in _SLOW_RUNS):
            for slow in slices(piece, SLOW_SLICE):
                yield slow, _SLOWNESS * len(slow)
        else:
            yield piece, len(piece)


def _utf8_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def slices(text: str, size: int = SLICE) -> Iterator[str]:
    """Cut a text into pieces of at most `size` characters whose counts add up to its own.

    They do where a word ends at a blank and another begins (tokens.md 1.4); text that has no such
    place near the end of a piece is cut anywhere, at the cost of a token or two.
    """
    start = 0
    while len(text) - start > size:
        end = _cut(text, lowest=start + size // 2, highest=start + size)
        yield text[start:end]
        start = end
    yield text[start:]


def _cut(text: str, *, lowest: int, highest: int) -> int:
    blank = highest
    for _ in range(_TRIES):
        blank = text.rfind(" ", lowest, blank)
        if blank <= lowest:
            break
        if text[blank - 1].isalnum() and text[blank + 1].isalpha():
            return blank
    return highest
