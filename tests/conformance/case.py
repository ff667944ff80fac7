"""The form of a conformance case: what `case.yaml` may say (tests/conformance/README.md)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml
from msgspec import UNSET, UnsetType

from headgate.limits.operations import AdmissionMode
from headgate.policy.metering import Overrun

Pairs = dict[str, str | list[str]]
"""Headers: a name with its value, or with several lines."""


class Form(msgspec.Struct, rename="kebab", forbid_unknown_fields=True, kw_only=True, frozen=True):
    """A mapping in a case; a key that it does not know is an error."""


class Asked(Form, kw_only=True, frozen=True):
    """One request of a client."""

    at: float = 0
    """Seconds of virtual time since the case began."""
    method: str = "POST"
    path: str = "/chat/completions"
    """With the query string."""
    headers: Pairs = {}
    body: str | list[tuple[str, int]] | None = None
    """Text, or texts with how often each is repeated."""
    json: Any = UNSET
    ip: str = "203.0.113.7"
    subscription: str | UnsetType | None = UNSET
    """Id of the subscription whose key it carries, where it is not the one of the case."""
    hang_up_after: int | None = None
    """The client goes away after so many chunks of the answer's body."""
    hang_up_at: float | None = None
    """The client goes away at this time, whatever it has got by then."""


class Answer(Form, kw_only=True, frozen=True):
    """One answer of the upstream."""

    status: int = 200
    reason: str | None = None
    headers: Pairs = {}
    body: str | None = None
    json: Any = UNSET
    sse: list[Any] | None = None
    """Events: JSON values, or texts that are sent as they are, such as `[DONE]`."""
    delay: float = 0
    """Seconds before the head."""
    interval: float = 0
    """Seconds before each chunk of the body."""
    fault: Literal["refused", "timeout", "broken", "tls", "malformed"] | None = None
    """What goes wrong; `broken` with a body breaks off after it."""


class OperationForm(Form, kw_only=True, frozen=True):
    """The operation that all requests of the case are for."""

    id: str = "operation"
    method: str = "*"
    url_template: str = "/*"


class BackendForm(Form, kw_only=True, frozen=True):
    """A backend entity."""

    url: str
    credentials: Any = None


class PriceForm(Form, kw_only=True, frozen=True):
    """What a million tokens of a model cost."""

    input: str
    output: str


class Settings(Form, kw_only=True, frozen=True):
    """What `headgate.toml` would say."""

    admission: AdmissionMode = "bounded"
    ask_for_usage: bool = True
    overrun: Overrun = "grace"
    strict_max_completion: int = 4096
    prices: dict[str, PriceForm] = {}
    """By model."""
    completion_caps: dict[str, int] = {}
    """What models complete at most."""


class Case(Form, kw_only=True, frozen=True):
    """A case."""

    source: str
    """Where the rule stands that the case shows: a section of apim.md, or a page of Microsoft."""
    about: str = ""
    requests: list[Asked]
    upstream: list[Answer] = []
    """In the order of the requests that reach it."""
    expect: list[dict[str, Any]]
    """For each request what is expected; what is not named may be anything."""
    start: datetime = datetime(2025, 12, 1, tzinfo=UTC)
    subscription: str | None = "subscription-1"
    """Id of the subscription whose key the requests carry; null: none."""
    api_path: str = ""
    operation: OperationForm = OperationForm()
    service_url: str | None = "http://backend.example"
    named_values: dict[str, str] = {}
    backends: dict[str, BackendForm] = {}
    fragments: dict[str, str] = {}
    """File by fragment id."""
    scopes: dict[Literal["global", "product", "api", "operation"], str] = {}
    """File by scope; `policy.xml` is the operation's document where no scope names it."""
    settings: Settings = Settings()


def load_case(folder: Path) -> Case:
    """Read the case of a folder. Raises ValueError that names the file."""
    file = folder / "case.yaml"
    try:
        case = msgspec.convert(yaml.safe_load(file.read_text("utf-8")), Case)
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        raise ValueError(f"{file}: {error}") from error
    if len(case.expect) != len(case.requests):
        raise ValueError(f"{file}: one `expect` for each of {len(case.requests)} requests")
    return case


def documents(case: Case) -> dict[str, str]:
    """Return the file of each scope's document."""
    named = dict(case.scopes)
    if "policy.xml" not in named.values():
        named.setdefault("operation", "policy.xml")
    return {str(scope): file for scope, file in named.items()}
