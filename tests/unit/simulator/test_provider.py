from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headgate.model.clock import SECOND
from headgate.simulator.bodies import Incoming
from headgate.simulator.faults import Fault
from headgate.simulator.provider import Provider
from headgate.simulator.reply import Ending, Reply
from tests.unit.simulator.conftest import MakeBench

AZURE = "/openai/deployments/chat/chat/completions"


def body_of(reply: Reply) -> dict[str, Any]:
    [(body, _)] = reply.steps
    answer: dict[str, Any] = msgspec.json.decode(body)
    return answer


def get(provider: Provider, path: str, *, method: str = "GET", **query: str) -> Reply:
    return provider.answer(Incoming(method=method, path=path, query=query, headers={}, body=b""))


def test_answer_names_request_region_and_place_in_the_ledger(make_bench: MakeBench) -> None:
    bench = make_bench(region="North")
    headers = dict(bench.ask().headers)
    assert headers["x-request-id"] == headers["apim-request-id"]
    assert headers["x-ms-region"] == "North"
    assert headers["x-simulator-order"] == "1"
    assert dict(bench.ask().headers)["x-simulator-order"] == "2"


def test_same_seed_answers_the_same(make_bench: MakeBench) -> None:
    def answers(seed: int) -> list[dict[str, Any]]:
        bench = make_bench(seed=seed, completion_tokens=(1, 100))
        return [body_of(bench.ask()) for _ in range(3)]

    assert answers(1) == answers(1)
    assert answers(1) != answers(2)


def test_credential_is_read_from_either_header(make_bench: MakeBench) -> None:
    bench = make_bench()
    bench.ask(api_key="a")
    bench.ask(authorization="Bearer b")
    bench.ask(authorization="bearer c")
    bench.ask(api_key="a", authorization="Bearer b")
    bench.ask()
    assert [call.key for call in bench.provider.ledger.calls] == ["a", "b", "c", "a", ""]


@pytest.mark.parametrize("headers", [{}, {"api_key": "no"}, {"authorization": "Basic a"}])
def test_wrong_key_is_refused_in_the_providers_shape(
    make_bench: MakeBench, headers: dict[str, str]
) -> None:
    bench = make_bench(keys=("a",))
    assert bench.ask(api_key="a").status == 200
    reply = bench.ask(AZURE, **headers)
    assert (reply.status, body_of(reply)["error"]["code"]) == (401, "401")
    assert body_of(bench.ask(**headers))["error"]["code"] == "invalid_api_key"


def test_deployment_answers_with_its_model(make_bench: MakeBench) -> None:
    bench = make_bench(deployments={"chat": "gpt-4o"})
    assert body_of(bench.ask(AZURE))["model"] == "gpt-4o"
    assert bench.provider.ledger.calls[0].model == "chat"


def test_unknown_deployment_and_model_are_refused(make_bench: MakeBench) -> None:
    bench = make_bench(deployments={"other": "gpt-4o"})
    assert body_of(bench.ask(AZURE))["error"]["code"] == "DeploymentNotFound"
    reply = bench.ask()
    assert (reply.status, body_of(reply)["error"]["code"]) == (404, "model_not_found")


def test_model_must_be_named_where_the_path_does_not(make_bench: MakeBench) -> None:
    body = {"messages": [{"role": "user", "content": "Hello"}]}
    bench = make_bench()
    assert bench.ask(body=body).status == 400
    assert bench.ask(AZURE, body=body).status == 200


def test_refused_call_costs_nothing(make_bench: MakeBench) -> None:
    bench = make_bench()
    for reply in (bench.ask(body=b"{"), bench.ask(x_simulator_fault="500")):
        assert reply.status in (400, 500)
    assert bench.provider.ledger.total.prompt_tokens == 0


def test_unknown_path_and_method_are_refused(make_bench: MakeBench) -> None:
    bench = make_bench()
    assert get(bench.provider, "/nowhere").status == 404
    assert get(bench.provider, "/v1/chat/completions").status == 405
    assert bench.ask("/v1/models").status == 405


@pytest.mark.parametrize(("fault", "status"), [("429", 429), ("500", 500), ("503", 503)])
def test_status_can_be_ordered(make_bench: MakeBench, fault: str, status: int) -> None:
    reply = make_bench().ask(x_simulator_fault=fault, x_simulator_retry_after_ms="2500")
    assert reply.status == status
    if status != 500:
        assert ("retry-after", "3") in reply.headers
        assert ("retry-after-ms", "2500") in reply.headers


def test_transport_fault_can_be_ordered_and_is_entered(make_bench: MakeBench) -> None:
    bench = make_bench()
    assert bench.ask(x_simulator_fault="reset-mid-stream, gzip").ending is Ending.RESET
    assert bench.provider.ledger.calls[0].faults == ("gzip", "reset-mid-stream")


def test_faults_happen_at_their_rate(make_bench: MakeBench) -> None:
    bench = make_bench(failure_rates={Fault.STATUS_500: 0.3})
    statuses = [bench.ask().status for _ in range(400)]
    assert 0.22 < statuses.count(500) / 400 < 0.38


def test_senseless_order_is_refused(make_bench: MakeBench) -> None:
    reply = make_bench().ask(x_simulator_fault="explode")
    assert reply.status == 400
    assert "explode" in body_of(reply)["error"]["message"]


def test_token_limit_of_the_provider(make_bench: MakeBench) -> None:
    bench = make_bench(tokens_per_minute=60, completion_tokens=22)
    assert dict(bench.ask().headers)["x-ratelimit-remaining-tokens"] == "30"
    assert dict(bench.ask().headers)["x-ratelimit-remaining-tokens"] == "0"
    refused = bench.ask()
    assert refused.status == 429
    assert ("retry-after-ms", "30000") in refused.headers
    bench.clock.advance(30 * SECOND - 1)
    assert bench.ask().status == 429
    bench.clock.advance(1)
    assert bench.ask().status == 200
    assert bench.provider.ledger.total.prompt_tokens == 3 * 8


def test_request_limit_of_the_provider(make_bench: MakeBench) -> None:
    bench = make_bench(requests_per_minute=2)
    first = dict(bench.ask().headers)
    assert first["x-ratelimit-limit-requests"] == "2"
    assert first["x-ratelimit-remaining-requests"] == "1"
    assert [bench.ask().status for _ in range(2)] == [200, 429]


def test_models_are_listed_and_shown(make_bench: MakeBench) -> None:
    provider = make_bench(deployments={"chat": "gpt-4o"}).provider
    assert [model["id"] for model in body_of(get(provider, "/v1/models"))["data"]] == ["chat"]
    assert body_of(get(provider, "/v1/models/chat"))["id"] == "chat"
    assert get(provider, "/v1/models/other").status == 404
    anything = make_bench().provider
    assert len(body_of(get(anything, "/openai/models"))["data"]) > 1
    assert body_of(get(anything, "/v1/models/any"))["id"] == "any"


def test_ledger_is_shown_by_tag_and_reset(make_bench: MakeBench) -> None:
    bench = make_bench()
    bench.ask(x_simulator_tag="a")
    bench.ask(x_simulator_tag="b")
    assert body_of(get(bench.provider, "/_ledger"))["total"]["calls"] == 2
    shown = body_of(get(bench.provider, "/_ledger", tag="a"))
    assert [call["tag"] for call in shown["calls"]] == ["a"]
    assert get(bench.provider, "/_ledger", method="POST").status == 405
    assert get(bench.provider, "/_ledger/reset").status == 405
    reset = get(bench.provider, "/_ledger/reset", method="POST")
    assert body_of(reset)["total"]["calls"] == 0
    assert reset.entry is None


MESSAGES = {"model": "c", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}
CONTENTS = {"contents": [{"parts": [{"text": "Hello"}]}]}


def test_token_limit_is_told_in_each_vendors_way(make_bench: MakeBench) -> None:
    bench = make_bench(tokens_per_minute=60, completion_tokens=50)
    assert bench.ask().status == 200
    openai = bench.ask()
    assert dict(openai.headers)["x-ratelimit-remaining-tokens"] == "2"
    anthropic = bench.ask("/v1/messages", MESSAGES)
    assert dict(anthropic.headers)["anthropic-ratelimit-tokens-remaining"] == "2"
    assert body_of(anthropic)["error"]["type"] == "rate_limit_error"
    google = bench.ask("/v1beta/models/g:generateContent", CONTENTS)
    assert body_of(google)["error"]["status"] == "RESOURCE_EXHAUSTED"
    for refused in (openai, anthropic, google):
        assert refused.status == 429
        assert ("retry-after", "56") in refused.headers


def test_counting_is_free(make_bench: MakeBench) -> None:
    bench = make_bench(tokens_per_minute=1)
    counted = bench.ask("/v1/messages/count_tokens", MESSAGES, x_simulator_prompt_percent="125")
    assert body_of(counted) == {"input_tokens": 10}
    assert body_of(bench.ask("/v1beta/models/g:countTokens", CONTENTS))["totalTokens"] == 8
    assert bench.provider.ledger.total.prompt_tokens == 0


def test_vendors_name_requests_in_their_own_way(make_bench: MakeBench) -> None:
    bench = make_bench()
    headers = dict(bench.ask("/v1/messages", MESSAGES).headers)
    assert headers["request-id"].startswith("req_")
    assert "x-request-id" not in headers
    google = bench.ask("/v1beta/models/g:generateContent", CONTENTS)
    assert "x-request-id" not in dict(google.headers)
    assert bench.provider.ledger.calls[-1].model == "g"


def test_ledger_and_answer_agree_on_every_type(make_bench: MakeBench) -> None:
    bench = make_bench(
        completion_tokens=5,
        reasoning_tokens=3,
        prompt_percent=125,
        cached_percent=50,
        cache_write_percent=20,
    )
    usage = body_of(bench.ask())["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (10, 8)
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 3
    total = bench.provider.ledger.total
    assert (total.prompt_tokens, total.cached_tokens, total.cache_write_tokens) == (10, 5, 2)
    assert total.served_tokens == 8


def test_usage_of_a_stream_comes_when_asked_or_by_fault(make_bench: MakeBench) -> None:
    body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
    asked = body | {"stream_options": {"include_usage": True}}

    def told(body: object, usage: str) -> int:
        reply = make_bench().ask(body=body, x_simulator_usage=usage)
        return b"".join(data for data, _ in reply.steps).count(b'"usage":{')

    cases = [(body, "asked"), (body, "always"), (asked, "asked"), (asked, "none")]
    assert [told(*case) for case in cases] == [0, 1, 1, 0]
