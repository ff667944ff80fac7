from __future__ import annotations

from headgate.exchange.call import Call, Ending, begin
from headgate.model.entities import Api, Subscription
from headgate.model.errors import LastError
from headgate.model.facts import BreakerTurned, CacheAsked, MetricEmitted, TokensMetered
from headgate.model.messages import Headers, Request, Response, Url
from headgate.model.usage import TokenUsage
from headgate.telemetry.metrics import LABEL_MAX, SERIES_MAX, Metrics, label_name, metric_name
from headgate.testing.snapshots import bare_snapshot
from headgate.testing.virtual_clock import VirtualClock


def finished_call(clock: VirtualClock, *, status: int = 200, milliseconds: int = 7) -> Call:
    request = Request("POST", Url("http", "gw", 80, "/x", ""), Headers(), None, "127.0.0.1")
    call = begin(bare_snapshot(), request, clock=clock, request_id="r-1", entropy=None)
    call.context.api = Api(id="chat", name="Chat", path="chat")
    call.context.subscription = Subscription(id="team-a", name="Team A", scope="all")
    call.context.response = Response(status, "", Headers(), None)
    call.ending = Ending.COMPLETE
    clock.advance(milliseconds * 1000)
    return call


def rendered(metrics: Metrics) -> list[str]:
    return metrics.render().decode().splitlines()


def test_counts_a_call_by_api_subscription_status_and_ending() -> None:
    metrics = Metrics()
    clock = VirtualClock()
    metrics.record(finished_call(clock))
    metrics.record(finished_call(clock))
    labels = 'api="chat",ending="complete",status="200",subscription="team-a"'
    assert f"headgate_calls_total{{{labels}}} 2.0" in rendered(metrics)


def test_durations_fall_into_the_first_bucket_that_holds_them() -> None:
    metrics = Metrics()
    clock = VirtualClock()
    metrics.record(finished_call(clock, milliseconds=5))
    metrics.record(finished_call(clock, milliseconds=6))
    lines = rendered(metrics)
    assert 'headgate_call_duration_seconds_bucket{api="chat",le="0.005"} 1.0' in lines
    assert 'headgate_call_duration_seconds_bucket{api="chat",le="0.01"} 2.0' in lines
    assert 'headgate_call_duration_seconds_sum{api="chat"} 0.011' in lines


def test_tokens_are_summed_by_type_and_estimates_are_counted() -> None:
    metrics = Metrics()
    call = finished_call(VirtualClock())
    usage = TokenUsage(input_tokens=23, output_tokens=7, model="gpt-4o", reported=False)
    call.context.facts.append(TokensMetered(usage, "openai-chat", True))
    metrics.record(call)
    lines = rendered(metrics)
    labels = 'api="chat",model="gpt-4o",subscription="team-a"'
    assert f'headgate_tokens_total{{{labels},type="prompt"}} 23.0' in lines
    assert f'headgate_tokens_total{{{labels},type="completion"}} 7.0' in lines
    assert (
        'headgate_estimated_usage_total{api="chat",basis="estimated",dialect="openai-chat"} 1.0'
        in lines
    )


def test_an_error_is_counted_by_source_and_reason() -> None:
    metrics = Metrics()
    call = finished_call(VirtualClock(), status=429)
    call.context.last_error = LastError(
        source="llm-token-limit", reason="OpenAITokenLimitExceeded", message="…"
    )
    metrics.record(call)
    labels = 'api="chat",reason="OpenAITokenLimitExceeded",source="llm-token-limit"'
    assert f"headgate_errors_total{{{labels}}} 1.0" in rendered(metrics)


def test_emitted_metrics_become_families_of_their_own() -> None:
    metrics = Metrics()
    call = finished_call(VirtualClock())
    call.context.facts.append(
        MetricEmitted("openai", "Total Tokens", 30, (("API ID", "chat"), ("User", "ada")))
    )
    call.context.facts.append(MetricEmitted("openai", "Total Tokens", 2, (("API ID", "chat"),)))
    metrics.record(call)
    lines = rendered(metrics)
    assert 'openai_total_tokens_total{api_id="chat",user="ada"} 30.0' in lines
    assert 'openai_total_tokens_total{api_id="chat"} 2.0' in lines


def test_label_sets_beyond_the_bound_are_counted_together() -> None:
    metrics = Metrics()
    call = finished_call(VirtualClock())
    for number in range(SERIES_MAX + 2):
        fact = MetricEmitted("n", "m", 1, (("caller", str(number)),))
        call.context.facts.append(fact)
    metrics.record(call)
    lines = rendered(metrics)
    assert 'n_m_total{caller="other"} 2.0' in lines
    assert sum(line.startswith("n_m_total") for line in lines) == SERIES_MAX + 1


def test_dimension_names_without_end_are_counted_together() -> None:
    metrics = Metrics()
    call = finished_call(VirtualClock())
    for number in range(2 * SERIES_MAX + 2):
        call.context.facts.append(MetricEmitted("n", "m", 1, ((f"d{number}", "x"),)))
    metrics.record(call)
    lines = rendered(metrics)
    assert 'n_m_total{other="other"} 2.0' in lines
    assert sum(line.startswith("n_m_total") for line in lines) == 2 * SERIES_MAX + 1


def test_labels_that_callers_choose_are_bounded_and_leave_the_page_readable() -> None:
    metrics = Metrics()
    call = finished_call(VirtualClock())
    call.context.facts += [
        MetricEmitted("n", "m", 1, (("user\ud800", "\udfff" + "x" * LABEL_MAX),)),
        TokensMetered(TokenUsage(model="m" * (LABEL_MAX + 1), input_tokens=1), "d", charged=False),
    ]
    metrics.record(call)
    text = "\n".join(rendered(metrics))
    assert 'n_m_total{user="\ufffd' + "x" * (LABEL_MAX - 1) + '"} 1.0' in text
    assert 'model="' + "m" * LABEL_MAX + '"' in text


def test_a_gauge_shows_its_last_value() -> None:
    metrics = Metrics()
    metrics.gauge("headgate_snapshot", "Number of the snapshot that serves.", value=1)
    metrics.gauge("headgate_snapshot", "Number of the snapshot that serves.", value=2)
    assert "headgate_snapshot 2.0" in rendered(metrics)


def test_names_are_made_valid_for_prometheus() -> None:
    assert metric_name("API Management Total Tokens") == "api_management_total_tokens"
    assert metric_name("headgate calls") == "emitted_headgate_calls"
    assert metric_name("9 lives") == "emitted_9_lives"
    assert metric_name("…") == "emitted"
    assert label_name("User ID") == "user_id"
    assert label_name("2nd") == "d_2nd"
    assert label_name("…") == "dimension"


def test_turns_of_breakers_are_counted_and_their_states_shown() -> None:
    metrics = Metrics()
    call = finished_call(VirtualClock())
    call.context.facts += [BreakerTurned("ptu", 5_000_000), BreakerTurned("ptu", 0)]
    metrics.record(call)
    metrics.watch_breakers(lambda: {"ptu": "half-open"})
    lines = rendered(metrics)
    assert 'headgate_breaker_turns_total{backend="ptu",to="open"} 1.0' in lines
    assert 'headgate_breaker_turns_total{backend="ptu",to="closed"} 1.0' in lines
    assert 'headgate_breaker_state{backend="ptu",state="half-open"} 1.0' in lines
    assert 'headgate_breaker_state{backend="ptu",state="open"} 0.0' in lines


def test_lookups_in_caches_are_counted() -> None:
    metrics = Metrics()
    call = finished_call(VirtualClock())
    call.context.facts += [CacheAsked("cache-lookup", "hit")]
    metrics.record(call)
    metrics.record(call)
    labels = 'api="chat",element="cache-lookup",outcome="hit"'
    assert f"headgate_cache_lookups_total{{{labels}}} 2.0" in rendered(metrics)
