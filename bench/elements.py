"""What each policy element costs of the path of a call.

    python -m bench.elements

Every element runs its own example, from the pages of the policies, on a call with a JSON body and
an answer. Effects are answered at once, as if what they ask for cost nothing.
Prints the best of many rounds, less what a section without the element costs; ends with 1 if the
median is above 2 µs.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from headgate.limits.concurrency import Gates
from headgate.model.context import Context
from headgate.model.entities import PolicySource, Subscription
from headgate.model.errors import CallError
from headgate.model.messages import Body, Headers, Response
from headgate.policy.compile import compile_document
from headgate.policy.elements import discover
from headgate.policy.plan import Block, ResponseReturned, Step
from headgate.policy.schema import Element
from headgate.policy.surroundings import Surroundings
from headgate.stores.memory import MemoryCounterStore
from headgate.telemetry.system_clock import SystemClock
from headgate.testing.playbook import make_context

ROUNDS, CALLS = 100, 60
TARGET = 2.0
"""µs of the median element."""
BODY = b'{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}],"max_tokens":16}'
ANSWER = b'{"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4}}'

GATES = Gates()
STORE = MemoryCounterStore(SystemClock())
REPLIES: dict[str, Callable[[Any, Context], Any]] = {
    "Apply": lambda effect, context: STORE.apply(effect.operation),
    "CountPrompt": lambda effect, context: 9,
    "CountText": lambda effect, context: 4,
    "FetchToken": lambda effect, context: "token",
    "Together": lambda effect, context: (None,) * len(effect.branches),
    "Send": lambda effect, context: Response(200, "OK", Headers(), Body(b"{}")),
}


def a_call() -> Context:
    """Return a call that every element can work on."""
    context = make_context(
        "POST",
        "https://gateway.example/chat/completions?api-version=1",
        headers={"Content-Type": "application/json", "x-forwarded-for": "1.2.3.4"},
        body=BODY,
        variables={"token": "t"},
    )
    context.subscription = Subscription(id="team-a", name="Team A", scope="all")
    headers = Headers.of(("Content-Type", "application/json"))
    context.response = Response(200, "OK", headers, Body(ANSWER))
    context.base = context.request.url
    context.owners[Gates] = GATES
    return context


def steps_of(element: type[Element], name: str) -> Block | None:
    """Compile an element's example; None for one that needs a service around it."""
    section = element.declaration.sections[0]
    text = f"<policies><{section}>{element.example}</{section}></policies>"
    source = PolicySource(file=f"{name}.xml", text=text)
    surroundings = Surroundings(registry=discover())
    document, _ = compile_document(source, scope="api", surroundings=surroundings)
    if document is None:
        return None
    return Block(tuple(step for step in document.sections[section] if isinstance(step, Step)))


def run(block: Block, context: Context, *, drive: bool) -> None:
    """Run once, answering effects at once."""
    try:
        if not drive:
            block.apply(context)
            return
        steps = block.drive(context)
        reply = None
        while True:
            effect = steps.send(reply)
            answer = REPLIES.get(type(effect).__name__)
            reply = None if answer is None else answer(effect, context)
    except (StopIteration, ResponseReturned, CallError):
        return


def measured(block: Block, *, drive: bool = False) -> float:
    """Return the µs of one run: the best round, without what making a call costs."""
    drive = drive or not block.plain
    best = float("inf")
    for _ in range(ROUNDS):
        contexts = [a_call() for _ in range(CALLS)]
        began = time.perf_counter()
        for context in contexts:
            run(block, context, drive=drive)
        best = min(best, (time.perf_counter() - began) / CALLS)
    return best * 1e6


def main() -> int:
    """Measure and print. Returns the exit code."""
    gc.collect()
    gc.disable()
    empty = Block(())
    plain, driven = measured(empty), measured(empty, drive=True)
    costs: dict[str, float] = {}
    for name, element in sorted(discover().items()):
        if name != element.declaration.name or not element.declaration.sections:
            continue
        block = steps_of(element, name)
        if block is not None:
            costs[name] = measured(block) - (plain if block.plain else driven)
    for name, cost in sorted(costs.items(), key=lambda item: item[1]):
        print(f"{cost:8.2f} µs  {name}")
    median = statistics.median(costs.values())
    print(f"{median:8.2f} µs  median of {len(costs)} elements (at most {TARGET:g})")
    return median > TARGET


if __name__ == "__main__":
    sys.exit(main())
