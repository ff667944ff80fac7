"""`headgate llm-simulator`: an LLM upstream that costs nothing (docs/llm-simulator.md)."""

from __future__ import annotations

from typing import Annotated

import typer

from headgate.simulator.faults import Fault, fault_named
from headgate.simulator.lengths import Length, parse
from headgate.simulator.options import SimulatorOptions
from headgate.simulator.server import run

_LENGTH = "A number, LOW-HIGH or lognormal:MEDIAN:SIGMA[:LOW-HIGH]."


def length(text: str, option: str) -> Length:
    """Return what `64`, `10-200` or `lognormal:300:0.8` says. Raises BadParameter."""
    try:
        return parse(text)
    except ValueError:
        message = f"expected a number, LOW-HIGH or lognormal:MEDIAN:SIGMA[:LOW-HIGH], not {text!r}"
        raise typer.BadParameter(message, param_hint=option) from None


def assignments(given: list[str] | None, option: str) -> dict[str, str]:
    """Return what `name=value` options say. Raises BadParameter."""
    pairs = [item.partition("=") for item in given or ()]
    for name, equals, _ in pairs:
        if not name or not equals:
            raise typer.BadParameter("expected NAME=VALUE", param_hint=option)
    return {name: value for name, _, value in pairs}


def rates(given: list[str] | None) -> dict[Fault, float]:
    """Return failure rates by fault. Raises BadParameter."""
    try:
        return {
            fault_named(name): float(value)
            for name, value in assignments(given, "--failure-rate").items()
        }
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--failure-rate") from None


def command(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0: a free one.")] = 9999,
    seed: Annotated[int, typer.Option(help="What all chance follows from.")] = 0,
    first_token_latency_ms: Annotated[float, typer.Option(help="Until the first token.")] = 0.0,
    token_pace_ms: Annotated[float, typer.Option(help="From token to token.")] = 0.0,
    completion_tokens: Annotated[str, typer.Option(help=_LENGTH)] = "64",
    reasoning_tokens: Annotated[str, typer.Option(help=f"Thought before. {_LENGTH}")] = "0",
    prompt_percent: Annotated[str, typer.Option(help=f"Billed of prompts. {_LENGTH}")] = "100",
    cached_percent: Annotated[int, typer.Option(help="Of a prompt: read from the cache.")] = 0,
    cache_write_percent: Annotated[int, typer.Option(help="Of a prompt: written there.")] = 0,
    failure_rate: Annotated[
        list[str] | None, typer.Option(metavar="FAULT=SHARE", help="Share of calls that fail so.")
    ] = None,
    tokens_per_minute: Annotated[int | None, typer.Option(help="The provider's limit.")] = None,
    requests_per_minute: Annotated[int | None, typer.Option(help="The provider's limit.")] = None,
    key: Annotated[list[str] | None, typer.Option(help="A credential that is accepted.")] = None,
    deployment: Annotated[
        list[str] | None, typer.Option(metavar="NAME=MODEL", help="A deployment that exists.")
    ] = None,
) -> None:
    """Answer as OpenAI, Azure, Anthropic and Google do, with true token counts and a ledger."""
    try:
        options = SimulatorOptions(
            host=host,
            port=port,
            seed=seed,
            first_token_latency_ms=first_token_latency_ms,
            token_pace_ms=token_pace_ms,
            completion_tokens=length(completion_tokens, "--completion-tokens"),
            reasoning_tokens=length(reasoning_tokens, "--reasoning-tokens"),
            prompt_percent=length(prompt_percent, "--prompt-percent"),
            cached_percent=cached_percent,
            cache_write_percent=cache_write_percent,
            failure_rates=rates(failure_rate),
            tokens_per_minute=tokens_per_minute,
            requests_per_minute=requests_per_minute,
            keys=tuple(key or ()),
            deployments=assignments(deployment, "--deployment"),
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    raise typer.Exit(run(options))
