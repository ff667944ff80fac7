from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
import typer
from typer.testing import CliRunner, Result

from headgate.cli.commands.counters import amount, command, printable
from headgate.limits.operations import LOOK_MAX

RATE = {
    "kind": "tokens",
    "window": 60,
    "key": "red",
    "used": 1200,
    "held": 50,
    "limit": 2000,
    "remaining": 750,
    "frees_in": 12.5,
    "empties_in": 61.0,
}
SPENT = {
    "kind": "cost",
    "period": "Daily",
    "key": "red",
    "used": 1_500_000_000,
    "held": 0,
    "frees_in": 60.0,
    "empties_in": 60.0,
}


class Gateway:
    """A management port that notes what it was asked."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        self.asked: list[httpx2.Request] = []
        self.failing: httpx2.Response | httpx2.HTTPError | None = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if isinstance(self.failing, httpx2.HTTPError):
            raise self.failing
        if self.failing is not None:
            return self.failing
        if request.method == "POST":
            return httpx2.Response(200, json={**json.loads(request.content), **EMPTY})
        begin = int(request.url.params.get("cursor", "0"))
        end = begin + int(request.url.params["limit"])
        cursor = str(end) if end < len(self.rows) else None
        return httpx2.Response(200, json={"counters": self.rows[begin:end], "cursor": cursor})


EMPTY = {"used": 0, "held": 50, "frees_in": 0.0, "empties_in": 0.0}


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    gateway = Gateway([RATE, SPENT])
    made = httpx2.Client

    def client(**options: Any) -> httpx2.Client:
        assert options["trust_env"] is False
        return made(transport=httpx2.MockTransport(gateway), **options)

    monkeypatch.setattr(httpx2, "Client", client)
    return gateway


def invoke(*arguments: object, answer: str = "") -> Result:
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=answer)


def test_a_table_has_a_line_per_counter(gateway: Gateway) -> None:
    shown = invoke().stdout
    red = next(line for line in shown.splitlines() if "tokens" in line).split()
    assert red == ["red", "tokens", "60", "s", "1,200", "50", "2,000", "750", "13", "s", "61", "s"]
    spent = next(line for line in shown.splitlines() if "cost" in line).split()
    assert spent == ["red", "cost", "Daily", "1.500000", "0.000000", "-", "-", "60", "s", "60", "s"]
    assert str(gateway.asked[0].url) == "http://127.0.0.1:8081/counters?limit=200"


def test_json_is_what_the_port_said(gateway: Gateway) -> None:
    assert json.loads(invoke("--format", "json").stdout) == [RATE, SPENT]


def test_filters_are_the_ports(gateway: Gateway) -> None:
    invoke("red", "--kind", "cost", "--per", "Daily", "--prefix", "r", "--limit", 5)
    assert dict(gateway.asked[0].url.params) == {
        "kind": "cost",
        "per": "Daily",
        "key": "red",
        "prefix": "r",
        "limit": "5",
    }


@pytest.mark.parametrize("limit", [1, LOOK_MAX, LOOK_MAX + 1, 2 * LOOK_MAX + 5])
def test_pages_are_followed_up_to_the_limit(gateway: Gateway, limit: int) -> None:
    gateway.rows = [RATE | {"key": str(number)} for number in range(2 * LOOK_MAX + 5)]
    shown = json.loads(invoke("--limit", limit, "--format", "json").stdout)
    assert [row["key"] for row in shown] == [str(number) for number in range(limit)]
    assert len(gateway.asked) == -(-limit // LOOK_MAX)


def test_a_reset_is_asked_about_first(gateway: Gateway) -> None:
    refused = invoke("--reset", "red", answer="n\n")
    assert refused.exit_code == 1
    assert "Forget what these 2 counters counted?" in refused.stderr
    assert [request.method for request in gateway.asked] == ["GET"]
    agreed = invoke("--reset", "red", "--format", "json", answer="y\n")
    assert agreed.exit_code == 0
    assert [row["used"] for row in json.loads(agreed.stdout.splitlines()[-1])] == [0, 0]


def test_a_reset_names_each_counter_and_no_more(gateway: Gateway) -> None:
    assert invoke("--reset", "red", "--yes").exit_code == 0
    asked, *posted = gateway.asked
    assert asked.url.params["key"] == "red"
    assert [json.loads(request.content) for request in posted] == [
        {"kind": "tokens", "window": 60, "key": "red"},
        {"kind": "cost", "period": "Daily", "key": "red"},
    ]
    assert all(request.headers["content-type"] == "application/json" for request in posted)


def test_a_reset_of_nothing_fails(gateway: Gateway) -> None:
    gateway.rows = []
    result = invoke("--reset", "red", "--yes")
    assert (result.exit_code, "no such counter" in result.stderr) == (1, True)


def test_a_key_is_given_once(gateway: Gateway) -> None:
    assert invoke("red", "--reset", "red").exit_code == 2


@pytest.mark.parametrize(
    ("failing", "told"),
    [
        (httpx2.ConnectError("refused"), "does not answer: refused (does the gateway run"),
        (httpx2.Response(404, text="Not Found"), "answers 404 without JSON"),
        (httpx2.Response(200, json=[]), "answers 200 without JSON"),
        (httpx2.Response(400, json={"message": "limit is '0'"}), "400: limit is '0'"),
    ],
)
def test_a_port_that_does_not_help_is_an_error(
    gateway: Gateway, failing: httpx2.Response | httpx2.HTTPError, told: str
) -> None:
    gateway.failing = failing
    result = invoke("--management", "http://10.0.0.1:1/")
    assert result.exit_code == 1
    assert told in result.stderr


def test_a_key_is_no_markup_and_no_command_to_a_terminal(gateway: Gateway) -> None:
    assert printable("a\x1b[31m\nb") == "a\\x1b[31m\\nb"
    gateway.rows = [RATE | {"key": "[red]x\x1b"}]
    assert "[red]x\\x1b" in invoke().stdout


def test_amounts_are_grouped_and_cost_is_in_units() -> None:
    assert amount(None, "tokens") == "-"
    assert amount(1_000_000, "calls") == "1,000,000"
    assert amount(1, "cost") == "0.000000"
    assert amount(12_345_678_900_000, "cost") == "12,345.678900"
