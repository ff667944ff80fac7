"""What a service consists of, as read from a service folder: frozen values, no behaviour.

Property names follow Azure Resource Manager, in snake case (apim.md 6.1, 10.1, 10.4).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from headgate.model.specification import Described


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation of an API: a method (`*` for any) and a URL template below the API's path."""

    id: str
    name: str
    method: str
    url_template: str
    described: Described | None = None
    """What its specification says of it, if there is one."""


class DeclaredUsage(msgspec.Struct, frozen=True, kw_only=True):
    """Dotted paths to what the answers of an API say that they used; None: they do not."""

    input: str | None = None
    output: str | None = None
    total: str | None = None
    cached: str | None = None
    model: str | None = None


class Api(msgspec.Struct, frozen=True, kw_only=True):
    """One API: a path on the gateway, a service behind it, and its operations."""

    id: str
    name: str
    path: str
    service_url: str | None = None
    protocols: tuple[str, ...] = ("https", "http")
    subscription_required: bool = True
    key_header: str = "Ocp-Apim-Subscription-Key"
    key_query: str = "subscription-key"
    accept_bearer_key: bool = False
    """Ours: `Authorization: Bearer KEY` also carries the subscription key."""
    revision: str = "1"
    version: str | None = None
    version_in_path: bool = False
    """The version is a segment below `path` (APIM's versioning scheme `Segment`)."""
    is_current: bool = True
    operations: tuple[Operation, ...] = ()
    usage_paths: DeclaredUsage | None = None
    """Ours: where an API that speaks no known dialect reports usage."""


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product: a bundle of APIs with subscriptions and a policy of its own."""

    id: str
    name: str
    state: Literal["published", "notPublished"] = "published"
    subscription_required: bool = True
    approval_required: bool = False
    subscriptions_limit: int | None = None
    api_ids: frozenset[str] = frozenset()
    groups: tuple[Group, ...] = ()
    """Whose users may see it."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A group of users."""

    id: str
    name: str


class UserIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """How a user signs in: an id at a provider such as `Basic` or `Aad`."""

    id: str
    provider: str


class User(msgspec.Struct, frozen=True, kw_only=True):
    """The owner of a subscription."""

    id: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    note: str | None = None
    groups: tuple[Group, ...] = ()
    identities: tuple[UserIdentity, ...] = ()
    registration_date: str = ""
    """ISO 8601, UTC; empty when the folder does not say."""


SubscriptionState = Literal["active", "suspended", "submitted", "rejected", "cancelled", "expired"]


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of keys and what they open (apim.md 10.1)."""

    id: str
    name: str
    scope: Literal["all", "api", "product"]
    scope_id: str = ""
    """The API or product, where the scope is not `all`."""
    state: SubscriptionState = "active"
    primary_key: str = ""
    secondary_key: str = ""
    owner_id: str | None = None
    allow_tracing: bool = False
    created_date: str = ""
    """ISO 8601, UTC; empty when the folder does not say."""
    start_date: str | None = None
    end_date: str | None = None


class Authorization(msgspec.Struct, frozen=True, kw_only=True):
    """A fixed Authorization header for a backend."""

    scheme: str
    parameter: str


class ManagedIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """An identity of the gateway, and what its token is for (apim.md 6.7)."""

    resource: str
    client_id: str | None = None


class BackendCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """What the gateway adds to a request for a backend."""

    header: tuple[tuple[str, tuple[str, ...]], ...] = ()
    query: tuple[tuple[str, tuple[str, ...]], ...] = ()
    authorization: Authorization | None = None
    identity: ManagedIdentity | None = None
    """Whose access token is sent; goes before `authorization`."""


class CircuitBreaker(msgspec.Struct, frozen=True, kw_only=True):
    """When a backend is left alone, and for how long (apim.md 6.2); durations in microseconds.

    It opens when `count` calls, or `percentage` of all calls, failed within `interval`. A call
    fails by a status in one of the ranges, or by one of the reasons.
    """

    name: str = ""
    count: int | None = None
    percentage: int | None = None
    interval: int
    statuses: tuple[tuple[int, int], ...] = ()
    """First and last status of each range."""
    reasons: frozenset[str] = frozenset()
    """Why there was no answer, as `context.LastError.Reason` tells it, in lower case."""
    trip_duration: int
    accept_retry_after: bool = False
    """Whether a `Retry-After` of the backend says how long, instead of `trip_duration`."""
    refusal: int = 503
    """Status of calls that find it open."""


class PoolMember(msgspec.Struct, frozen=True, kw_only=True):
    """A backend in a pool (apim.md 6.3)."""

    id: str
    priority: int = 1
    """The lowest number goes first."""
    weight: int = 1
    """Share among those of the same priority."""


class BackendPool(msgspec.Struct, frozen=True, kw_only=True):
    """Backends that share the calls (apim.md 6.3)."""

    members: tuple[PoolMember, ...]
    session_cookie: str | None = None
    """Cookie that keeps a client at one member."""
    refusal: int = 503
    """Status of calls that find no member available."""


class Backend(msgspec.Struct, frozen=True, kw_only=True):
    """One backend entity (apim.md 6.1): a service, or a pool of others."""

    id: str
    url: str = ""
    """Empty for a pool."""
    title: str = ""
    region: str | None = None
    credentials: BackendCredentials = BackendCredentials()
    validate_certificate_chain: bool = True
    validate_certificate_name: bool = True
    breaker: CircuitBreaker | None = None
    pool: BackendPool | None = None

    @property
    def type(self) -> str:
        """Return `Single` or `Pool`."""
        return "Single" if self.pool is None else "Pool"


class NamedValue(msgspec.Struct, frozen=True, kw_only=True):
    """A named value; `name` is what `{{…}}` refers to. Secret ones are never shown."""

    id: str
    name: str
    value: str
    secret: bool = False

    def __repr__(self) -> str:
        shown = "***" if self.secret else self.value
        return f"NamedValue(id={self.id!r}, name={self.name!r}, value={shown!r})"


class PolicySource(msgspec.Struct, frozen=True, kw_only=True):
    """The text of one policy document or fragment and where it came from."""

    file: str
    text: str


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate in DER; `key` is its private key as PKCS #8 in DER, empty where it has none."""

    content: bytes
    key: bytes = b""


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """`context.Deployment`."""

    service_name: str = "headgate"
    service_id: str = "headgate"
    region: str = "local"
    gateway_id: str = "managed"
    instance_id: str = "headgate-0"
    certificates: dict[str, Certificate] = {}
    """By id: those of policies, also the ones whose signature `Verify()` trusts."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one service folder declares. Policies are text here; `policy` compiles."""

    apis: tuple[Api, ...] = ()
    products: tuple[Product, ...] = ()
    users: tuple[User, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    backends: tuple[Backend, ...] = ()
    named_values: tuple[NamedValue, ...] = ()
    fragments: dict[str, PolicySource] = {}
    """By fragment id."""
    global_policy: PolicySource | None = None
    product_policies: dict[str, PolicySource] = {}
    api_policies: dict[str, PolicySource] = {}
    operation_policies: dict[tuple[str, str], PolicySource] = {}
    """By (API id, operation id)."""
    deployment: Deployment = Deployment()
    allow_unsupported: bool = False
    """Policies may hold elements of APIM that do not exist here: a call that reaches one is 501."""
