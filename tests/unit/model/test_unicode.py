from __future__ import annotations

import pytest

from headgate.model.unicode import encodable


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("a", "a"), ("ä😀", "ä😀"), ("ä\ud800b\udfff", "ä\ufffdb\ufffd")],
)
def test_what_utf_8_has_stays_and_lone_surrogates_go(text: str, expected: str) -> None:
    assert encodable(text) == expected
