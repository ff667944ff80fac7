from __future__ import annotations

from headgate.model.clock import SECOND
from headgate.model.context import Context
from headgate.model.messages import Body, Headers, Response
from headgate.policy.caching import Downstream, Wanted
from headgate.policy.effects import CacheStore, Effect
from headgate.policy.recording import Recorder, keep_recorded
from headgate.testing.playbook import compile_element, make_context, make_response
from headgate.testing.virtual_clock import VirtualClock


def calling(status: int = 200, *, downstream: Downstream = "none", wanted: bool = True) -> Context:
    """Return a call that has its answer."""
    context = make_context(response=make_response(status, b"body", headers={"a": "1"}))
    if wanted:
        context.owners[Wanted] = Wanted("key", downstream, True)
    return context


def effects(context: Context, attributes: str = 'duration="60"') -> list[Effect[object]]:
    """Run an element and return what it asks for."""
    step = compile_element(f"<cache-store {attributes} />", section="outbound")
    assert step.drive is not None
    return list(step.drive(context))


def stored(context: Context, attributes: str = 'duration="60"') -> CacheStore | None:
    """Run an element and return what it stores."""
    asked = effects(context, attributes)
    if not asked:
        return None
    (effect,) = asked
    assert isinstance(effect, CacheStore)
    return effect


def test_answer_is_stored_with_when_it_expires() -> None:
    context = calling()
    effect = stored(context, 'duration="@(30 + 30)"')
    assert effect is not None
    assert isinstance(effect.value, tuple)
    answer, expires = effect.value
    assert (effect.key, effect.duration) == ("key", 60 * SECOND)
    assert expires == context.clock.now() + 60 * SECOND
    assert answer is not context.response
    assert (answer.status, list(answer.headers)) == (200, [("a", "1")])
    assert answer.body.content == b"body"


def test_caches_downstream_hear_how_long_it_is_good() -> None:
    for downstream, said in (
        ("none", "no-store"),
        ("public", "public, max-age=60, must-revalidate"),
    ):
        context = calling(downstream=downstream)  # type: ignore[arg-type]  # one of the three
        effect = stored(context)
        assert effect is not None
        assert context.response is not None
        assert context.response.headers.get("Cache-Control") == said
        assert isinstance(effect.value, tuple)
        assert "Cache-Control" not in effect.value[0].headers


def test_without_a_lookup_nothing_is_stored() -> None:
    context = calling(wanted=False)
    assert stored(context) is None
    assert context.response is not None
    assert "Cache-Control" not in context.response.headers


def test_answer_is_stored_once() -> None:
    context = calling()
    assert stored(context) is not None
    assert stored(context) is None


def test_only_200_is_stored_unless_the_policy_decides() -> None:
    assert stored(calling(201)) is None
    assert stored(calling(404), 'duration="60" cache-response="true"') is not None
    assert stored(calling(200), 'duration="60" cache-response="false"') is None
    some = 'duration="60" cache-response="@(context.Response.StatusCode < 300)"'
    assert stored(calling(299), some) is not None
    assert stored(calling(300), some) is None


def test_answer_on_its_way_is_stored_when_it_has_ended() -> None:
    context = calling()
    clock = context.clock
    assert isinstance(clock, VirtualClock)
    context.response = Response(200, "OK", Headers(), Body(complete=False))
    assert stored(context) is None
    recorder = context.owners[Recorder]
    recorder.feed(b"all")
    recorder.finish()
    clock.advance(10 * SECOND)
    (effect,) = keep_recorded(context)
    assert isinstance(effect, CacheStore)
    assert effect.duration == 50 * SECOND
    assert isinstance(effect.value, tuple)
    assert effect.value[0].body.content == b"all"
