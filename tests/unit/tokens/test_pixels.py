from __future__ import annotations

import struct

import pytest

from headgate.tokens.pixels import SEARCHED_MAX, picture_size


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height)


def segment(size: int) -> bytes:
    return b"\xff\xe0" + struct.pack(">H", size + 2) + bytes(size)


def jpeg(width: int, height: int, *segments: bytes) -> bytes:
    frame = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", height, width)
    return b"\xff\xd8" + b"".join(segments) + frame


def webp(kind: bytes, rest: bytes) -> bytes:
    return b"RIFF\0\0\0\0WEBP" + kind + b"\0\0\0\0" + rest


@pytest.mark.parametrize(
    "data",
    [
        png(640, 480),
        b"GIF89a" + struct.pack("<HH", 640, 480),
        jpeg(640, 480, segment(14)),
        jpeg(640, 480, segment(14), b"\xff\xc4" + segment(300)[2:]),
        webp(b"VP8 ", bytes(6) + struct.pack("<HH", 640, 480)),
        webp(b"VP8L", b"\x2f" + struct.pack("<I", 639 | 479 << 14)),
        webp(b"VP8X", bytes(4) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")),
    ],
)
def test_the_size_stands_in_the_first_bytes(data: bytes) -> None:
    assert picture_size(data + bytes(9)) == (640, 480)
    for end in range(len(data)):
        assert picture_size(data[:end]) is None


@pytest.mark.parametrize(
    "data", [b"", b"BM", png(0, 5), b"\xff\xd8\x00\x00", b"\xff\xd8" + b"\xff\xe0\0\0" * 90_000]
)
def test_what_is_no_picture_has_no_size(data: bytes) -> None:
    assert picture_size(data) is None


def test_a_frame_far_behind_is_not_looked_for() -> None:
    assert picture_size(jpeg(640, 480, segment(SEARCHED_MAX - 7))) == (640, 480)
    assert picture_size(jpeg(640, 480, segment(SEARCHED_MAX - 7), segment(1))) is None
