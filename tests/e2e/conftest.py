"""A simulator and a gateway in front of it, started for all end-to-end tests that want them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from headgate.cli.demo.processes import SERVICE
from tests.e2e.processes import Process, headgate

KEYS = {name: f"{name}-key" for name in ("lesson", "streaming", "first", "second")}


@pytest.fixture(scope="session")
def simulator() -> Iterator[Process]:
    """A simulator that completes four tokens unless a header says otherwise."""
    with headgate("llm-simulator", "--port", "0", "--completion-tokens", "4") as process:
        yield process


def demo_environment(simulator: Process) -> dict[str, str]:
    """Return what the demo's service folder takes from the environment."""
    environment = {f"HEADGATE_DEMO_{name.upper()}_KEY": key for name, key in KEYS.items()}
    return environment | {"HEADGATE_DEMO_SIMULATOR": f"{simulator.url}/openai"}


@pytest.fixture
def gateway(simulator: Process) -> Iterator[Process]:
    """A fresh gateway that serves the demo's folder; its counters are empty."""
    with headgate(
        "serve",
        str(SERVICE),
        "--port",
        "0",
        "--management-port",
        "0",
        environment=demo_environment(simulator),
    ) as process:
        yield process


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    """An HTTP client."""
    with httpx2.Client(timeout=30.0) as made:
        yield made
