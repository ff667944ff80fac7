"""What a service consists of, as read from a service folder: frozen values, no behaviour.

Property names follow Azure Resource Manager, in snake case (apim.md 6.1, 10.1, 10.4).
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation of an API: a method (`*` for any) and a URL template below the API's path."""

    id: str
    name: str
    method: str
    url_template: str


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


class User(msgspec.Struct, frozen=True, kw_only=True):
    """The owner of a subscription."""

    id: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    note: str | None = None
    groups: tuple[str, ...] = ()


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


class BackendCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """What the gateway adds to a request for a backend."""

    header: tuple[tuple[str, tuple[str, ...]], ...] = ()
    query: tuple[tuple[str, tuple[str, ...]], ...] = ()
    authorization: Authorization | None = None


class Backend(msgspec.Struct, frozen=True, kw_only=True):
    """One backend entity (apim.md 6.1)."""

    id: str
    url: str
    title: str = ""
    credentials: BackendCredentials = BackendCredentials()
    validate_certificate_chain: bool = True
    validate_certificate_name: bool = True


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


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """`context.Deployment`."""

    service_name: str = "headgate"
    service_id: str = "headgate"
    region: str = "local"
    gateway_id: str = "managed"
    instance_id: str = "headgate-0"


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
