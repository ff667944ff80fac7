from __future__ import annotations

import gzip
import zlib

import pytest

from headgate.tokens import inflate as module
from headgate.tokens.inflate import InflatingTap, inflate
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
    monkeypatch.setattr(module, "INFLATED_MAX", len(WORDS))
    tap = tap_for(b"gzip")
    packed = gzip.compress(WORDS + USAGE)
    assert tap.feed(packed) == packed
    assert tap.feed(b"more") == b"more"
    assert tap.completion_text() == "one two"
    assert tap.usage() is None
