"""A traced call, as docs/tracing.md tells: asked for by header and by token, read by its id."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import httpx2

from tests.e2e.processes import ROOT, headgate

FREE = ("--port", "0", "--management-port", "0")
CALL = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
BODY = {"messages": [{"role": "user", "content": "hi"}]}
KEY = "team-a-key-for-trying-out"


def test_a_call_tells_where_its_trace_is(tmp_path: Path, client: httpx2.Client) -> None:
    folder = tmp_path / "service"
    shutil.copytree(ROOT / "examples/azure-openai", folder)
    (folder / "headgate.toml").write_text("tracing = true\n")
    with headgate("llm-simulator", "--port", "0") as upstream:
        value = folder / "named values/simulator-url/namedValueInformation.json"
        value.write_text(value.read_text().replace("http://127.0.0.1:9999", upstream.url))
        with headgate("serve", str(folder), *FREE) as gateway:

            def call(**headers: str) -> httpx2.Response:
                named = {name.replace("_", "-"): text for name, text in headers.items()}
                return client.post(gateway.url + CALL, json=BODY, headers={"api-key": KEY, **named})

            plain = call()
            traced = call(ocp_apim_trace="true")
            token = client.post(
                f"{gateway.management}/debug-credentials", json={"apiId": "azure-openai"}
            ).json()["token"]
            debugged = call(apim_debug_authorization=token)
            assert "apim-trace-id" not in plain.headers
            location = traced.headers["ocp-apim-trace-location"]
            assert location == f"{gateway.management}/traces/{traced.headers['apim-trace-id']}"
            seen = client.get(location)
            assert client.get(debugged.headers["ocp-apim-trace-location"]).status_code == 200
            requests = client.get(f"{upstream.url}/_/ledger").text
    assert "ocp-apim-trace" not in requests.lower()
    trace: dict[str, list[dict[str, Any]]] = seen.json()["traceEntries"]
    inbound = {entry["source"]: entry["data"] for entry in trace["inbound"]}
    limit = inbound["azure-openai-token-limit"]
    assert {"name": "counter-key", "value": "team-a"} in limit["inputs"]
    assert limit["document"] == "apis/azure-openai/policy.xml"
    # The plain call used up the minute's tokens.
    assert (traced.status_code, limit["outcome"][:3]) == (429, "429")
    assert KEY not in seen.text
    assert trace["outbound"][-1]["source"] == "transfer-response"
