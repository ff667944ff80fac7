from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headgate.model.context import Context
from headgate.model.entities import Api, Backend
from headgate.model.facts import CacheAsked
from headgate.model.messages import Response
from headgate.policy.backends import Backends
from headgate.policy.effects import Cached, FetchToken, ForwardFailed, Send, SimilarLookup
from headgate.policy.elements import discover
from headgate.policy.plan import AnswerFound, Step
from headgate.policy.semantic import Sought
from headgate.policy.surroundings import Surroundings
from headgate.testing.playbook import Playbook, compile_element, make_context, make_response

EMBEDDINGS = Backend(id="e", url="https://e.example/v1")
VECTOR = make_response(200, b'{"data":[{"embedding":[1.0,0.0]}]}')
HI = {"role": "user", "content": "hi"}
SYSTEM = {"role": "system", "content": "be kind"}


def compiled(attributes: str = "", children: str = "", name: str = "llm") -> Step:
    tag = f"{name}-semantic-cache-lookup"
    xml = f'<{tag} score-threshold="0.05" embeddings-backend-id="e" {attributes}>{children}</{tag}>'
    surroundings = Surroundings(registry=discover(), backends=frozenset(("e",)))
    return compile_element(xml, surroundings=surroundings)


def calling(
    *messages: Any, path: str = "/chat/completions", headers: Any = None, **members: Any
) -> Context:
    """Return the call of a chat."""
    body = msgspec.json.encode({"messages": messages or [HI], **members})
    url = f"https://gateway.example{path}"
    context = make_context("POST", url, body=body, headers=headers)
    context.owners[Backends] = Backends((EMBEDDINGS,))
    return context


def facts(context: Context) -> list[tuple[str, str]]:
    return [(f.outcome, f.detail) for f in context.facts if isinstance(f, CacheAsked)]


def missed(step: Step, context: Context) -> tuple[str, bytes | None]:
    """Look a prompt up in vain; return the partition and what the embeddings backend is sent."""
    assert step.drive is not None
    steps = step.drive(context)
    send = next(steps)
    assert isinstance(send, Send)
    lookup = steps.send(VECTOR)
    assert isinstance(lookup, SimilarLookup)
    assert (lookup.vector, lookup.distance) == ([1.0, 0.0], 0.05)
    with pytest.raises(StopIteration):
        steps.send(None)
    sought = context.owners[Sought]
    assert (sought.partition, sought.vector) == (lookup.partition, [1.0, 0.0])
    assert facts(context) == [("miss", "")]
    return lookup.partition, send.request.body


def partition(step: Step, context: Context) -> str:
    return missed(step, context)[0]


def text(step: Step, context: Context) -> Any:
    body = missed(step, context)[1]
    assert body is not None
    return msgspec.json.decode(body)["input"]


@pytest.mark.parametrize("name", ["llm", "azure-openai"])
def test_answer_of_a_similar_prompt_is_the_answer(name: str) -> None:
    context, answer = calling(), make_response(200, b"found")
    book = Playbook(compiled(name=name), context)
    with pytest.raises(AnswerFound):
        book.expect(Send, VECTOR).expect(SimilarLookup, Cached(answer)).run()
    assert context.response is answer
    assert facts(context) == [("hit", "")]
    assert Sought not in context.owners


def test_answer_in_an_encoding_that_the_caller_cannot_read_is_not_found() -> None:
    context = calling()
    answer = make_response(200, b"", headers={"Content-Encoding": "gzip"})
    book = Playbook(compiled(), context)
    book.expect(Send, VECTOR).expect(SimilarLookup, Cached(answer)).run()
    assert context.response is None
    assert facts(context) == [("miss", "")]


def test_identity_of_the_gateway_is_used_if_asked_for() -> None:
    context = calling()
    book = Playbook(compiled('embeddings-backend-auth="system-assigned"'), context)
    book.expect(FetchToken, "token").expect(Send, VECTOR).expect(SimilarLookup, None).run()


def test_all_that_is_said_is_compared() -> None:
    context = calling(SYSTEM, HI, {"role": "assistant", "content": "yes?"}, HI)
    assert text(compiled(), context) == "be kind\nhi\nyes?\nhi"


def test_system_messages_can_be_ignored() -> None:
    step = compiled('ignore-system-messages="@(true)"')
    assert text(step, calling(SYSTEM, HI)) == "hi"
    assert partition(step, calling(SYSTEM, HI)) == partition(step, calling(HI))


def test_model_of_embeddings_is_sent_if_named() -> None:
    body = missed(compiled('embeddings-model="small"'), calling())[1]
    assert body == b'{"input":"hi","model":"small"}'


def test_long_dialogues_are_skipped() -> None:
    step = compiled('max-message-count="2"')
    missed(step, calling(SYSTEM, HI, HI))
    context = calling(SYSTEM, HI, HI, HI)
    Playbook(step, context).run()
    assert facts(context) == [("skipped", "The prompt has 3 messages.")]


def test_partitions_are_by_all_but_what_is_said() -> None:
    step = compiled()
    same = partition(step, calling())
    assert same == partition(step, calling({"role": "user", "content": "other"}))
    assert same == partition(step, calling(user="u", stream=False))
    others = [
        calling(model="m"),
        calling(stream=True),
        calling(tools=[{"type": "function"}]),
        calling(path="/v1/chat/completions"),
        calling({"role": "assistant", "content": "hi"}),
        calling(HI, HI),
    ]
    of_api = calling()
    of_api.api = Api(id="a", name="A", path="")
    found = {partition(step, context) for context in [*others, of_api]}
    assert len(found) == 7
    assert same not in found


def test_partitions_vary_by_expressions() -> None:
    vary = "<vary-by>@(context.Request.Headers.GetValueOrDefault(&quot;a&quot;))</vary-by>"
    step = compiled(children=f"{vary}<vary-by>fixed</vary-by>")
    assert len({partition(step, calling(headers=h)) for h in ({}, {"a": "1"}, {"a": "2"})}) == 3
    assert partition(step, calling(headers={"a": "1"})) == partition(
        step, calling(headers={"a": "1"})
    )


def test_failure_of_the_embeddings_backend_is_a_miss() -> None:
    context = calling()
    failed: Response | ForwardFailed = ForwardFailed("refused", "nobody there")
    Playbook(compiled(), context).expect(Send, failed).run()
    ((outcome, detail),) = facts(context)
    assert outcome == "failed"
    assert "nobody there" in detail
    assert Sought not in context.owners


def test_requests_without_a_prompt_are_skipped() -> None:
    context = make_context("GET", "https://gateway.example/models")
    Playbook(compiled(), context).run()
    assert facts(context) == [("skipped", "The request has no prompt.")]
