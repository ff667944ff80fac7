"""What one seed stands for: the service, its settings, the calls and the faults."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import Literal

from headgate.cli.compiling import CompiledService, compile_service
from headgate.limits.counters import Throttling
from headgate.limits.operations import AdmissionMode
from headgate.model.entities import Api, Operation, PolicySource, Service
from headgate.policy.elements import discover
from headgate.policy.metering import Overrun

CALLER = "@(context.Request.Headers.GetValueOrDefault(&quot;x-caller&quot;, &quot;&quot;))"
LEFT = "@(400 + (int)context.Variables[&quot;left&quot;] / 4)"
MINUTES = (3_000, 6_000, 12_000)
"""Tokens a minute of one caller."""
STEADY = (0, 1, 2, 5)
"""Forms in which the limit of a counter is always the same."""

Fault = Literal[
    "none",
    "client gone",
    "upstream refuses",
    "upstream silent",
    "upstream stalls",
    "upstream breaks",
    "upstream 503",
    "no usage",
    "settled late",
    "settled twice",
    "never settled",
]
FAULTS: tuple[tuple[Fault, float], ...] = (
    ("none", 0.52),
    ("client gone", 0.13),
    ("upstream refuses", 0.03),
    ("upstream silent", 0.02),
    ("upstream stalls", 0.02),
    ("upstream breaks", 0.05),
    ("upstream 503", 0.05),
    ("no usage", 0.05),
    ("settled late", 0.04),
    ("settled twice", 0.07),
    ("never settled", 0.02),
)
Happening = Literal["reload", "clock back", "clock forward", "restart", "crash", "reset"]


@dataclass(frozen=True)
class Asked:
    """One call: who asks for what and when, in seconds, and what goes wrong with it."""

    caller: str
    api: str
    at: float
    words: int
    stream: bool
    cap: int | None
    choices: int
    fault: Fault
    fault_at: float
    """Where in the call the fault lies: a part of its duration."""


@dataclass(frozen=True)
class Settings:
    """What a snapshot of the service is made of; a reload brings another one."""

    shared: str
    solo: str
    admission: AdmissionMode
    overrun: Overrun
    hold_lifetime: int
    """Seconds."""


@dataclass(frozen=True)
class Scenario:
    """Everything that is drawn from a seed before the run begins."""

    seed: int
    settings: tuple[Settings, ...]
    """The first one serves at the beginning, the others are reloaded to in turn."""
    calls: tuple[Asked, ...]
    happenings: tuple[tuple[float, Happening], ...]
    length: float
    """Seconds until no new call comes."""
    throttling: Throttling = "sliding-window"
    lone_calls: int = 0
    """Calls of the caller who is alone on its key and probes what `Retry-After` says."""


def scenario(seed: int, *, calls: int = 170) -> Scenario:
    """Draw the scenario of a seed."""
    rng = random.Random(seed)
    length = rng.choice((120.0, 180.0, 240.0))
    throttling: Throttling = "token-bucket" if rng.random() < 0.25 else "sliding-window"
    # A bucket that empties under one limit may or may not be forgotten before another is asked.
    steady = throttling == "token-bucket"
    form, minute = rng.choice(STEADY if steady else range(6)), rng.choice(MINUTES)
    admission: AdmissionMode = rng.choice(("bounded", "bounded", "bounded", "strict", "apim"))
    settings = [draw_settings(rng, form, minute=minute, admission=admission)]
    happenings = draw_happenings(rng, length)
    for _, what in happenings:
        if what == "reload":
            changed = rng.choice((admission, admission, "bounded", "strict"))
            other = rng.choice((form, form, 1))
            minute = minute if steady else rng.choice(MINUTES)
            settings.append(draw_settings(rng, other, minute=minute, admission=changed))
    asked = tuple(draw_call(rng, length) for _ in range(calls))
    return Scenario(
        seed,
        tuple(settings),
        asked,
        happenings,
        length,
        throttling=throttling,
        lone_calls=16,
    )


def draw_settings(
    rng: random.Random, form: int, *, minute: int, admission: AdmissionMode
) -> Settings:
    """Draw one version of the service."""
    estimate = "false" if rng.random() < 0.2 else "true"
    solo_quota = rng.choice((None, "Hourly", "Hourly"))
    solo = limit(CALLER, 3_000, quota=(9_000, solo_quota) if solo_quota else None)
    return Settings(
        shared=document(shared_limits(form, minute, estimate=estimate)),
        solo=document(solo),
        admission=admission,
        overrun=rng.choice(("grace", "grace", "cut")),
        hold_lifetime=rng.choice((30, 60, 900)),
    )


def shared_limits(form: int, minute: int, *, estimate: str) -> str:
    """Return the limits of the shared API: one of six forms that documents of the field take."""
    klass = limit(CALLER, minute, estimate=estimate)
    everybody = limit("all", 2 * minute, estimate=estimate)
    return (
        klass,
        everybody + klass,
        limit(CALLER, minute, quota=(6 * minute, "Hourly"), estimate=estimate) + everybody,
        limit("all", 2 * minute, more=' remaining-tokens-variable-name="left"')
        + limit(CALLER, LEFT),
        klass + limit(CALLER, minute // 2, estimate=estimate),
        '<rate-limit-by-key calls="12" renewal-period="60" counter-key="'
        + CALLER
        + '" />'
        + limit(CALLER, minute, quota=(9 * minute, "Daily"), estimate=estimate)
        + everybody,
    )[form]


def limit(
    key: str,
    minute: int | str,
    *,
    quota: tuple[int, str] | None = None,
    estimate: str = "true",
    more: str = "",
) -> str:
    """Return a token limit."""
    if quota is not None:
        more += f' token-quota="{quota[0]}" token-quota-period="{quota[1]}"'
    return (
        f'<llm-token-limit counter-key="{key}" tokens-per-minute="{minute}"'
        f' estimate-prompt-tokens="{estimate}"{more} />'
    )


def document(limits: str) -> str:
    """Return a policy document with limits, and a backend that tries twice."""
    condition = "@(context.Response != null &amp;&amp; context.Response.StatusCode >= 500)"
    return (
        f"<policies><inbound><base />{limits}</inbound><backend>"
        f'<retry condition="{condition}" count="1" interval="1">'
        '<forward-request timeout="20" buffer-request-body="true" /></retry></backend>'
        "<outbound><base /></outbound><on-error><base /></on-error></policies>"
    )


def draw_happenings(rng: random.Random, length: float) -> tuple[tuple[float, Happening], ...]:
    """Draw what happens to the whole gateway, and when."""
    found: list[tuple[float, Happening]] = []
    chances: tuple[tuple[Happening, float], ...] = (
        ("reload", 0.5),
        ("clock back", 0.3),
        ("clock forward", 0.3),
        ("restart", 0.2),
        ("crash", 0.2),
        ("reset", 0.2),
    )
    for what, chance in chances:
        if rng.random() < chance:
            found.append((round(rng.uniform(0.1, 0.9) * length, 3), what))
    return tuple(sorted(found))


def draw_call(rng: random.Random, length: float) -> Asked:
    """Draw one call of the shared API."""
    names, weights = zip(*FAULTS, strict=True)
    return Asked(
        caller=rng.choice("aaabbc"),
        api="shared",
        at=round(rng.uniform(0, length), 3),
        words=min(2_000, max(1, round(80 * rng.lognormvariate(0, 1.1)))),
        stream=rng.random() < 0.6,
        cap=rng.choice((None, None, 50, 400, 4_000)),
        choices=2 if rng.random() < 0.05 else 1,
        fault=rng.choices(names, weights)[0],
        fault_at=rng.random(),
    )


def apis() -> tuple[Api, ...]:
    """Return the APIs, with one operation each."""
    chat = Operation(id="chat", name="Chat", method="POST", url_template="/chat/completions")
    return tuple(
        Api(
            id=name,
            name=name,
            path=name,
            service_url="http://llm.example",
            subscription_required=False,
            operations=(chat,),
        )
        for name in ("shared", "solo")
    )


@cache
def compiled(shared: str, solo: str) -> CompiledService:
    """Return the plans of two documents; seeds share them, calls only read them."""
    policies = {
        "shared": PolicySource(file="shared.xml", text=shared),
        "solo": PolicySource(file="solo.xml", text=solo),
    }
    made, found = compile_service(Service(apis=apis(), api_policies=policies), discover())
    assert made is not None, "\n".join(map(str, found))
    return made
