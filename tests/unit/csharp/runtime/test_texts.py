"""UTF-16."""

from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.texts import MAX_TEXT, bounded, encode, units, whole


def test_only_characters_beyond_the_plane_are_split() -> None:
    assert units("aé") == "aé"
    assert len(units("a😀")) == 3
    assert whole(units("a😀b")) == "a😀b"


def test_half_a_pair_is_encoded_as_a_replacement() -> None:
    assert encode(units("😀")[:1]) == "\ufffd".encode()
    assert encode("é") == b"\xc3\xa9"


def test_sizes_are_bounded() -> None:
    assert bounded(MAX_TEXT) == MAX_TEXT
    with pytest.raises(DotNetError, match="OutOfMemory"):
        bounded(MAX_TEXT + 1)
