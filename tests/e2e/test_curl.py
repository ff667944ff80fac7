"""curl, as the README and the demo print it."""

from __future__ import annotations

import json
import shutil
import subprocess

from tests.e2e.conftest import KEYS
from tests.e2e.processes import Process

PAYLOAD = {"messages": [{"role": "user", "content": "how is the weather in London?"}]}


def curl(*arguments: str) -> str:
    """Run curl and return what it prints."""
    assert shutil.which("curl"), "curl is missing: apt-get install curl"
    finished = subprocess.run(
        ["curl", "-sS", "--max-time", "20", *arguments], capture_output=True, text=True, check=True
    )
    return finished.stdout


def test_curl_gets_an_answer_with_the_limits_headers(gateway: Process) -> None:
    url = f"{gateway.url}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
    key = f"api-key: {KEYS['lesson']}"
    out = curl(
        "-i", url, "-H", key, "-H", "content-type: application/json", "-d", json.dumps(PAYLOAD)
    )
    head, _, body = out.replace("\r\n", "\n").partition("\n\n")
    assert head.startswith("HTTP/1.1 200")
    usage = json.loads(body)["usage"]
    assert f"x-tokens-consumed: {usage['total_tokens']}" in head.lower()
    assert f"x-remaining-tokens: {50 - usage['total_tokens']}" in head.lower()


def test_curl_may_give_the_key_in_the_query(gateway: Process) -> None:
    url = (
        f"{gateway.url}/openai/deployments/gpt-4o/chat/completions?subscription-key={KEYS['first']}"
    )
    answer = json.loads(curl(url, "-d", json.dumps(PAYLOAD)))
    assert answer["choices"]


def test_curl_streams(gateway: Process) -> None:
    url = f"{gateway.url}/openai/deployments/gpt-4o/chat/completions"
    payload = json.dumps({**PAYLOAD, "stream": True})
    out = curl("-N", url, "-H", f"api-key: {KEYS['lesson']}", "-d", payload)
    assert out.rstrip().endswith("data: [DONE]")
