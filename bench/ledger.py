"""What limits and usage records cost of a call, part by part, without sockets.

    python -m bench.ledger

Plays one plain call of the bench's service through the exchange, with counters in memory, and then
times each part alone, with the very values that the call had: the best of many rounds, so that what
else the machine does has no part in it. Ends with 1 if the parts together take more than 10 µs of
the path of a call. What the writing thread does per record is shown beside it.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from headgate.cli.composition import compose
from headgate.exchange.call import Call, Ending, begin
from headgate.exchange.pipeline import conclude, respond
from headgate.exchange.record import Finished, finished, usage_record
from headgate.exchange.snapshot import Snapshot
from headgate.limits.operations import Decision, Operation, Reserve, Settle
from headgate.model.messages import Body, Headers, Request, Response, Url
from headgate.policy.admission import Asked
from headgate.policy.effects import Apply, Forward, Steps
from headgate.policy.metering import Metering
from headgate.stores.memory import MemoryCounterStore
from headgate.stores.usage.database import Database, database_url
from headgate.stores.usage.sink import UsageSink
from headgate.stores.usage.tables import Row, row_of
from headgate.telemetry.system_clock import SystemClock
from headgate.tokens.answer import truncated

SERVICE = Path(__file__).parent / "service"
KEY = "bench-key-0123456789abcdef"
ENVIRONMENT = {"HEADGATE_BENCH_KEY": KEY}
TARGET = 10.0
"""µs of the path of a call."""
ROUNDS, CALLS, BATCH = 60, 2000, 1000

BODY = (
    b'{"model":"mock","messages":[{"role":"system","content":"You are concise."},'
    b'{"role":"user","content":"Summarise: ' + b"words " * 120 + b'"}],"max_tokens":256}'
)
ANSWER = (
    b'{"id":"chatcmpl-0123456789abcdef","object":"chat.completion","model":"mock-1","choices":'
    b'[{"index":0,"message":{"role":"assistant","content":"' + b"The quick brown fox. " * 8 + b'"},'
    b'"finish_reason":"stop"}],"usage":{"prompt_tokens":212,"completion_tokens":37,'
    b'"total_tokens":249,"prompt_tokens_details":{"cached_tokens":0}}}'
)


class Book:
    """Counters that remember what they were asked."""

    def __init__(self, store: MemoryCounterStore) -> None:
        self._store = store
        self.asked: list[tuple[Operation, Decision]] = []

    def apply(self, operation: Operation) -> Decision:
        """Perform an operation."""
        decision = self._store.apply(operation)
        self.asked.append((operation, decision))
        return decision


def play(steps: Steps[None], call: Call, *, store: Book) -> None:
    """Perform the effects of a call as the gateway does, with a backend that answers at once."""
    reply: object = None
    while True:
        try:
            effect = steps.send(reply)
        except StopIteration:
            return
        reply = None
        if isinstance(effect, Apply):
            reply = store.apply(effect.operation)
        elif isinstance(effect, Forward):
            call.context.response = Response(200, "OK", Headers(), Body(ANSWER))
        else:
            raise AssertionError(effect)


def one_call(snapshot: Snapshot, clock: SystemClock, *, store: Book) -> Call:
    """Play a call to its end."""
    url = Url("http", "127.0.0.1", 8080, "/metered/v1/chat/completions", "")
    headers = Headers.of(("api-key", KEY), ("Content-Type", "application/json"))
    request = Request("POST", url, headers, Body(BODY), "127.0.0.1")
    call = begin(snapshot, request, clock=clock, request_id="11111111-2222-4333-8444-555555555555")
    play(respond(call), call, store=store)
    play(conclude(call, Ending.COMPLETE), call, store=store)
    response = call.context.response
    assert response is not None, "the call has an answer"
    assert response.status == 200, call.context.last_error
    return call


def best(work: Callable[[], object]) -> float:
    """Return the µs of one run, in the best of many rounds."""
    least = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter_ns()
        for _ in range(CALLS):
            work()
        least = min(least, (time.perf_counter_ns() - began) / CALLS / 1000)
    return least


def path_parts(call: Call, *, store: MemoryCounterStore, book: Book) -> dict[str, float]:
    """Return what each part costs on the path of a call, in µs."""
    context = call.context
    account: Metering = context.owners[Metering]
    asked = next(fact for fact in context.facts if isinstance(fact, Asked))
    settle = next(one for one, _ in book.asked if isinstance(one, Settle))
    question, usage, dialect = asked.operation, account.usage, account.llm.dialect
    assert usage is not None
    number = iter(range(sys.maxsize))

    def ledger() -> None:
        name = f"call-{next(number)}"
        store.apply(
            Reserve(
                name,
                question.rules,
                question.prompt,
                question.hold,
                question.mode,
                question.lifetime,
            )
        )
        store.apply(Settle(name, settle.prompt, settle.completion, settle.cost))

    def learn() -> None:
        account.learn(context, usage, cut=truncated(dialect, ANSWER))

    sink: UsageSink[Finished] = UsageSink(Database(database_url("unused.db")), made)
    sink._capacity = sys.maxsize

    def record() -> None:
        sink.put(finished(call))
        sink._queue.clear()

    return {
        "reserve and settle, counters in memory": best(ledger),
        "what to hold": best(lambda: account.hold(context)),
        "learning from the answer": best(learn),
        "the decision kept": best(lambda: Asked(asked.site, question, asked.outcome)),
        "the usage record handed on": best(record),
    }


def made(done: Finished) -> Row:
    """Make a row, as the writing thread does."""
    return row_of(usage_record(done))


async def insertion(call: Call) -> float:
    """Return what it costs to insert a record into an SQLite file, in µs of 1,000 at a time."""
    row = made(finished(call))
    least = float("inf")
    with tempfile.TemporaryDirectory() as folder:
        database = Database(database_url(Path(folder) / "bench.db"))
        await database.prepare()
        for turn in range(20):
            rows = [(f"{turn}-{number}", *row[1:]) for number in range(BATCH)]
            began = time.process_time()
            await database.insert(rows)
            least = min(least, (time.process_time() - began) / BATCH * 1e6)
        await database.close()
    return least


def main() -> int:
    """Print the table; return 1 if the path of a call takes too long."""
    composition = compose(SERVICE, number=1, secret=b"x" * 32, environment=ENVIRONMENT)
    snapshot = composition.snapshot
    assert snapshot is not None, composition.diagnostics
    clock = SystemClock()
    store = MemoryCounterStore(clock)
    for _ in range(200):
        book = Book(store)
        call = one_call(snapshot, clock, store=book)
    gc.collect()
    gc.freeze()
    parts = path_parts(call, store=store, book=book)
    for name, cost in parts.items():
        print(f"{cost:6.2f} µs  {name}")
    total = sum(parts.values())
    print(f"{total:6.2f} µs  on the path of a call (at most {TARGET:.0f})\n")
    done = finished(call)
    print(f"{best(lambda: made(done)):6.2f} µs  the writing thread: a row of the record")
    print(f"{asyncio.run(insertion(call)):6.2f} µs  the writing thread: its insertion (SQLite)")
    return int(total > TARGET)


if __name__ == "__main__":
    sys.exit(main())
