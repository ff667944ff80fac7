from __future__ import annotations

import msgspec
import pytest
from msgspec import UNSET

from headgate.rehearsal.script import Script


def test_keys_have_hyphens_and_what_is_left_out_is_told_from_null() -> None:
    script = msgspec.convert(
        {
            "named-values": {"a": "b"},
            "requests": [{"hang-up-at": 1.5, "expect": {"last-error": None}}],
        },
        Script,
    )
    (asked,) = script.requests
    assert asked.hang_up_at == 1.5
    assert asked.expect is not UNSET
    assert asked.expect.last_error is None
    assert asked.expect.status is UNSET
    assert script.named_values == {"a": "b"}


def test_key_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"`bodi`.*\$.requests\[0\]"):
        msgspec.convert({"requests": [{"bodi": ""}]}, Script)
