"""The way of one call, driven by hand: effects are answered here, nothing touches a socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from headgate.exchange.call import Call, Ending, begin
from headgate.exchange.pipeline import conclude, respond
from headgate.exchange.snapshot import Snapshot
from headgate.limits.operations import Level, RateRule, Read, Release, Reserve, Settle
from headgate.model.access import Access
from headgate.model.clock import SECOND, Micros
from headgate.model.context import Context
from headgate.model.entities import Api, Operation
from headgate.model.errors import CallError, Where
from headgate.model.messages import Body, Headers, Request, Response, Url
from headgate.policy import metering, settling
from headgate.policy.answer_headers import put_on_answer
from headgate.policy.deferred import defer
from headgate.policy.effects import Apply, CountPrompt, Effect, Steps
from headgate.policy.plan import AnswerFound, Block, Plan, ResponseReturned, Step
from headgate.policy.recording import Recorder, record
from headgate.stores.memory import MemoryCounterStore
from headgate.testing.snapshots import bare_snapshot
from headgate.testing.virtual_clock import VirtualClock

CHAT = Api(
    id="chat",
    name="Chat",
    path="openai",
    operations=(
        Operation(id="complete", name="", method="POST", url_template="/chat/completions"),
    ),
)
QUESTION = b'{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}'
ANSWER = b'{"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4}}'


def step(run: Callable[[Context], None], section: str = "inbound") -> Step:
    return Step("test", Where(scope="api", section=section, path="test[1]"), apply=run)


def driven(run: Callable[[Context], Steps[None]]) -> Step:
    return Step("test", Where(scope="api", section="inbound", path="test[1]"), drive=run)


def plan(**sections: list[Step]) -> Plan:
    names = ("inbound", "backend", "outbound", "on_error")
    return Plan(**{name: Block(tuple(sections.get(name, ()))) for name in names})


def call_with(made: Plan, path: str = "/openai/chat/completions") -> Call:
    bare = bare_snapshot(CHAT)
    snapshot = Snapshot(
        number=1,
        router=bare.router,
        doorkeeper=bare.doorkeeper,
        plans={("chat", "complete", None): made},
        unrouted=made,
        service_urls={"chat": Url.parse("http://llm:81/base")},
        users={},
        deployment=bare.deployment,
        terms=bare.terms,
        backends=bare.backends,
    )
    request = Request(
        "POST", Url("http", "gw", 80, path, "?v=1"), Headers(), Body(QUESTION), "127.0.0.1"
    )
    return begin(snapshot, request, clock=VirtualClock(), request_id="call-1")


class World:
    """Answers effects with a real counter store and a prompt of 9 tokens."""

    def __init__(self) -> None:
        self.store = MemoryCounterStore(VirtualClock())
        self.effects: list[Effect[Any]] = []

    def drive(self, steps: Steps[None]) -> None:
        reply: Any = None
        while True:
            try:
                effect = steps.send(reply)
            except StopIteration:
                return
            self.effects.append(effect)
            if isinstance(effect, Apply):
                reply = self.store.apply(effect.operation)
            elif isinstance(effect, CountPrompt):
                reply = 9
            else:
                raise AssertionError(f"unexpected effect {effect}")

    def operations(self) -> list[type]:
        return [type(e.operation) for e in self.effects if isinstance(e, Apply)]


def reserve_and_count(context: Context) -> Steps[None]:
    account = metering.meter(context)
    prompt = yield from account.count_prompt()
    yield from Apply(
        Reserve(
            context.request_id,
            (RateRule("k", 100),),
            prompt,
            account.hold(context),
            "bounded",
            900 * SECOND,
        )
    )
    account.reserved = True


def backend_answers(status: int = 200, body: bytes = ANSWER) -> Step:
    def forward(context: Context) -> Steps[None]:
        settling.before_forward(context)
        headers = Headers.of(("content-type", "application/json"))
        context.response = Response(status, "", headers, Body(body))
        yield from settling.after_forward(context)

    return driven(forward)


def test_a_path_that_no_api_answers_is_404_and_runs_the_global_on_error() -> None:
    seen: list[str] = []
    made = plan(on_error=[step(lambda c: seen.append(c.last_error.reason if c.last_error else ""))])
    call = call_with(made, path="/elsewhere")
    World().drive(respond(call))
    assert call.context.response is not None
    assert call.context.response.status == 404
    assert call.context.response.body is not None
    assert call.context.response.body.content == (
        b'{ "statusCode": 404, "message": "Resource not found" }'
    )
    assert seen == ["OperationNotFound"]


def test_the_request_aims_at_the_service_url_and_keeps_the_original_url() -> None:
    call = call_with(plan())
    World().drive(respond(call))
    request = call.context.request
    assert str(request.url) == "http://llm:81/base/chat/completions?v=1"
    assert str(request.original_url) == "http://gw/openai/chat/completions?v=1"


def test_a_refused_key_runs_on_error_before_any_inbound_policy() -> None:
    ran: list[str] = []
    made = plan(
        inbound=[step(lambda c: ran.append("inbound"))],
        on_error=[step(lambda c: ran.append("on-error"))],
    )
    call = call_with(made)

    class Shut:
        def admit(self, api: Api, request: Request, *, now: Micros) -> Access:
            raise CallError(401, "no", source="authorization", reason="SubscriptionKeyNotFound")

    call = Call(call.context, msgspec.structs.replace(call.snapshot, doorkeeper=Shut()))
    World().drive(respond(call))
    assert ran == ["on-error"]


def test_sections_run_in_order_and_outbound_sees_the_answer() -> None:
    ran: list[str] = []

    def note(name: str) -> Step:
        return step(lambda c: ran.append(f"{name} {c.response.status if c.response else None}"))

    made = plan(
        inbound=[note("inbound")],
        backend=[note("backend"), backend_answers(201)],
        outbound=[note("outbound")],
    )
    World().drive(respond(call_with(made)))
    assert ran == ["inbound None", "backend None", "outbound 201"]


def test_return_response_skips_everything_that_follows() -> None:
    def stop(context: Context) -> None:
        context.response = Response(418, "", Headers(), Body(b"tea"))
        raise ResponseReturned

    def never(context: Context) -> None:
        raise AssertionError("ran after return-response")

    made = plan(inbound=[step(stop), step(never)], outbound=[step(never)], on_error=[step(never)])
    call = call_with(made)
    World().drive(respond(call))
    assert call.context.response is not None
    assert call.context.response.status == 418


def test_answer_that_is_found_skips_the_backend_and_goes_through_outbound() -> None:
    ran: list[str] = []

    def find(context: Context) -> None:
        context.response = Response(200, "OK", Headers(), Body(b"found"))
        raise AnswerFound

    def never(context: Context) -> None:
        raise AssertionError("ran after the answer was found")

    made = plan(
        inbound=[step(owing), step(find), step(never)],
        backend=[step(never)],
        outbound=[step(lambda c: ran.append("outbound"), "outbound")],
        on_error=[step(never)],
    )
    call = call_with(made)
    World().drive(respond(call))
    assert ran == ["outbound"]
    assert call.context.response is not None
    assert call.context.response.body is not None
    assert call.context.response.body.content == b"found"
    assert left(call.context) == "5"


def test_answer_that_is_found_gives_back_what_was_reserved() -> None:
    def find(context: Context) -> None:
        context.response = Response(200, "OK", Headers(), Body())
        raise AnswerFound

    world = World()
    call = call_with(plan(inbound=[driven(reserve_and_count), step(find)]))
    world.drive(respond(call))
    world.drive(conclude(call, Ending.COMPLETE))
    assert world.operations() == [Reserve, Release]


def test_recorded_answer_is_kept_when_the_call_is_concluded() -> None:
    kept: list[Response] = []

    def keep(answer: Response) -> Steps[None]:
        kept.append(answer)
        yield from ()

    def answers(context: Context) -> None:
        context.response = Response(200, "OK", Headers(), Body(complete=False))

    made = plan(backend=[step(answers)], outbound=[driven(lambda c: record(c, keep))])
    call = call_with(made)
    World().drive(respond(call))
    tap = call.tap
    assert isinstance(tap, Recorder)
    tap.feed(b"body")
    tap.finish()
    assert kept == []
    World().drive(conclude(call, Ending.COMPLETE))
    assert [answer.body.content for answer in kept if answer.body] == [b"body"]


def test_an_error_in_on_error_answers_with_the_second_error() -> None:
    def broken(context: Context) -> None:
        raise CallError(500, "Internal server error", source="set-header", reason="R2")

    def first(context: Context) -> None:
        raise CallError(429, "slow", source="rate-limit", reason="R1")

    call = call_with(plan(inbound=[step(first)], on_error=[step(broken, "on-error")]))
    World().drive(respond(call))
    assert call.context.response is not None
    assert call.context.response.status == 500
    assert call.context.last_error is not None
    assert (call.context.last_error.reason, call.context.last_error.section) == ("R2", "on-error")


def test_last_error_names_the_step_that_failed() -> None:
    def failing(context: Context) -> None:
        raise CallError(403, "no", source="ip-filter", reason="CallerIpNotAllowed")

    call = call_with(plan(inbound=[step(failing)]))
    World().drive(respond(call))
    error = call.context.last_error
    assert error is not None
    assert (error.scope, error.section, error.path) == ("api", "inbound", "test[1]")


def test_a_buffered_answer_is_settled_before_outbound_and_only_once() -> None:
    world = World()
    at_outbound: list[list[type]] = []
    made = plan(
        inbound=[driven(reserve_and_count)],
        backend=[backend_answers()],
        outbound=[step(lambda c: at_outbound.append(world.operations()), "outbound")],
    )
    call = call_with(made)
    world.drive(respond(call))
    world.drive(conclude(call, Ending.COMPLETE))
    assert at_outbound == [[Reserve, Settle]]
    assert world.operations() == [Reserve, Settle]


@pytest.mark.parametrize("ending", list(Ending))
def test_a_call_that_never_reached_a_backend_gives_everything_back(ending: Ending) -> None:
    world = World()
    call = call_with(plan(inbound=[driven(reserve_and_count)]))
    world.drive(respond(call))
    world.drive(conclude(call, ending))
    assert world.operations() == [Reserve, Release]


def test_a_later_refusal_takes_back_what_the_call_reserved_before_on_error_runs() -> None:
    world = World()
    at_error: list[list[type]] = []

    def refuse(context: Context) -> None:
        raise CallError(429, "slow", source="rate-limit", reason="R")

    made = plan(
        inbound=[driven(reserve_and_count), step(refuse)],
        on_error=[step(lambda c: at_error.append(world.operations()), "on-error")],
    )
    call = call_with(made)
    world.drive(respond(call))
    world.drive(conclude(call, Ending.COMPLETE))
    assert at_error == [[Reserve, Release]]
    assert world.operations() == [Reserve, Release]


def test_a_call_that_fails_after_its_answer_is_settled_before_on_error_runs() -> None:
    world = World()
    at_error: list[list[type]] = []

    def broken(context: Context) -> None:
        raise CallError(500, "no", source="forward-request", reason="BackendErrorStatus")

    made = plan(
        inbound=[driven(reserve_and_count)],
        backend=[backend_answers(500), step(broken, "backend")],
        on_error=[step(lambda c: at_error.append(world.operations()), "on-error")],
    )
    call = call_with(made)
    world.drive(respond(call))
    world.drive(conclude(call, Ending.COMPLETE))
    assert at_error == [[Reserve, Settle]]
    assert world.operations() == [Reserve, Settle]


@pytest.mark.parametrize("at", ["backend", "outbound"])
def test_a_stream_that_ends_while_policies_run_is_charged_its_usage(at: str) -> None:
    world = World()
    usage = b'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4}}\n\n'

    def forward(context: Context) -> Steps[None]:
        settling.before_forward(context)
        headers = Headers.of(("content-type", "text/event-stream"))
        context.response = Response(200, "", headers, Body(complete=False))
        yield from settling.after_forward(context)

    def arrive(context: Context) -> None:
        assert context.response is not None
        assert context.response.body is not None
        context.response.body.content = usage + b"data: [DONE]\n\n"
        context.response.body.complete = True

    sections = {"backend": [driven(forward)], "outbound": []}
    sections[at].append(step(arrive, at))
    call = call_with(plan(inbound=[driven(reserve_and_count)], **sections))
    call.context.request.body = Body(QUESTION.replace(b'"model"', b'"stream":true,"model"'))
    world.drive(respond(call))
    assert call.context.response is not None
    assert call.context.response.body is not None
    assert call.context.response.body.outgoing == b"data: [DONE]\n\n"
    world.drive(conclude(call, Ending.COMPLETE))
    level = world.store.apply(Read(RateRule("k", 100).counter))
    assert level == Level(13, 0)


def owing(context: Context) -> None:
    put_on_answer(context, "x-left", value="5")


def left(context: Context) -> str | None:
    assert context.response is not None
    return context.response.headers.get("x-left")


def test_owed_headers_stand_on_the_answer_before_outbound_which_may_take_them_off() -> None:
    seen: list[str | None] = []

    def take_off(context: Context) -> None:
        seen.append(left(context))
        assert context.response is not None
        context.response.headers.remove(b"x-left")

    made = plan(
        inbound=[step(owing)],
        backend=[backend_answers()],
        outbound=[step(take_off, "outbound")],
    )
    call = call_with(made)
    World().drive(respond(call))
    assert seen == ["5"]
    assert left(call.context) is None


def test_owed_headers_stand_on_the_answer_of_a_call_that_nothing_forwarded() -> None:
    call = call_with(plan(inbound=[step(owing)]))
    World().drive(respond(call))
    assert left(call.context) == "5"


def test_owed_headers_stand_on_an_error_before_on_error_runs() -> None:
    seen: list[str | None] = []

    def refuse(context: Context) -> None:
        raise CallError(429, "slow", source="rate-limit", reason="R")

    made = plan(
        inbound=[step(owing), step(refuse)],
        on_error=[step(lambda c: seen.append(left(c)), "on-error")],
    )
    World().drive(respond(call_with(made)))
    assert seen == ["5"]


def test_an_answer_that_a_policy_returned_goes_out_as_it_is() -> None:
    def stop(context: Context) -> None:
        context.response = Response(200, "", Headers(), Body())
        raise ResponseReturned

    call = call_with(plan(inbound=[step(owing), step(stop)]))
    World().drive(respond(call))
    assert left(call.context) is None


def test_deferred_steps_run_after_outbound() -> None:
    ran: list[str] = []
    made = plan(
        inbound=[step(lambda c: defer(c, step(lambda _: ran.append("deferred"))))],
        outbound=[step(lambda c: ran.append("outbound"), "outbound")],
    )
    World().drive(respond(call_with(made)))
    assert ran == ["outbound", "deferred"]


def test_no_backend_section_means_an_empty_answer() -> None:
    call = call_with(plan())
    World().drive(respond(call))
    assert call.context.response is not None
    assert (call.context.response.status, call.context.response.body is not None) == (200, True)
