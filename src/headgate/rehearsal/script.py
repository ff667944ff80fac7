"""The form of a test: what a test file may say (docs/testing-policies.md)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from headgate.limits.operations import AdmissionMode, Kind
from headgate.policy.metering import Overrun

Pairs = dict[str, str | list[str]]
"""Headers: a name with its value, or with several lines."""


Seconds = Annotated[float, Meta(ge=0, le=10**9)]
Times = Annotated[int, Meta(ge=1, le=100_000)]


class Form(msgspec.Struct, rename="kebab", forbid_unknown_fields=True, kw_only=True, frozen=True):
    """A mapping in a test file; a key that it does not know is an error."""


class Expected(Form, kw_only=True, frozen=True):
    """What is expected of one request; what is not named may be anything."""

    status: Any = UNSET
    reason: Any = UNSET
    headers: dict[str, Any] | UnsetType = UNSET
    body: Any = UNSET
    body_contains: str | list[str] | UnsetType = UNSET
    body_matches: str | list[str] | UnsetType = UNSET
    """Regular expressions that are found somewhere in the body."""
    json: Any = UNSET
    duration: Any = UNSET
    """Seconds from the request to the end of its answer."""
    backend: str | list[str] | UnsetType | None = UNSET
    """Id of the backend that was called, else its host; a list: of every attempt; null: none."""
    upstream: Any = UNSET
    upstream_calls: Any = UNSET
    sends: list[Any] | UnsetType = UNSET
    """Requests of the gateway's own, as send-request makes them."""
    variables: dict[str, Any] | UnsetType = UNSET
    metrics: Any = UNSET
    traces: Any = UNSET
    events: Any = UNSET
    """Messages of log-to-eventhub."""
    last_error: Any = UNSET


class Asked(Form, kw_only=True, frozen=True):
    """One request of a client."""

    at: Seconds = 0
    """Seconds of virtual time since the test began."""
    times: Times = 1
    """How often it is made, `every` so many seconds."""
    every: Seconds = 0
    method: str = "POST"
    path: str = "/chat/completions"
    """With the query string."""
    headers: Pairs = {}
    body: str | list[tuple[str, int]] | None = None
    """Text, or texts with how often each is repeated."""
    json: Any = UNSET
    ip: str = "203.0.113.7"
    subscription: str | UnsetType | None = UNSET
    """Id of the subscription whose key it carries, where it is not the one of the test."""
    variables: dict[str, Any] = {}
    """Set before inbound, beside those of the test."""
    hang_up_after: int | None = None
    """The client goes away after so many chunks of the answer's body."""
    hang_up_at: float | None = None
    """The client goes away at this time, whatever it has got by then."""
    expect: Expected | UnsetType = UNSET


class Match(Form, kw_only=True, frozen=True):
    """Which requests an answer is for. In a URL `*` stands for any characters."""

    url: str = "*"
    method: str | None = None


class Answer(Form, kw_only=True, frozen=True):
    """One answer of a server."""

    match: Match | None = None
    """None: for any request that is forwarded."""
    times: Times | Literal["any"] = 1
    """How many requests it answers."""
    status: int = 200
    reason: str | None = None
    headers: Pairs = {}
    body: str | None = None
    json: Any = UNSET
    sse: list[Any] | None = None
    """Events: JSON values, or texts that are sent as they are, such as `[DONE]`."""
    delay: Seconds = 0
    """Seconds before the head."""
    interval: Seconds = 0
    """Seconds before each chunk of the body."""
    fault: Literal["refused", "timeout", "broken", "tls", "malformed"] | None = None
    """What goes wrong; `broken` with a body breaks off after it."""


class OperationForm(Form, kw_only=True, frozen=True):
    """The operation that all requests are for."""

    id: str = "operation"
    name: str = "Operation"
    method: str = "*"
    url_template: str = "/*"
    responses: dict[str, Any] | None = None
    """As in OpenAPI 3: by status, what `mock-response` answers with."""
    parameters: list[dict[str, Any]] | None = None
    """As in OpenAPI 3, as all that follows is."""
    request_body: dict[str, Any] | None = None
    components: dict[str, Any] | None = None
    """What `$ref`s lead to, such as `#/components/schemas/Pet`."""


class BreakerForm(Form, kw_only=True, frozen=True):
    """A circuit breaker (docs/backends.md); durations in seconds."""

    count: int = 1
    percentage: int | None = None
    interval: float = 60
    statuses: tuple[tuple[int, int], ...] = ((429, 429), (500, 599))
    """First and last of each range."""
    reasons: list[str] = []
    trip: float = 60
    accept_retry_after: bool = False


class MemberForm(Form, kw_only=True, frozen=True):
    """A backend in a pool."""

    id: str
    priority: int = 1
    weight: int = 1


class BackendForm(Form, kw_only=True, frozen=True):
    """A backend entity: a service, or a pool of others."""

    url: str = "http://backend.example"
    credentials: Any = None
    breaker: BreakerForm | None = None
    pool: list[MemberForm] = []
    session_cookie: str | None = None


class SubscriptionForm(Form, kw_only=True, frozen=True):
    """The subscription whose key requests carry."""

    id: str
    name: str = ""
    """The id, where it is left out."""


class ProductForm(Form, kw_only=True, frozen=True):
    """The product that the API belongs to."""

    id: str = "product"
    name: str = "Product"


class UserForm(Form, kw_only=True, frozen=True):
    """The owner of the subscriptions."""

    id: str = "user"
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    note: str | None = None
    groups: list[str] = []


class PriceForm(Form, kw_only=True, frozen=True):
    """What a million tokens of a model cost."""

    input: str
    output: str


class Settings(Form, kw_only=True, frozen=True):
    """What `headgate.toml` would say; in a service folder, what it says in its place."""

    admission: AdmissionMode | UnsetType = UNSET
    ask_for_usage: bool | UnsetType = UNSET
    overrun: Overrun | UnsetType = UNSET
    strict_max_completion: int | UnsetType = UNSET
    prices: dict[str, PriceForm] = {}
    """By model."""
    completion_caps: dict[str, int] = {}
    """What models complete at most."""


class ProviderForm(Form, kw_only=True, frozen=True):
    """An OpenID provider, by the URL of its configuration document."""

    issuer: str = ""
    keys: list[dict[str, Any]] = []
    """JSON Web Keys."""
    rotated: list[dict[str, Any]] | None = None
    """The keys once one is asked for that is not among `keys`."""


class CounterForm(Form, kw_only=True, frozen=True):
    """How a counter is expected to stand."""

    key: str
    at: Seconds | None = None
    """Seconds since the test began; None: when everything has ended."""
    kind: Kind | None = None
    per: float | str | None = None
    """Seconds of the window, or the name of the period; needed where a key has several."""
    used: Any = UNSET
    held: Any = UNSET
    remaining: Any = UNSET
    limit: Any = UNSET


class Script(Form, kw_only=True, frozen=True):
    """One test."""

    name: str = ""
    source: str = ""
    """Where the rule stands that the test shows."""
    about: str = ""
    requests: list[Asked]
    upstream: list[Answer] = []
    """In the order of the requests that they answer."""
    expect: list[Expected] | UnsetType = UNSET
    """For each request what is expected, where the requests do not say it themselves."""
    counters: list[CounterForm] = []
    start: datetime = datetime(2025, 12, 1, tzinfo=UTC)
    variables: dict[str, Any] = {}
    """Set before inbound."""
    subscription: str | SubscriptionForm | UnsetType | None = UNSET
    """The subscription whose key the requests carry, or its id; null: none."""
    named_values: dict[str, str] = {}
    openid: dict[str, ProviderForm] = {}
    """By the URL of the configuration document."""
    settings: Settings = Settings()
    policy: str | None = None
    """File of the document that is tested, by itself; None: the service around the test."""
    api_path: str = ""
    operation: OperationForm = OperationForm()
    service_url: str | None = "http://backend.example"
    backends: dict[str, BackendForm] = {}
    fragments: dict[str, str] = {}
    """File by fragment id."""
    product: ProductForm | None = None
    user: UserForm | None = None
    scopes: dict[Literal["global", "product", "api", "operation"], str] = {}
    """File by scope."""
