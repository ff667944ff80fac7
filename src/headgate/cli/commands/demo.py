"""`headgate demo`: the lesson and the adaptive limit, live, against the simulator."""

from __future__ import annotations

import socket
from threading import Event
from typing import Annotated

import typer
from rich.console import Console

from headgate.cli.demo.acts import adaptive, lesson
from headgate.cli.demo.clients import CHAT, Caller, Ledger, local
from headgate.cli.demo.processes import SERVICE, NotStarted, running
from headgate.cli.demo.verdicts import sum_of

KEYS = {name: f"{name}-key-of-the-demo" for name in ("lesson", "streaming", "first", "second")}
"""Subscription keys by subscription; the folder takes them from the environment."""
COMPLETION_TOKENS = "4"


def free(port: int) -> int:
    """Return the port, or 0 for any free one where somebody has it already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


def command(
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the tables.")] = False,
    port: Annotated[
        int,
        typer.Option(
            min=1, max=65534, help="Port of the gateway, if it is free; management has the next."
        ),
    ] = 8080,
) -> None:
    """Show token limits at work; exit 0 if and only if what was seen was right."""
    console = Console(soft_wrap=True)
    try:
        with running("llm-simulator", "--port", "0", "--completion-tokens", COMPLETION_TOKENS) as (
            simulator,
            *_,
        ):
            environment = {f"HEADGATE_DEMO_{name.upper()}_KEY": key for name, key in KEYS.items()}
            environment |= {"HEADGATE_DEMO_SIMULATOR": f"{simulator}/openai"}
            ports = ("--port", str(free(port)), "--management-port", str(free(port + 1)))
            with running("serve", str(SERVICE), *ports, environment=environment) as (
                gateway,
                management,
            ):
                faults = show(console, simulator=simulator, gateway=gateway)
                for fault in faults:
                    console.print(f"[red]wrong:[/] {fault}")
                explain(console, gateway=gateway, management=management)
                if not once:
                    stay(console)
    except NotStarted as error:
        console.print(f"[red]{error}[/]")
        raise typer.Exit(1) from error
    raise typer.Exit(1 if faults else 0)


def show(console: Console, *, simulator: str, gateway: str) -> list[str]:
    """Play all acts; return what was wrong."""
    console.print(f"LLM simulator {simulator}, gateway {gateway}\n")
    with local() as client:
        ledger = Ledger(client, simulator)

        def caller(name: str, tag: str) -> Caller:
            return Caller(client, gateway, key=KEYS[name], tag=tag)

        faults = lesson(
            console, caller("lesson", "plain"), ledger=ledger, tag="plain", stream=False
        )
        faults += lesson(
            console, caller("streaming", "streamed"), ledger=ledger, tag="streamed", stream=True
        )
        callers = {
            "low alone": caller("first", "low alone"),
            "both": caller("second", "both"),
        }
        faults += adaptive(console, callers, ledgers=lambda tag: sum_of(ledger.calls(tag)))
    return faults


def explain(console: Console, *, gateway: str, management: str) -> None:
    """Print how to do the same by hand."""
    key = KEYS["lesson"]
    console.rule("Do it yourself", align="left")
    console.print(
        f"curl -i '{gateway}{CHAT}' -H 'api-key: {key}' -H 'content-type: application/json' \\\n"
        '  -d \'{"messages":[{"role":"system","content":"you are a friendly assistant"},'
        '{"role":"user","content":"how is the weather in London?"}]}\'\n',
        markup=False,
        highlight=False,
    )
    console.print(
        "from openai import AzureOpenAI\n"
        f'client = AzureOpenAI(azure_endpoint="{gateway}", api_key="{key}", '
        'api_version="2024-10-21")\n'
        'print(client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", '
        '"content": "how is the weather in London?"}]))\n',
        markup=False,
        highlight=False,
    )
    console.print(f"Metrics: {management}/metrics", highlight=False)


def stay(console: Console) -> None:
    """Keep everything up until Ctrl-C."""
    console.print("Everything stays up until Ctrl-C.")
    try:
        Event().wait()
    except KeyboardInterrupt:
        console.print("Stopping.")
