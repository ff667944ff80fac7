"""The table of the adaptive limit, through real processes (design: limits, section 5)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import httpx2
import pytest

from tests.e2e.processes import ROOT, Process, headgate

TABLE = {
    1: (136, 318, (306, 125)),
    5: (135, 315, (305, 125)),
    10: (130, 310, (300, 120)),
    20: (120, 300, (300, 120)),
}
"""Tokens of one call: low alone, high alone, high and low together."""

CASES = [(tokens, streamed) for tokens in TABLE for streamed in (False, True)]


@pytest.fixture(scope="module")
def adaptive(simulator: Process, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A gateway with the example's folder and a subscription for every window that is needed."""
    folder = tmp_path_factory.mktemp("adaptive") / "service"
    shutil.copytree(ROOT / "examples" / "adaptive-limits", folder)
    named = folder / "named values" / "simulator-url" / "namedValueInformation.json"
    url = {"properties": {"displayName": "simulator-url", "value": f"{simulator.url}/openai"}}
    named.write_text(json.dumps(url))
    for number in range(3 * len(CASES)):
        place = folder / "subscriptions" / f"window-{number}"
        place.mkdir()
        properties = {"displayName": "w", "scope": "/apis", "primaryKey": f"window-key-{number}"}
        (place / "subscriptionInformation.json").write_text(json.dumps({"properties": properties}))
    environment = {"ADAPTIVE_FIRST_KEY": "first", "ADAPTIVE_SECOND_KEY": "second"}
    arguments = ("serve", str(folder), "--port", "0", "--management-port", "0")
    with headgate(*arguments, environment=environment) as process:
        yield process


class Service:
    """Calls of exactly so many tokens under one subscription, plain or streamed."""

    def __init__(self, client: httpx2.Client, url: str, *, window: int, streamed: bool) -> None:
        self._client = client
        self._base = f"{url}/adaptive/openai/deployments/m"
        self._key = f"window-key-{window}"
        self._streamed = streamed

    def call(self, tokens: int, service_class: str) -> int:
        """Return the status."""
        headers = {
            "api-key": self._key,
            "x-service-class": service_class,
            "x-simulator-completion-tokens": "0",
        }
        if self._streamed:
            path, payload = "completions", {"prompt": [1] * tokens, "stream": True}
        else:
            path, payload = "embeddings", {"input": [1] * tokens}
        answer = self._client.post(f"{self._base}/{path}", json=payload, headers=headers)
        assert answer.status_code in (200, 429), answer.text
        return answer.status_code

    def draw(self, tokens: int, *classes: str) -> tuple[int, ...]:
        """Call in turn, each class until its first 429; return the tokens of each."""
        drawn = dict.fromkeys(classes, 0)
        drawing = list(classes)
        while drawing:
            for service_class in tuple(drawing):
                if self.call(tokens, service_class) == 200:
                    drawn[service_class] += tokens
                else:
                    drawing.remove(service_class)
        return tuple(drawn.values())


@pytest.mark.parametrize(("tokens", "streamed"), CASES)
def test_classes_draw_what_the_table_says_to_the_token(
    adaptive: Process, client: httpx2.Client, tokens: int, streamed: bool
) -> None:
    first = 3 * CASES.index((tokens, streamed))

    def service(offset: int) -> Service:
        return Service(client, adaptive.url, window=first + offset, streamed=streamed)

    low_alone, high_alone, together = TABLE[tokens]
    assert service(0).draw(tokens, "low") == (low_alone,)
    assert service(1).draw(tokens, "high") == (high_alone,)
    assert service(2).draw(tokens, "high", "low") == together


def test_the_older_form_counts_answers_and_refuses_one_call_late(
    adaptive: Process, client: httpx2.Client
) -> None:
    """Counted after the answer: with 300 used the limit is 320, so the call to 360 still passes."""
    url = f"{adaptive.url}/adaptive-by-calls/openai/deployments/m/embeddings"
    headers = {"api-key": "first", "x-service-class": "high"}
    statuses: list[int] = []
    while not statuses or (statuses[-1] == 200 and len(statuses) < 20):
        answer = client.post(url, json={"input": [1] * 60}, headers=headers)
        statuses.append(answer.status_code)
    assert statuses == [200] * 6 + [429]
