from __future__ import annotations

import json
from pathlib import Path

import pytest

from headgate.cli import composition
from headgate.cli.composition import compose
from headgate.model.errors import CallError
from headgate.model.usage import TokenUsage
from headgate.testing.playbook import make_context

SECRET = b"0123456789abcdef"


def write(folder: Path, place: str, content: str | dict[str, object]) -> None:
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps({"properties": content}))


def service(folder: Path) -> Path:
    write(
        folder,
        "apis/chat/apiInformation.json",
        {"displayName": "Chat", "path": "chat", "serviceUrl": "http://llm:81/v1"},
    )
    write(
        folder,
        "backends/other/backendInformation.json",
        {"url": "https://other", "protocol": "http"},
    )
    return folder


def test_a_folder_becomes_a_numbered_snapshot(tmp_path: Path) -> None:
    composed = compose(service(tmp_path), number=7, secret=SECRET, environment={})
    assert composed.snapshot is not None, composed.diagnostics
    assert composed.snapshot.number == 7
    assert str(composed.snapshot.service_urls["chat"]) == "http://llm:81/v1"
    assert composed.snapshot.backends.find("OTHER") is not None


def test_the_origins_that_the_folder_names_are_told(tmp_path: Path) -> None:
    composed = compose(service(tmp_path), number=1, secret=SECRET, environment={})
    assert composed.origins == {("llm", 81), ("other", 443)}


def test_settings_become_the_terms_of_token_limits(tmp_path: Path) -> None:
    write(service(tmp_path), "headgate.toml", 'admission = "apim"\nhold-lifetime = 2.5\n')
    composed = compose(tmp_path, number=1, secret=SECRET, environment={})
    assert composed.snapshot is not None, composed.diagnostics
    assert composed.snapshot.terms.admission == "apim"
    assert composed.snapshot.terms.hold_lifetime == 2_500_000


def test_a_policy_with_an_error_leaves_no_snapshot(tmp_path: Path) -> None:
    write(
        service(tmp_path), "apis/chat/policy.xml", "<policies><inbound><x /></inbound></policies>"
    )
    composed = compose(tmp_path, number=1, secret=SECRET, environment={})
    assert composed.snapshot is None
    assert "HG140" in [finding.code for finding in composed.diagnostics]


def test_a_folder_with_an_error_leaves_no_snapshot_but_says_what_to_watch(tmp_path: Path) -> None:
    write(service(tmp_path), "apis/chat/apiInformation.json", "{")
    composed = compose(tmp_path, number=1, secret=SECRET, environment={})
    assert composed.snapshot is None
    assert composed.diagnostics
    assert any(path.name == "apiInformation.json" for path in composed.watched)


def test_the_errors_of_all_documents_of_a_folder_come_at_once(tmp_path: Path) -> None:
    wrong = "<policies><inbound><x /></inbound></policies>"
    for place in ("policy.xml", "apis/chat/policy.xml"):
        write(service(tmp_path), place, wrong)
    composed = compose(tmp_path, number=1, secret=SECRET, environment={})
    assert composed.snapshot is None
    errors = [found for found in composed.diagnostics if found.severity == "error"]
    assert [(found.file, found.code) for found in errors] == [
        ("policy.xml", "HG140"),
        ("apis/chat/policy.xml", "HG140"),
    ]


def test_models_and_declared_usage_are_among_the_terms(tmp_path: Path) -> None:
    folder = service(tmp_path)
    (folder / "headgate.toml").write_text(
        'admission = "strict"\noverrun = "cut"\nstrict-max-completion = 9\n'
        '[[models]]\nmodel = "m*"\nmax-completion-tokens = 5\nprices = { input = 1, output = 2 }\n'
    )
    write(
        folder,
        "apis/own/apiInformation.json",
        {"path": "own", "usagePaths": {"total": "tokens"}},
    )
    composed = compose(folder, number=1, secret=SECRET, environment={})
    assert composed.snapshot is not None, composed.diagnostics
    terms = composed.snapshot.terms
    assert (terms.admission, terms.overrun, terms.strict_max_completion) == ("strict", "cut", 9)
    assert terms.completion_caps.find("m1") == 5
    assert terms.prices is not None
    assert terms.prices.cost(TokenUsage(output_tokens=1), deployment="m1") == 2000
    assert list(terms.declared) == ["own"]
    again = compose(folder, number=2, secret=SECRET, environment={}, previous=composed.snapshot)
    assert again.snapshot is not None
    assert again.snapshot.terms.learned is terms.learned
    assert again.snapshot.gates is composed.snapshot.gates


def test_calls_are_traced_where_the_settings_say_so(tmp_path: Path) -> None:
    folder = service(tmp_path)
    quiet = compose(folder, number=1, secret=SECRET, environment={}).snapshot
    assert quiet is not None
    assert quiet.tracer is None
    write(folder, "headgate.toml", "tracing = true\n")
    write(
        folder,
        "named values/sealed/namedValueInformation.json",
        {"displayName": "sealed", "secret": True, "value": "very-secret"},
    )
    write(
        folder,
        "backends/other/backendInformation.json",
        {
            "url": "https://other",
            "protocol": "http",
            "credentials": {
                "header": {"x-key": ["in-a-header"]},
                "query": {"code": ["in-the-query"]},
                "authorization": {"scheme": "Basic", "parameter": "dXNlcg"},
            },
        },
    )
    snapshot = compose(folder, number=2, secret=SECRET, environment={}).snapshot
    assert snapshot is not None
    assert snapshot.tracer is not None
    secrets = {"very-secret", "in-a-header", "in-the-query", "dXNlcg"}
    assert set(snapshot.tracer.secrets) == secrets
    assert (
        snapshot.tracer.plan("chat", "any", product=None).backend.steps[0].source
        == "forward-request"
    )


RULE = {
    "failureCondition": {
        "count": 1,
        "interval": "PT1M",
        "statusCodeRanges": [{"min": 429, "max": 429}],
    },
    "tripDuration": "PT1M",
}


def test_breakers_go_on_in_the_next_snapshot(tmp_path: Path) -> None:
    place = "backends/guarded/backendInformation.json"
    write(service(tmp_path), place, {"url": "https://a", "circuitBreaker": {"rules": [RULE]}})
    write(
        tmp_path,
        "backends/pool/backendInformation.json",
        {"type": "Pool", "pool": {"services": [{"id": "/backends/guarded"}]}},
    )
    first = compose(tmp_path, number=1, secret=SECRET, environment={})
    assert first.snapshot is not None, first.diagnostics
    second = compose(tmp_path, number=2, secret=SECRET, environment={}, previous=first.snapshot)
    assert second.snapshot is not None
    [(name, breaker)] = first.snapshot.backends.breakers()
    assert name == "guarded"
    assert [kept for _, kept in second.snapshot.backends.breakers()] == [breaker]
    assert second.origins == {("llm", 81), ("other", 443), ("a", 443)}


@pytest.mark.parametrize("allowed", [False, True])
def test_an_element_that_does_not_exist_here_is_served_only_if_allowed(
    tmp_path: Path, allowed: bool
) -> None:
    folder = service(tmp_path)
    (folder / "policy.xml").write_text("<policies><inbound><xsl-transform /></inbound></policies>")
    composed = compose(folder, number=1, secret=SECRET, environment={}, allow_unsupported=allowed)
    (severity,) = (found.severity for found in composed.diagnostics if found.code == "HG140")
    assert severity == ("warning" if allowed else "error")
    assert (composed.snapshot is not None) is allowed
    if composed.snapshot is not None:
        with pytest.raises(CallError) as raised:
            composed.snapshot.unrouted.inbound.apply(make_context())
        assert (raised.value.status, raised.value.source) == (501, "xsl-transform")


def test_what_takes_long_to_load_is_loaded_with_the_plans_that_need_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(composition, "numpy", lambda: loaded.append("numpy"))
    folder = service(tmp_path)
    compose(folder, number=1, secret=SECRET, environment={})
    assert loaded == []
    lookup = (
        "<policies><inbound><base />"
        '<llm-semantic-cache-lookup score-threshold="0.05" embeddings-backend-id="other" />'
        "</inbound></policies>"
    )
    write(folder, "apis/chat/policy.xml", lookup)
    paths = "openapi: 3.0.1\npaths: {/ask: {post: {operationId: ask, responses: {}}}}\n"
    write(folder, "apis/chat/specification.yaml", paths)
    composed = compose(folder, number=2, secret=SECRET, environment={})
    assert composed.snapshot is not None, composed.diagnostics
    assert loaded == ["numpy"]
