"""No change of a token's text survives its signature, and no text is more than refused."""

from __future__ import annotations

import base64
from typing import Any

import jwt
from hypothesis import given
from hypothesis import strategies as st

from headgate.policy.signatures import Token, TokenRefused, secret_key, take_apart, verify

SECRET = b"0123456789abcdef0123456789abcdef"
KEY = secret_key(base64.b64encode(SECRET).decode())
TEXT = jwt.encode({"sub": "ann", "exp": 2_000_000_000}, SECRET, "HS256")
GOOD = take_apart(TEXT)


def accepted(text: str) -> Token | None:
    try:
        token = take_apart(text)
        verify(token, [KEY])
    except TokenRefused:
        return None
    return token


@given(st.integers(0, len(TEXT) - 1), st.characters())
def test_changed_tokens_say_nothing_new(place: int, character: str) -> None:
    token = accepted(TEXT[:place] + character + TEXT[place + 1 :])
    # The last letter of base64 has bits that do not count.
    assert token is None or (token.claims, token.signed) == (GOOD.claims, GOOD.signed)


@given(st.text() | st.lists(st.text("abcABC019-_=+/ "), max_size=5).map(".".join))
def test_other_texts_are_refused(text: str) -> None:
    assert accepted(text) is None


headers: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"alg": st.sampled_from(["none", "HS256", "RS256", "ES256", "PS512"]) | st.text() | st.none()}
)


@given(headers, st.binary(max_size=64))
def test_signatures_are_not_guessed(header: dict[str, Any], signature: bytes) -> None:
    def part(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).decode().rstrip("=")

    head = jwt.utils.base64url_encode(str(header).replace("'", '"').encode()).decode()
    assert accepted(f"{head}.{TEXT.split('.')[1]}.{part(signature)}") is None
