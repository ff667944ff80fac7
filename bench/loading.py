"""How long a large service takes to load, and how long a reload holds the event loop.

    .venv/bin/python bench/loading.py [--apis 200] [--operations 4]

Writes a service of its own to a temporary folder: per API one document and one per operation, each
with a handful of elements and a dozen expressions between them.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import tempfile
import time
from pathlib import Path

from headgate.cli.composition import Composition, compose
from headgate.cli.serving import beside_calls

SECRET = bytes(16)
TICK = 0.001
"""Seconds between two looks at the clock of the loop."""

API_POLICY = """<policies>
    <inbound>
        <base />
        <set-variable name="team" value="@(context.Subscription?.Name ?? "none-{number}")" />
        <set-variable name="model"
            value="@(context.Request.Body?.As<JObject>(true)?["model"]?.ToString() ?? "gpt-4o")" />
        <llm-token-limit counter-key="@(context.Subscription?.Id ?? "{number}")"
            tokens-per-minute="{limit}" estimate-prompt-tokens="false" />
        <choose>
            <when condition="@(context.Variables.GetValueOrDefault<string>("model") == "gpt-4o"
                && context.Request.Headers.ContainsKey("x-{number}"))">
                <set-header name="x-team" exists-action="override">
                    <value>@((string)context.Variables["team"] + "-{number}")</value>
                </set-header>
            </when>
            <otherwise>
                <set-query-parameter name="v" exists-action="skip">
                    <value>{number}</value>
                </set-query-parameter>
            </otherwise>
        </choose>
    </inbound>
    <backend><base /></backend>
    <outbound><base />
        <set-header name="x-status">
            <value>@(context.Response.StatusCode.ToString())</value>
        </set-header>
    </outbound>
    <on-error><base /></on-error>
</policies>
"""
OPERATION_POLICY = """<policies>
    <inbound>
        <base />
        <set-variable name="sum" value="@{{
            var total = {number};
            foreach (var name in new[] {{ "a", "b", "c" }})
            {{
                var text = context.Request.Headers.GetValueOrDefault(name, "0");
                total += int.TryParse(text, out var n) ? n : text.Length;
            }}
            return total;
        }}" />
        <choose>
            <when condition="@((int)context.Variables["sum"] > {limit})">
                <return-response>
                    <set-status code="429" reason="Too many" />
                    <set-body>@{
                        var sum = new JProperty("sum", context.Variables["sum"]);
                        return new JObject(sum).ToString();
                    }</set-body>
                </return-response>
            </when>
        </choose>
    </inbound>
    <backend><base /></backend>
    <outbound><base /></outbound>
    <on-error><base /></on-error>
</policies>
"""


def write_service(folder: Path, *, apis: int, operations: int, version: int = 0) -> int:
    """Write the service; return how many documents it has. No two versions share a document."""
    for number in range(apis):
        api = folder / "apis" / f"api-{number}"
        api.mkdir(parents=True, exist_ok=True)
        properties = {
            "displayName": f"API {number}",
            "path": f"api/{number}",
            "serviceUrl": "http://127.0.0.1:9999",
            "subscriptionRequired": False,
        }
        (api / "apiInformation.json").write_text(json.dumps({"properties": properties}))
        paths = {
            f"/items-{index}/{{id}}": {
                "post": {
                    "operationId": f"op-{index}",
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                    ],
                    "responses": {"200": {"description": "ok"}},
                }
            }
            for index in range(operations)
        }
        document = {"openapi": "3.0.1", "info": {"title": "A", "version": "1"}, "paths": paths}
        (api / "specification.json").write_text(json.dumps(document))
        (api / "policy.xml").write_text(filled(API_POLICY, number, version))
        for index in range(operations):
            place = api / "operations" / f"op-{index}"
            place.mkdir(parents=True, exist_ok=True)
            text = filled(OPERATION_POLICY, number, 10 * version + index)
            (place / "policy.xml").write_text(text)
    return apis * (operations + 1)


def filled(text: str, number: int, index: int) -> str:
    """Return a document unlike all others, as real ones are."""
    text = text.replace("{number}", f"{number}{index}").replace("{limit}", f"{1000 + number}")
    return text.replace("{{", "{").replace("}}", "}")


def load(folder: Path, number: int) -> tuple[Composition, float]:
    """Load the service; return it and the seconds that it took."""
    began = time.perf_counter()
    composition = compose(folder, number=number, secret=SECRET, environment={})
    return composition, time.perf_counter() - began


async def longest_pause(folder: Path, number: int) -> tuple[float, float]:
    """Reload in a thread, as the gateway does; return its seconds and the loop's longest pause."""
    with beside_calls():
        reload = asyncio.create_task(asyncio.to_thread(load, folder, number))
        longest, last = 0.0, time.perf_counter()
        while not reload.done():
            await asyncio.sleep(TICK)
            now = time.perf_counter()
            longest, last = max(longest, now - last - TICK), now
    return (await reload)[1], longest


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apis", type=int, default=200)
    parser.add_argument("--operations", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents = write_service(folder, apis=options.apis, operations=options.operations)
        composition, seconds = load(folder, 1)
        errors = [found for found in composition.diagnostics if found.severity == "error"]
        assert composition.snapshot is not None, errors[:3]
        print(f"{options.apis} APIs, {documents} documents: loaded in {seconds:.2f} s")
        gc.collect()
        gc.freeze()
        for number in (2, 3, 4):
            if number > 2:
                write_service(
                    folder, apis=options.apis, operations=options.operations, version=number
                )
            took, pause = asyncio.run(longest_pause(folder, number))
            what = "unchanged" if number == 2 else "every document changed"
            print(
                f"{what}: reloaded in {took:.2f} s, the loop paused {pause * 1000:.1f} ms at most"
            )


if __name__ == "__main__":
    main()
