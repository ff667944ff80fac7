"""Metrics of the data plane: summed in place per label set, made into Prometheus text at scrape.

A call costs a few dictionary updates; families, names and escaping cost only when somebody scrapes
(design: data plane, per-call costs). Every label set is bounded: what comes after the bound is
counted under `other`, never dropped.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from headgate.exchange.call import Call
from headgate.model.clock import SECOND
from headgate.model.facts import BreakerTurned, CacheAsked, MetricEmitted, TokensMetered
from headgate.model.unicode import encodable

SERIES_MAX = 5000
"""Label sets of one metric. 5,000 render in about 230 ms (dependencies.md)."""

LABEL_MAX = 256
"""Characters of a label's value. A caller may choose them, and SERIES_MAX of them are kept."""

DURATION_BOUNDS = tuple(
    int(seconds * SECOND)
    for seconds in (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
)
"""Upper bounds of the duration buckets, in microseconds."""

BREAKER_STATES = ("closed", "open", "half-open")
Breakers = Callable[[], dict[str, str]]
"""The state of each circuit breaker, by the id of its backend."""

Labels = tuple[object, ...]
Dimensions = tuple[tuple[str, str], ...]
Emitted = tuple[str, str, Dimensions]
"""Namespace, name and dimensions of a metric that a policy emitted."""


class Sums:
    """Numbers by label set, at most SERIES_MAX of them."""

    __slots__ = ("by_labels",)

    def __init__(self) -> None:
        self.by_labels: dict[Labels, float] = {}

    def add(self, labels: Labels, amount: float) -> None:
        """Add to one label set."""
        sums = self.by_labels
        if labels in sums:
            sums[labels] += amount
        elif len(sums) < SERIES_MAX:
            sums[labels] = amount
        else:
            other: Labels = ("other",) * len(labels)
            sums[other] = sums.get(other, 0) + amount


class Durations:
    """How long calls of one API took: counts by bucket, and the sum in microseconds."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(DURATION_BOUNDS) + 1)
        self.total = 0

    def add(self, duration: int) -> None:
        """Count one call."""
        self.counts[bisect_left(DURATION_BOUNDS, duration)] += 1
        self.total += duration


class Metrics(Collector):
    """What `/metrics` shows. `record` is called once per finished call."""

    def __init__(self) -> None:
        self._calls = Sums()
        self._errors = Sums()
        self._prompt = Sums()
        self._completion = Sums()
        self._estimated = Sums()
        self._debt = Sums()
        self._turns = Sums()
        self._breakers: Breakers = dict
        self._lookups = Sums()
        self._emitted: dict[Emitted, float] = {}
        self._durations: dict[str, Durations] = {}
        self._gauges: dict[str, tuple[str, float]] = {}
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def record(self, call: Call) -> None:
        """Count a finished call and the facts that it left."""
        context = call.context
        api = context.api.id if context.api is not None else ""
        subscription = context.subscription.id if context.subscription is not None else ""
        status = context.response.status if context.response is not None else "none"
        self._calls.add((api, subscription, status, call.ending), 1)
        if context.last_error is not None:
            self._errors.add((api, context.last_error.source, context.last_error.reason), 1)
        durations = self._durations.get(api)
        if durations is None:
            durations = self._durations[api] = Durations()
        durations.add(context.clock.monotonic() - context.started)
        dimensions: Dimensions | None = None
        labels: Dimensions = ()
        for fact in context.facts:
            if type(fact) is MetricEmitted:
                # A policy emits several metrics under one set of dimensions.
                if fact.dimensions is not dimensions:
                    dimensions = fact.dimensions
                    labels = label_pairs(dimensions)
                self._record_emitted(fact, labels)
            elif type(fact) is TokensMetered:
                self._record_tokens(fact, api=api, subscription=subscription)
            elif type(fact) is BreakerTurned:
                self._turns.add((fact.backend, "open" if fact.opened_for else "closed"), 1)
            elif type(fact) is CacheAsked:
                self._lookups.add((api, fact.element, fact.outcome), 1)

    def watch_breakers(self, states: Breakers) -> None:
        """Show the states of circuit breakers as they are whenever somebody looks."""
        self._breakers = states

    def _record_tokens(self, fact: TokensMetered, *, api: str, subscription: str) -> None:
        usage = fact.usage
        labels = (api, subscription, label_value(usage.model))
        self._prompt.add(labels, usage.input_tokens)
        self._completion.add(labels, usage.output_tokens)
        if not usage.reported:
            self._estimated.add((api, fact.dialect, usage.basis), 1)
        if fact.debt:
            self._debt.add((api, subscription), fact.debt)

    def _record_emitted(self, fact: MetricEmitted, dimensions: Dimensions) -> None:
        emitted = (fact.namespace, fact.name, dimensions)
        sums = self._emitted
        if emitted in sums:
            sums[emitted] += fact.value
        elif len(sums) < SERIES_MAX:
            sums[emitted] = fact.value
        else:
            # Names may be as many as values: then not even they are told apart.
            others = tuple((name, "other") for name, _ in dimensions)
            emitted = (fact.namespace, fact.name, others)
            if emitted not in sums and len(sums) >= 2 * SERIES_MAX:
                emitted = (fact.namespace, fact.name, (("other", "other"),))
            sums[emitted] = sums.get(emitted, 0) + fact.value

    def gauge(self, name: str, text: str, *, value: float) -> None:
        """Set a gauge, e.g. the number of the snapshot that serves."""
        self._gauges[name] = (text, value)

    def render(self) -> bytes:
        """Return the Prometheus text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Yield the families, as prometheus_client asks for them."""
        yield family(
            "headgate_calls",
            "Finished calls by status and how they ended.",
            labels=("api", "subscription", "status", "ending"),
            sums=self._calls,
        )
        yield family(
            "headgate_errors",
            "Calls that ended in an error of a policy or a built-in step.",
            labels=("api", "source", "reason"),
            sums=self._errors,
        )
        yield self._collect_tokens()
        yield family(
            "headgate_estimated_usage",
            "Calls whose usage no provider reported, so that the gateway estimated it.",
            labels=("api", "dialect", "basis"),
            sums=self._estimated,
        )
        yield family(
            "headgate_overrun_tokens",
            "Tokens beyond what calls were charged and held when they were admitted.",
            labels=("api", "subscription"),
            sums=self._debt,
        )
        yield family(
            "headgate_breaker_turns",
            "How often the circuit breakers of backends opened and closed.",
            labels=("backend", "to"),
            sums=self._turns,
        )
        yield family(
            "headgate_cache_lookups",
            "How often policies looked for an answer in a cache, and what came of it.",
            labels=("api", "element", "outcome"),
            sums=self._lookups,
        )
        yield self._collect_breakers()
        yield self._collect_durations()
        yield from self._collect_emitted()
        for name, (text, value) in self._gauges.items():
            yield GaugeMetricFamily(name, text, value)

    def _collect_tokens(self) -> Metric:
        tokens = CounterMetricFamily(
            "headgate_tokens",
            "Tokens used by calls that token policies watched.",
            labels=("api", "subscription", "model", "type"),
        )
        for kind, sums in (("prompt", self._prompt), ("completion", self._completion)):
            for labels, amount in sums.by_labels.items():
                tokens.add_metric([*map(str, labels), kind], amount)
        return tokens

    def _collect_breakers(self) -> Metric:
        breakers = GaugeMetricFamily(
            "headgate_breaker_state",
            "State of the circuit breaker of a backend: 1 for the one that it is in.",
            labels=("backend", "state"),
        )
        for backend, state in self._breakers().items():
            for name in BREAKER_STATES:
                breakers.add_metric([backend, name], name == state)
        return breakers

    def _collect_durations(self) -> Metric:
        histogram = HistogramMetricFamily(
            "headgate_call_duration_seconds",
            "From request head to the answer's end.",
            labels=["api"],
        )
        for api, durations in self._durations.items():
            cumulated = 0
            buckets: list[tuple[str, float]] = []
            bounds = [str(bound / SECOND) for bound in DURATION_BOUNDS]
            for bound, count in zip([*bounds, "+Inf"], durations.counts, strict=True):
                cumulated += count
                buckets.append((bound, cumulated))
            histogram.add_metric([api], buckets, durations.total / SECOND)
        return histogram

    def _collect_emitted(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for (namespace, name, dimensions), amount in self._emitted.items():
            title = f"{namespace} {name}"
            made = families.setdefault(
                metric_name(title),
                CounterMetricFamily(metric_name(title), f"Emitted by policies: {title}."),
            )
            labels = {label_name(dimension): value for dimension, value in dimensions}
            made.add_sample(f"{made.name}_total", labels, amount)
        yield from families.values()


def family(name: str, text: str, *, labels: tuple[str, ...], sums: Sums) -> CounterMetricFamily:
    """Return a counter family made of sums."""
    made = CounterMetricFamily(name, text, labels=labels)
    for values, amount in sums.by_labels.items():
        made.add_metric(list(map(str, values)), amount)
    return made


def metric_name(title: str) -> str:
    """Return a Prometheus metric name for the namespace and name of an emitted metric."""
    name = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_") or "emitted"
    return f"emitted_{name}" if name[0].isdigit() or name.startswith("headgate_") else name


def label_value(text: str) -> str:
    """Return what a metric keeps of a label's value."""
    return text if len(text) <= LABEL_MAX and text.isascii() else encodable(text[:LABEL_MAX])


def label_pairs(dimensions: Dimensions) -> Dimensions:
    """Return what a metric keeps of names and values."""
    return tuple([(label_value(name), label_value(value)) for name, value in dimensions])


def label_name(dimension: str) -> str:
    """Return a Prometheus label name for a dimension."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", dimension).strip("_").lower() or "dimension"
    return f"d_{name}" if name[0].isdigit() else name
