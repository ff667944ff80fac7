"""A call for expressions, made of JSON: what `headgate eval --context` reads (docs/expressions.md).

A fixture is laid over `expression_context.json`, one level deep: a member of `request` replaces
that member, `variables` replaces all of them. `null` makes a part absent.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from headgate.csharp.errors import DotNetError
from headgate.csharp.library.authorization import Authorization
from headgate.csharp.library.jwt import as_jwt
from headgate.csharp.runtime.collections import Array, NetList
from headgate.csharp.runtime.dateparsing import parse_date, parse_iso, parse_offset
from headgate.csharp.runtime.dates import TICKS_PER_MICRO, UNIX_TICKS
from headgate.csharp.runtime.guids import parse as parse_guid
from headgate.csharp.runtime.jsonreader import parse as parse_json
from headgate.csharp.runtime.spans import parse_span
from headgate.csharp.runtime.xmllinq import parse_document, parse_element
from headgate.csharp.types import STRING
from headgate.csharp.values import Byte, Char, Int16, Int64, Single
from headgate.model import entities
from headgate.model.clock import Micros, MonotonicMicros
from headgate.model.context import Context, Entropy
from headgate.model.errors import LastError
from headgate.model.messages import Body, Headers, Request, Response, Url

DEFAULT = Path(__file__).with_name("expression_context.json")
UTC = 128
"""`DateTimeStyles.RoundtripKind`: a time that ends with Z is UTC."""


class FixtureError(Exception):
    """A fixture that describes no call; the message says what is wrong, and where."""


class Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Base of the parts of a fixture."""


class RequestPart(Part, frozen=True, kw_only=True, rename="camel"):
    """`context.Request`."""

    method: str
    url: str
    headers: dict[str, str | list[str]]
    ip: str
    matched_parameters: dict[str, str]
    original_url: str | None = None
    body: Any = None
    certificate: str | None = None
    private_endpoint_connection: None = None


class ResponsePart(Part, frozen=True, kw_only=True, rename="camel"):
    """`context.Response`, and a variable of type IResponse."""

    status: int = 200
    reason: str = "OK"
    headers: dict[str, str | list[str]] = {}
    body: Any = None


class VariablePart(Part, frozen=True, kw_only=True):
    """A variable; `type` is one of `VALUES`."""

    type: str
    value: Any = None


class KeyNamesPart(Part, frozen=True, kw_only=True):
    """Where an API looks for keys."""

    header: str
    query: str


class ApiPart(Part, frozen=True, kw_only=True, rename="camel"):
    """`context.Api`."""

    id: str
    name: str
    path: str
    revision: str = "1"
    version: str | None = None
    is_current_revision: bool = True
    service_url: str | None = None
    protocols: tuple[str, ...] = ("https",)
    subscription_key_parameter_names: KeyNamesPart = KeyNamesPart(
        header="Ocp-Apim-Subscription-Key", query="subscription-key"
    )


class BackendPart(Part, frozen=True, kw_only=True):
    """`context.Backend`."""

    id: str
    type: str = "Single"


class GatewayPart(Part, frozen=True, kw_only=True, rename="camel"):
    """`context.Deployment.Gateway`; its id is `gatewayId`."""

    id: str = "managed"
    instance_id: str = "instance-1"
    is_managed: bool = True


class DeploymentPart(Part, frozen=True, kw_only=True, rename="camel"):
    """`context.Deployment`; certificates are DER in base64."""

    gateway_id: str
    gateway: GatewayPart
    region: str
    service_id: str
    service_name: str
    certificates: dict[str, str] = {}


class OperationPart(Part, frozen=True, kw_only=True, rename="camel"):
    """`context.Operation`."""

    id: str
    method: str
    name: str
    url_template: str


class GroupPart(Part, frozen=True, kw_only=True):
    """A group."""

    id: str
    name: str


class IdentityPart(Part, frozen=True, kw_only=True):
    """How a user signs in."""

    id: str
    provider: str


class ProductPart(Part, frozen=True, kw_only=True, rename="camel"):
    """`context.Product`."""

    id: str
    name: str
    state: str = "Published"
    approval_required: bool = False
    subscription_required: bool = True
    subscription_limit: int | None = None
    groups: tuple[GroupPart, ...] = ()
    apis: tuple[ApiPart, ...] = ()


class SubscriptionPart(Part, frozen=True, kw_only=True, rename="camel"):
    """`context.Subscription`."""

    id: str
    name: str
    key: str | None = None
    primary_key: str = ""
    secondary_key: str = ""
    created_date: str = ""
    start_date: str | None = None
    end_date: str | None = None


class UserPart(Part, frozen=True, kw_only=True, rename="camel"):
    """`context.User`."""

    id: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    note: str | None = None
    registration_date: str = ""
    groups: tuple[GroupPart, ...] = ()
    identities: tuple[IdentityPart, ...] = ()


class ErrorPart(Part, frozen=True, kw_only=True, rename="camel"):
    """`context.LastError`."""

    source: str
    reason: str
    message: str
    scope: str = ""
    section: str = ""
    path: str = ""
    policy_id: str | None = None


class Fixture(Part, frozen=True, kw_only=True, rename="camel"):
    """A whole call."""

    request: RequestPart
    response: ResponsePart | None
    variables: dict[str, VariablePart]
    api: ApiPart | None
    backend: BackendPart | None
    deployment: DeploymentPart
    last_error: ErrorPart | None
    operation: OperationPart | None
    product: ProductPart | None
    subscription: SubscriptionPart | None
    user: UserPart | None
    request_id: str
    timestamp: str
    elapsed: int
    """Milliseconds since the call came in."""
    tracing: bool
    graphql: None = None
    workspace: None = None
    """Headgate has neither."""


@cache
def default_fixture() -> dict[str, Any]:
    """Return the fixture that others are laid over."""
    found: dict[str, Any] = json.loads(DEFAULT.read_text("utf-8"))
    return found


def laid_over(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the default fixture with changes, one level deep."""
    found = dict(default_fixture())
    for name, value in changes.items():
        old = found.get(name)
        merge = isinstance(value, dict) and isinstance(old, dict) and name != "variables"
        found[name] = {**old, **value} if merge and old is not None else value
    return found


class FixedClock:
    """A clock that stands: the call came in `elapsed` microseconds ago."""

    def __init__(self, now: int, elapsed: int) -> None:
        self.stopped, self.elapsed, self.calls = now, elapsed, 0

    def now(self) -> Micros:
        """Return the time of the fixture."""
        return Micros(self.stopped)

    def monotonic(self) -> MonotonicMicros:
        """Return zero to the one who starts the call, afterwards what has passed."""
        self.calls += 1
        return MonotonicMicros(0 if self.calls == 1 else self.elapsed)


def context_of(changes: Mapping[str, Any], *, entropy: Entropy | None = None) -> Context:
    """Return the call that a fixture describes. Raises FixtureError."""
    try:
        fixture = msgspec.convert(laid_over(changes), Fixture)
        return _context(fixture, entropy)
    except msgspec.ValidationError as error:
        raise FixtureError(str(error)) from None


def _context(fixture: Fixture, entropy: Entropy | None) -> Context:
    context = Context(
        _request(fixture.request),
        clock=FixedClock(_micros(fixture.timestamp), fixture.elapsed * 1000),
        request_id=fixture.request_id,
        deployment=_deployment(fixture.deployment),
        entropy=entropy,
    )
    context.response = None if fixture.response is None else _response(fixture.response)
    context.variables = {
        name: variable(one.type, one.value, name=name) for name, one in fixture.variables.items()
    }
    context.last_error = _as(LastError, fixture.last_error)
    context.tracing = fixture.tracing
    context.api = _api(fixture.api)
    context.operation = _as(entities.Operation, fixture.operation)
    context.product = _product(fixture.product)
    context.user = _user(fixture.user)
    context.subscription = _subscription(fixture.subscription)
    if fixture.backend is not None:
        pool = entities.BackendPool(members=()) if fixture.backend.type == "Pool" else None
        context.backend = entities.Backend(id=fixture.backend.id, pool=pool)
    return context


Entity = TypeVar("Entity", bound=msgspec.Struct)


def _as(kind: type[Entity], part: Part | None, **changes: Any) -> Entity | None:
    """Return an entity whose fields are those of its part."""
    if part is None:
        return None
    return kind(**(msgspec.structs.asdict(part) | changes))


def _micros(text: str) -> int:
    moment = parse_iso(text)
    if moment is None:
        raise FixtureError(f"{text!r} is no time: write 2024-06-01T12:30:45Z - at `$.timestamp`")
    return (moment.ticks - UNIX_TICKS) // TICKS_PER_MICRO


def _base64(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise FixtureError(f"this is not base64 - at `{where}`") from None


def body_of(value: Any, where: str) -> Body | None:
    """Return a body: a text, `{"base64": ...}`, or whatever JSON it is to be."""
    if value is None:
        return None
    if isinstance(value, dict) and list(value) == ["base64"]:
        return Body(_base64(value["base64"], where))
    text = value if isinstance(value, str) else json.dumps(value)
    return Body(text.encode("utf-8", "surrogatepass"))


def _headers(value: dict[str, str | list[str]]) -> Headers:
    headers = Headers()
    for name, texts in value.items():
        for text in [texts] if isinstance(texts, str) else texts:
            headers.append(name, text)
    return headers


def _request(part: RequestPart) -> Request:
    headers, body = _headers(part.headers), body_of(part.body, "$.request.body")
    request = Request(part.method, Url.parse(part.url), headers, body, part.ip)
    request.original_url = Url.parse(part.original_url or part.url)
    request.matched_parameters = dict(part.matched_parameters)
    if part.certificate is not None:
        request.certificate = _base64(part.certificate, "$.request.certificate")
    return request


def _response(part: ResponsePart) -> Response:
    body = body_of(part.body, "$.response.body")
    return Response(part.status, part.reason, _headers(part.headers), body)


def _deployment(part: DeploymentPart) -> entities.Deployment:
    certificates = {
        name: entities.Certificate(content=_base64(text, f"$.deployment.certificates.{name}"))
        for name, text in part.certificates.items()
    }
    return entities.Deployment(
        service_name=part.service_name,
        service_id=part.service_id,
        region=part.region,
        gateway_id=part.gateway_id,
        instance_id=part.gateway.instance_id,
        certificates=certificates,
    )


def _api(part: ApiPart | None) -> entities.Api | None:
    if part is None:
        return None
    keys = part.subscription_key_parameter_names
    return entities.Api(
        id=part.id,
        name=part.name,
        path=part.path,
        revision=part.revision,
        version=part.version,
        is_current=part.is_current_revision,
        service_url=part.service_url,
        protocols=part.protocols,
        key_header=keys.header,
        key_query=keys.query,
    )


def _groups(parts: tuple[GroupPart, ...]) -> tuple[entities.Group, ...]:
    return tuple([entities.Group(id=one.id, name=one.name) for one in parts])


def _product(part: ProductPart | None) -> entities.Product | None:
    if part is None:
        return None
    return entities.Product(
        id=part.id,
        name=part.name,
        state="published" if part.state == "Published" else "notPublished",
        approval_required=part.approval_required,
        subscription_required=part.subscription_required,
        subscriptions_limit=part.subscription_limit,
        groups=_groups(part.groups),
    )


def _user(part: UserPart | None) -> entities.User | None:
    if part is None:
        return None
    identities = [
        entities.UserIdentity(id=one.id, provider=one.provider) for one in part.identities
    ]
    return _as(entities.User, part, groups=_groups(part.groups), identities=tuple(identities))


def _subscription(part: SubscriptionPart | None) -> entities.Subscription | None:
    if part is None:
        return None
    return entities.Subscription(
        id=part.id,
        name=part.name,
        scope="all",
        primary_key=part.primary_key or part.key or "",
        secondary_key=part.secondary_key,
        created_date=part.created_date,
        start_date=part.start_date,
        end_date=part.end_date,
    )


# -- variables ----------------------------------------------------------------------------------


def _json(value: Any) -> Any:
    return parse_json(value if isinstance(value, str) else json.dumps(value))


def _authorization(value: Any) -> Authorization:
    return Authorization(value["accessToken"], value.get("claims", {}))


def _of_text(make: Callable[[str], Any]) -> Callable[[Any], Any]:
    """Return a maker that takes nothing but text."""

    def checked(value: Any) -> Any:
        if not isinstance(value, str):
            raise TypeError("expected text")
        return make(value)

    return checked


def _bool(value: Any) -> bool:
    return value if isinstance(value, bool) else {"true": True, "false": False}[value]


def _texts(value: Any) -> list[str]:
    return msgspec.convert(value, list[str])


VALUES: dict[str, Callable[[Any], Any]] = {
    "int": int,
    "long": lambda value: Int64(int(value)),
    "short": lambda value: Int16(int(value)),
    "byte": lambda value: Byte(int(value)),
    "double": float,
    "float": lambda value: Single(float(value)),
    "decimal": lambda value: Decimal(str(value)),
    "bool": _bool,
    "char": _of_text(Char),
    "string": _of_text(str),
    "byte[]": _of_text(lambda text: bytearray(base64.b64decode(text, validate=True))),
    "Guid": _of_text(parse_guid),
    "DateTime": _of_text(lambda text: parse_date(text, UTC)),
    "DateTimeOffset": _of_text(parse_offset),
    "TimeSpan": _of_text(parse_span),
    "JObject": _json,
    "JArray": _json,
    "JToken": _json,
    "XElement": _of_text(parse_element),
    "XDocument": _of_text(parse_document),
    "IResponse": lambda value: _response(msgspec.convert(value, ResponsePart)),
    "string[]": lambda value: Array(STRING, _texts(value)),
    "List<string>": lambda value: NetList(STRING, _texts(value)),
    "Jwt": _of_text(as_jwt),
    "Authorization": _authorization,
    "null": lambda _: None,
}
"""How a variable of each type is made of JSON."""


def variable(kind: str, value: Any, *, name: str) -> Any:
    """Return the value of a variable. Raises FixtureError."""
    where = f"at `$.variables.{name}`"
    make = VALUES.get(kind)
    if make is None:
        raise FixtureError(f"there is no type {kind!r}: it is one of {', '.join(VALUES)} - {where}")
    try:
        return make(value)
    except (ValueError, TypeError, KeyError, ArithmeticError, DotNetError) as error:
        shown = json.dumps(value)[:60]
        raise FixtureError(f"{shown} is no {kind} ({error}) - {where}") from None
