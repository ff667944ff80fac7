"""The service of docs/caching.md as processes: values, answers, prompts of the same meaning."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.e2e.metered import FREE, database_of, ledger
from tests.e2e.processes import ROOT, Process, headgate

COLOURS = "please tell me the names of all the seven colours of the rainbow in their order"
SIMILAR = "Please tell me the names of all the seven colours of the rainbow in right order"
DIFFERENT = "how far is it from the earth to the moon and back again in miles"


@pytest.fixture(scope="module")
def models() -> Iterator[Process]:
    options = ("--port", "0", "--completion-tokens", "3", "--key", "key-of-the-models")
    with headgate("llm-simulator", *options) as process:
        yield process


@pytest.fixture
def service(models: Process, tmp_path: Path) -> Iterator[Process]:
    page = (ROOT / "docs/caching.md").read_text("utf-8")
    for name, text in re.findall(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", page, re.M | re.S):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    environment = {"MODELS_URL": models.url, "MODELS_KEY": "key-of-the-models"}
    with headgate("serve", str(tmp_path), *FREE, environment=environment) as process:
        yield process


@pytest.fixture
def client(service: Process) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=service.url, timeout=30.0) as made:
        yield made


def chat(
    client: httpx2.Client, prompt: str, *, headers: dict[str, str] | None = None, **members: Any
) -> httpx2.Response:
    """Ask for a completion; the answer is whole."""
    messages = [{"role": "system", "content": "be kind"}, {"role": "user", "content": prompt}]
    body = {"model": "gpt-4o", "messages": messages, **members}
    answer = client.post("/chat/chat/completions", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def order(answer: httpx2.Response) -> str:
    """Return the number that the provider gave to an answer."""
    return answer.headers["x-simulator-order"]


def test_prompts_of_the_same_meaning_get_the_same_answer(client: httpx2.Client) -> None:
    first = chat(client, COLOURS)
    similar = chat(client, SIMILAR)
    assert (order(similar), similar.content) == (order(first), first.content)
    assert order(chat(client, DIFFERENT)) != order(first)
    assert order(chat(client, COLOURS, headers={"x-tenant": "other"})) != order(first)
    assert order(chat(client, COLOURS, temperature=0.5)) != order(first)


def test_streams_are_answered_by_streams(client: httpx2.Client) -> None:
    whole = chat(client, COLOURS)
    first = chat(client, COLOURS, stream=True)
    again = chat(client, SIMILAR, stream=True)
    assert order(first) != order(whole)
    assert order(again) == order(first)
    assert again.headers["content-type"].startswith("text/event-stream")
    assert again.content == first.content
    assert again.content.endswith(b"data: [DONE]\n\n")


def test_stream_that_the_client_leaves_is_not_kept(client: httpx2.Client) -> None:
    members = {"stream": True}
    slow = {"x-simulator-completion-tokens": "50", "x-simulator-pace-ms": "20"}
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": COLOURS}], **members}
    with client.stream("POST", "/chat/chat/completions", json=body, headers=slow) as answer:
        next(answer.iter_bytes())
        left = order(answer)
    assert order(chat(client, COLOURS, stream=True)) != left


def test_hit_calls_no_provider_and_is_recorded(
    models: Process, client: httpx2.Client, tmp_path: Path, service: Process
) -> None:
    before = ledger(models)["total"]["calls"]
    for _ in range(5):
        chat(client, COLOURS)
    # One completion, and an embedding of each prompt.
    assert ledger(models)["total"]["calls"] - before == 6
    service.popen.terminate()
    service.wait()
    with closing(sqlite3.connect(database_of(tmp_path))) as connection:
        rows = connection.execute(
            "SELECT ending, attempts FROM usage_records ORDER BY attempts DESC"
        ).fetchall()
    assert rows == [("complete", 1)] + [("complete", 0)] * 4


def test_answers_to_get_are_kept(client: httpx2.Client) -> None:
    first = client.get("/catalogue/models?version=1&other=1")
    again = client.get("/catalogue/models?version=1&other=2")
    assert first.status_code == 200
    assert order(again) == order(first)
    assert again.json() == first.json()
    assert again.headers["cache-control"].startswith("private, max-age=")
    assert order(client.get("/catalogue/models?version=2")) != order(first)
    assert order(
        client.get("/catalogue/models?version=1", headers={"Authorization": "x"})
    ) != order(first)


def test_values_are_kept(client: httpx2.Client) -> None:
    first, again = client.get("/greeting/"), client.get("/greeting/")
    assert first.status_code == 200, first.text
    assert [first.headers["x-fetched"], again.headers["x-fetched"]] == ["yes", "no"]
    assert first.text == again.text
    assert int(first.text) > 0
