from __future__ import annotations

import pytest

from headgate.policy.elements._token_parts import Claim, SigningKey
from headgate.policy.schema import ElementError
from headgate.policy.value import literal_value
from headgate.testing.playbook import make_context


def test_key_is_read_once() -> None:
    key = SigningKey(key_id="k", secret=literal_value("MDEyMzQ1Njc4OWFiY2RlZg=="))
    key.prepare()
    assert key.of(make_context()) is key.fixed


def test_key_that_is_none_is_an_error_at_load() -> None:
    with pytest.raises(ElementError, match="base64"):
        SigningKey(secret=literal_value("?")).prepare()


def test_claim_wants_all_of_its_values_unless_told() -> None:
    claim = Claim(name=literal_value("a"), values=(literal_value("x"),))
    wanted = claim.wanted(make_context())
    assert (wanted.name, wanted.values, wanted.every, wanted.separator) == ("a", ("x",), True, None)
