"""`headgate serve` as a process: start, keys, reload, drain, TLS."""

from __future__ import annotations

import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
import trustme

from tests.e2e.conftest import KEYS
from tests.e2e.processes import Process, headgate

API = '{"properties": {"displayName": "A", "path": "a", "subscriptionRequired": false}}'
OPENAPI = """openapi: 3.0.1
info: {title: A, version: "1"}
paths:
  /hello:
    get: {operationId: hello, responses: {"200": {description: ok}}}
"""
ANSWERS = (
    '<policies><inbound><return-response><set-status code="{status}" reason="Fine" />'
    "<set-body>{text}</set-body></return-response></inbound></policies>"
)
FREE = ("--port", "0", "--management-port", "0")


def write_folder(folder: Path, policy: str) -> Path:
    """Write a service with one operation that answers by policy."""
    api = folder / "apis" / "a"
    api.mkdir(parents=True, exist_ok=True)
    (api / "apiInformation.json").write_text(API)
    (api / "specification.yaml").write_text(OPENAPI)
    (api / "policy.xml").write_text(policy)
    return folder


def eventually(condition: Callable[[], bool], *, seconds: float = 10.0) -> bool:
    """Ask again and again until it is so, or time is up."""
    pause = threading.Event()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        pause.wait(0.05)
    return False


def test_it_is_ready_in_a_second_and_a_half(tmp_path: Path, client: httpx2.Client) -> None:
    folder = write_folder(tmp_path, ANSWERS.format(status=200, text="one"))
    began = time.monotonic()
    with headgate("serve", str(folder), *FREE) as process:
        assert client.get(f"{process.management}/readyz").status_code == 200
        assert time.monotonic() - began < 1.5 * 2  # the test machine runs other tests beside this
        assert client.get(f"{process.management}/healthz").status_code == 200
        assert "headgate_snapshot 1.0" in client.get(f"{process.management}/metrics").text
        status = client.get(f"{process.url}/status-0123456789abcdef")
        assert (status.status_code, status.text) == (200, "Service Operational")
        assert client.get(f"{process.url}/a/hello").text == "one"


def test_a_changed_file_is_served_and_a_broken_one_is_reported_and_is_not(
    tmp_path: Path, client: httpx2.Client
) -> None:
    folder = write_folder(tmp_path / "service", ANSWERS.format(status=200, text="one"))
    said = tmp_path / "stderr"
    with headgate("serve", str(folder), *FREE, stderr=said) as process:
        url = f"{process.url}/a/hello"
        write_folder(folder, ANSWERS.format(status=200, text="two"))
        assert eventually(lambda: client.get(url).text == "two")
        write_folder(folder, "<policies><inbound>\n  <no-such-element /></inbound></policies>")
        assert eventually(lambda: "HG140" in said.read_text())
        assert "apis/a/policy.xml:2:3 HG140" in said.read_text()
        assert client.get(url).text == "two"
        write_folder(folder, ANSWERS.format(status=200, text="three"))
        process.signal(signal.SIGHUP)
        assert eventually(lambda: client.get(url).text == "three")


def test_a_folder_with_errors_is_not_served(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "<policies><inbound><no-such-element /></inbound></policies>")
    finished = subprocess.run(
        [sys.executable, "-m", "headgate.cli.main", "serve", str(folder), *FREE],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert finished.returncode == 1
    assert "HG140" in finished.stderr


def test_sigterm_lets_a_stream_finish_and_exits_with_zero(
    gateway: Process, client: httpx2.Client
) -> None:
    headers = {
        "api-key": KEYS["lesson"],
        "x-simulator-completion-tokens": "20",
        "x-simulator-pace-ms": "50",
    }
    path = "/openai/deployments/gpt-4o/chat/completions"
    payload = {"messages": [{"role": "user", "content": "hi"}], "stream": True}
    with client.stream("POST", f"{gateway.url}{path}", json=payload, headers=headers) as answer:
        lines = answer.iter_lines()
        next(lines)
        gateway.signal(signal.SIGTERM)
        rest = list(lines)
    assert rest[-2:] == ["data: [DONE]", ""] or rest[-1] == "data: [DONE]"
    assert gateway.wait() == 0


def test_a_caller_who_hangs_up_is_charged_what_passed_and_the_backend_is_let_go(
    gateway: Process, simulator: Process, client: httpx2.Client
) -> None:
    headers = {
        "api-key": KEYS["lesson"],
        "x-simulator-completion-tokens": "200",
        "x-simulator-pace-ms": "20",
        "x-simulator-tag": "hang-up",
    }
    path = "/openai/deployments/gpt-4o/chat/completions"
    payload = {"messages": [{"role": "user", "content": "hi"}], "stream": True}
    with client.stream("POST", f"{gateway.url}{path}", json=payload, headers=headers) as answer:
        seen = 0
        for line in answer.iter_lines():
            seen += '"content":' in line
            if seen == 10:
                break

    def ledger() -> dict[str, int]:
        calls = client.get(f"{simulator.url}/_ledger", params={"tag": "hang-up"}).json()["calls"]
        assert len(calls) == 1
        return dict(calls[0])

    assert eventually(lambda: bool(ledger()["aborted"]))
    served = ledger()
    assert served["completion_tokens"] < 100

    def charged() -> float:
        text = client.get(f"{gateway.management}/metrics").text
        lines = [li for li in text.splitlines() if li.startswith("headgate_tokens_total")]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    assert eventually(lambda: charged() > 0)
    expected = served["prompt_tokens"] + served["completion_tokens"]
    assert abs(charged() - expected) <= max(2, expected * 0.01)


def test_both_ports_speak_tls(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "service", ANSWERS.format(status=200, text="safe"))
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    chain, key, root = (str(tmp_path / name) for name in ("chain.pem", "key.pem", "root.pem"))
    Path(chain).write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(root)
    context = ssl.create_default_context(cafile=root)
    options = ("--tls", f"{chain},{key}", "--management-tls", f"{chain},{key}")
    with (
        headgate("serve", str(folder), *FREE, *options) as process,
        httpx2.Client(verify=context) as client,
    ):
        assert process.url.startswith("https://")
        assert client.get(f"{process.url}/a/hello").text == "safe"
        assert client.get(f"{process.management}/readyz").status_code == 200


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "Access denied due to missing subscription key."),
        ({"api-key": "nobody"}, "Access denied due to invalid subscription key."),
    ],
)
def test_keys_are_asked_for_with_apims_texts(
    gateway: Process, client: httpx2.Client, headers: dict[str, str], message: str
) -> None:
    url = f"{gateway.url}/openai/deployments/gpt-4o/chat/completions"
    answer = client.post(url, json={}, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["message"].startswith(message)
    assert answer.headers["www-authenticate"].startswith("AzureApiManagementKey")


@pytest.mark.parametrize(
    "body", [b"not json", b'{"messages": "\xff"}', b"[" * 10_000 + b"]" * 10_000, b"[]"]
)
def test_an_unreadable_llm_request_is_400_without_a_trace(
    gateway: Process, client: httpx2.Client, body: bytes
) -> None:
    url = f"{gateway.url}/openai/deployments/gpt-4o/chat/completions"
    answer = client.post(url, content=body, headers={"api-key": KEYS["lesson"]})
    assert answer.status_code == 400
    assert answer.json()["statusCode"] == 400
    assert "Traceback" not in answer.text
