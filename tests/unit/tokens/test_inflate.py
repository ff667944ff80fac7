from __future__ import annotations

import gzip
import zlib

import pytest

from headgate.model.usage import TokenUsage
from headgate.tokens import inflate as module
from headgate.tokens.inflate import RATIO_MAX, STEP_MIN, InflatingTap, inflate
from headgate.tokens.registry import DIALECTS
from headgate.tokens.stream import StreamTap

TEXT = b'{"usage":{"prompt_tokens":9,"completion_tokens":4}}'
WORDS = b'data: {"choices":[{"delta":{"content":"one two"}}]}\n\n'
USAGE = b'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":7}}\n\n'


@pytest.mark.parametrize("encoding", [b"", b"identity", b" Identity "])
def test_plain_bytes_stay_the_very_same_object(encoding: bytes) -> None:
    assert inflate(TEXT, encoding) is TEXT


@pytest.mark.parametrize("encoding", [b"gzip", b"x-gzip", b" GZIP "])
def test_gzip_is_inflated(encoding: bytes) -> None:
    assert inflate(gzip.compress(TEXT), encoding) == TEXT


def test_deflate_is_inflated() -> None:
    assert inflate(zlib.compress(TEXT), b"deflate") == TEXT


@pytest.mark.parametrize("encoding", [b"br", b"zstd", b"gzip, br"])
def test_what_cannot_be_inflated_reads_as_nothing(encoding: bytes) -> None:
    assert inflate(TEXT, encoding) == b""


def test_broken_bytes_read_as_nothing_and_a_cut_body_as_what_there_is() -> None:
    assert inflate(b"not gzip at all", b"gzip") == b""
    assert TEXT.startswith(inflate(gzip.compress(TEXT)[:-8], b"gzip"))


def test_a_bomb_is_inflated_up_to_the_bound_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "INFLATED_MAX", 1000)
    assert inflate(gzip.compress(b"a" * 1000), b"gzip") == b"a" * 1000
    assert inflate(gzip.compress(b"a" * 1001), b"gzip") == b"a" * 1000


def tap_for(encoding: bytes) -> InflatingTap:
    return InflatingTap(StreamTap(DIALECTS["openai-chat"], hide_usage=True), encoding)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_compressed_stream_passes_unchanged_and_is_read(size: int) -> None:
    tap = tap_for(b"gzip")
    packed = gzip.compress(WORDS + USAGE)
    chunks = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert [tap.feed(chunk) for chunk in chunks] == chunks
    assert tap.finish() == b""
    usage = tap.usage()
    assert usage is not None
    assert usage.total_tokens == 16
    assert tap.completion_text() == "one two"


def test_a_stream_that_breaks_passes_on_and_keeps_what_was_read() -> None:
    tap = tap_for(b"gzip")
    packed = gzip.compress(WORDS)
    packer = zlib.compressobj(wbits=31)
    whole = packer.compress(WORDS) + packer.flush(zlib.Z_FULL_FLUSH)
    assert tap.feed(whole) == whole
    assert tap.feed(b"\xff" * 20) == b"\xff" * 20
    assert tap.feed(packed) == packed
    assert tap.completion_text() == "one two"
    assert tap.usage() is None


def test_an_unknown_encoding_passes_and_tells_nothing() -> None:
    tap = tap_for(b"br")
    assert tap.feed(WORDS) == WORDS
    assert tap.usage() is None
    assert tap.completion_text() == ""


def test_a_stream_that_is_a_bomb_is_read_up_to_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STREAMED_MAX", len(WORDS))
    tap = tap_for(b"gzip")
    packed = gzip.compress(WORDS + USAGE)
    assert tap.feed(packed) == packed
    assert tap.feed(b"more") == b"more"
    assert tap.completion_text() == "one two"
    assert tap.usage() is None


def test_a_bomb_is_given_up_soon() -> None:
    bomb = gzip.compress(b"a" * (32 << 20))
    assert len(inflate(bomb, b"gzip")) == RATIO_MAX * len(bomb) < 2 << 20
    small = gzip.compress(b"a" * (1 << 20))
    assert len(inflate(small, b"gzip")) == STEP_MIN


def test_ordinary_text_is_within_the_ratio() -> None:
    events = b"".join(WORDS.replace(b"one", b"%x" % (at * 7919)) for at in range(60_000))
    packed = gzip.compress(events)
    assert len(events) > 9 * STEP_MIN
    assert inflate(packed, b"gzip") == events


def test_a_chunk_that_is_a_bomb_ends_the_reading() -> None:
    tap = tap_for(b"gzip")
    packer = zlib.compressobj(wbits=31)
    first = packer.compress(WORDS) + packer.flush(zlib.Z_SYNC_FLUSH)
    before = tap.feed(first), tap.readable
    assert before == (first, True)
    bomb = packer.compress(b"\n" * (2 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH)
    rest = packer.compress(USAGE) + packer.flush()
    assert tap.feed(bomb) == bomb
    assert tap.feed(rest) == rest
    assert not tap.readable
    assert tap.usage() is None
    assert tap.completion_text() == "one two"


def test_a_compressed_stream_tells_all_that_a_plain_one_does_and_cannot_be_ended() -> None:
    tap = tap_for(b"gzip")
    tap.feed(gzip.compress(WORDS + USAGE + b"data: [DONE]\n\n"))
    assert tap.partial() == tap.usage()
    assert (tap.complete, tap.truncated, tap.readable) == (True, False, True)
    assert tap.seen_tokens() == 3
    assert tap.cut(TokenUsage(), show_usage=True) is None


def test_an_unknown_encoding_is_not_readable() -> None:
    assert not tap_for(b"br").readable
