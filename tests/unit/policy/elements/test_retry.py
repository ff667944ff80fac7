from __future__ import annotations

from collections.abc import Sequence

import pytest

from headgate.model.clock import SECOND, Micros
from headgate.model.context import Context
from headgate.model.errors import CallError, LastError
from headgate.policy.effects import Forward, ForwardFailed, ReadResponseBody, Sleep
from headgate.policy.elements.retry import spread
from headgate.testing.playbook import (
    Playbook,
    compile_element,
    diagnose,
    make_context,
    make_response,
)

ALWAYS = "@(true)"
COUNTED = (
    '<set-variable name="n" value="@(context.Variables.GetValueOrDefault<int>("n", 0) + 1)" />'
)


def run(attributes: str, waits: Sequence[float], context: Context | None = None) -> Context:
    """Run a retry that counts its attempts; it has to wait as given, in seconds."""
    context = context or make_context()
    playbook = Playbook(compile_element(f"<retry {attributes}>{COUNTED}</retry>"), context)
    for seconds in waits:
        playbook.expect(Sleep(Micros(round(seconds * SECOND))), None)
    playbook.run()
    return context


class Fixed:
    """Randomness that is always the least or the most."""

    def __init__(self, bit: int) -> None:
        self.bit = bit

    def getrandbits(self, k: int, /) -> int:
        return self.bit * ((1 << k) - 1)


def test_children_run_once_where_the_condition_is_false() -> None:
    assert run('condition="@(false)" count="3" interval="1"', []).variables == {"n": 1}


def test_count_bounds_the_retries() -> None:
    assert run(f'condition="{ALWAYS}" count="2" interval="1"', [1, 1]).variables == {"n": 3}


def test_condition_is_evaluated_after_each_attempt() -> None:
    condition = '@((int)context.Variables["n"] < 3)'
    assert run(f'condition="{condition}" count="9" interval="1"', [1, 1]).variables == {"n": 3}


def test_without_an_interval_nothing_waits() -> None:
    assert run(f'condition="{ALWAYS}" count="2" interval="0"', []).variables == {"n": 3}


def test_interval_may_be_part_of_a_second() -> None:
    run(f'condition="{ALWAYS}" count="1" interval="0.25"', [0.25])


def test_delta_makes_waits_grow_linearly() -> None:
    run(f'condition="{ALWAYS}" count="3" interval="10" delta="2"', [10, 12, 14])


def test_max_interval_alone_bounds_the_wait() -> None:
    run(f'condition="{ALWAYS}" count="1" interval="10" max-interval="4"', [4])


@pytest.mark.parametrize(("bit", "factor"), [(0, 0.8), (1, 1.2)])
def test_all_three_make_waits_grow_exponentially(bit: int, factor: float) -> None:
    context = make_context()
    context.entropy = Fixed(bit)
    playbook = Playbook(
        compile_element(
            f'<retry condition="{ALWAYS}" count="4" interval="1" delta="2" max-interval="20">'
            f"{COUNTED}</retry>"
        ),
        context,
    )
    asked: list[int] = []
    steps = playbook.block.drive(context)
    for effect in steps:
        assert isinstance(effect, Sleep)
        asked.append(effect.duration)
    expected = [min(20.0, 1 + (2**n - 1) * 2 * factor) * SECOND for n in (1, 2, 3, 4)]
    assert asked == pytest.approx(expected, abs=2)


def test_first_fast_retry_skips_the_first_wait_only() -> None:
    attributes = 'count="3" interval="10" delta="2" first-fast-retry="true"'
    run(f'condition="{ALWAYS}" {attributes}', [12, 14])


def test_attributes_may_be_expressions() -> None:
    attributes = 'count="@(1 + 2)" interval="@(5 + 5)" delta="@(1 + 1)" first-fast-retry="@(1 < 2)"'
    run(f'condition="{ALWAYS}" {attributes}', [12, 14])


@pytest.mark.parametrize(
    ("count", "codes"), [("0", ["HG144"]), ("1", []), ("50", []), ("51", ["HG144"])]
)
def test_count_is_between_1_and_50(count: str, codes: list[str]) -> None:
    xml = f'<retry condition="true" count="{count}" interval="1">{COUNTED}</retry>'
    assert diagnose(xml) == codes


@pytest.mark.parametrize("count", ["@(0)", "@(51)"])
def test_count_of_an_expression_is_held_to_its_bounds(count: str) -> None:
    with pytest.raises(CallError):
        run(f'condition="{ALWAYS}" count="{count}" interval="1"', [])


FORWARDING = (
    '<retry condition="@(context.Response.Body.As<string>(true) == "again")" count="3" '
    'interval="1"><forward-request /></retry>'
)


def test_body_that_the_condition_reads_is_waited_for_after_each_attempt() -> None:
    context = make_context(response=make_response())
    assert context.response is not None
    assert context.response.body is not None
    context.response.body.complete = False
    playbook = Playbook(compile_element(FORWARDING, section="backend"), context)
    playbook.expect(Forward, None).expect(ReadResponseBody(), None)
    with pytest.raises(AssertionError, match="did not wait"):
        # The playbook answers without completing the body, which the condition then notices.
        playbook.run()


REFUSED = ForwardFailed("refused", "Nobody listens.")


def forwarding(condition: str, context: Context) -> Playbook:
    """Return a retry around forward-request, twice at most, without waits."""
    xml = (
        f"<retry condition='{condition}' count='2' interval='0'><forward-request />"
        '<set-variable name="done" value="yes" /></retry>'
    )
    return Playbook(compile_element(xml, section="backend"), context)


SEEN = (
    '@(context.Response.StatusCode == 502 && context.Response.StatusReason == "Nobody listens."'
    ' && context.LastError.Reason == "BackendConnectionFailure")'
)


def test_a_backend_that_gives_no_answer_is_retried_and_the_condition_sees_why() -> None:
    context = make_context()
    playbook = forwarding(SEEN.replace("&", "&amp;"), context)
    playbook.expect(Forward, REFUSED).expect(Forward, None).run()
    assert context.variables == {"done": "yes"}
    assert context.last_error is None


def test_after_the_last_retry_the_failure_is_an_error() -> None:
    playbook = forwarding("@(true)", make_context())
    playbook.expect(Forward, REFUSED).expect(Forward, REFUSED)
    playbook.expect(Forward, ForwardFailed("timeout", "Too late."))
    with pytest.raises(CallError) as caught:
        playbook.run()
    assert (caught.value.status, caught.value.reason) == (504, "Timeout")
    assert caught.value.where is not None
    assert caught.value.where.path == "retry[1]/forward-request[1]"


def test_a_failure_that_the_condition_does_not_match_is_an_error() -> None:
    playbook = forwarding("@(context.Response.StatusCode == 429)", make_context())
    with pytest.raises(CallError, match="cannot be reached"):
        playbook.expect(Forward, REFUSED).run()


def test_the_error_that_runs_on_error_is_back_when_a_retry_went_well() -> None:
    context = make_context(response=make_response(500))
    context.last_error = first = LastError(source="a", reason="b", message="c")
    forwarding("@(context.LastError.Reason != &quot;b&quot;)", context).expect(
        Forward, REFUSED
    ).expect(Forward, None).run()
    assert context.last_error is first


def test_an_error_status_that_fails_the_call_is_retried_with_the_answer_at_hand() -> None:
    context = make_context()
    xml = (
        '<retry condition="@(context.Response.Headers.ContainsKey(&quot;again&quot;))" count="5"'
        ' interval="0"><forward-request fail-on-error-status-code="true" /></retry>'
    )
    steps = Playbook(compile_element(xml, section="backend"), context).block.drive(context)
    assert isinstance(next(steps), Forward)
    context.response = make_response(503, headers={"again": "please"})
    assert isinstance(next(steps), Forward)
    context.response = make_response(418)
    with pytest.raises(CallError) as caught:
        next(steps)
    assert caught.value.status == 418


def test_an_error_that_is_no_backends_is_not_retried() -> None:
    playbook = forwarding("@(true)", make_context())
    with pytest.raises(CallError) as caught:
        playbook.expect(Forward, ForwardFailed("denied", "Not there.")).run()
    assert caught.value.reason == "BackendDenied"


def test_a_condition_that_reads_a_failures_body_finds_it_empty() -> None:
    playbook = Playbook(compile_element(FORWARDING, section="backend"), make_context())
    with pytest.raises(CallError, match="cannot be reached"):
        playbook.expect(Forward, REFUSED).run()


def test_a_condition_without_a_body_leaves_a_stream_alone() -> None:
    response = make_response(429)
    assert response.body is not None
    response.body.complete = False
    playbook = forwarding("@(context.Response.StatusCode == 429)", make_context(response=response))
    playbook.expect(Forward, None).expect(Forward, None).expect(Forward, None).run()


def test_spread_without_randomness_is_the_middle() -> None:
    context = make_context()
    context.entropy = None
    assert spread(context) == 0.5
