from __future__ import annotations

import msgspec
import pytest

from headgate.model.entities import Api, Operation, Product
from headgate.policy.narrowing import first_for, place_of
from headgate.testing.playbook import make_context

CHAT = Operation(id="chat", name="Chat", method="POST", url_template="/")


class Limit(msgspec.Struct):
    name: str | None = None
    id: str | None = None


def test_the_first_limit_that_names_it_is_taken() -> None:
    limits = (Limit(name="Other"), Limit(name="Chat"), Limit(id="chat"))
    assert first_for(CHAT, limits) is limits[1]


def test_an_id_goes_before_a_name() -> None:
    limits = (Limit(name="Chat", id="other"), Limit(name="Other", id="chat"))
    assert first_for(CHAT, limits) is limits[1]


def test_there_may_be_none() -> None:
    assert first_for(CHAT, (Limit(name="chat"), Limit(id="Chat"))) is None
    assert first_for(None, (Limit(),)) is None


@pytest.mark.parametrize(
    ("scope", "place"),
    [("global", ""), ("product", "gold"), ("api", "llm"), ("operation", "llm/chat"), ("", "")],
)
def test_a_document_is_for_a_place(scope: str, place: str) -> None:
    context = make_context()
    assert place_of(context, scope) in ("", "/")
    context.product = Product(id="gold", name="")
    context.api = Api(id="llm", name="", path="")
    context.operation = CHAT
    assert place_of(context, scope) == place
