"""What `context` tells about the service: API, operation, product, subscription, user, backend.

Property names are APIM's (apim.md 8.2), attributes those of `model.entities`.
"""

from __future__ import annotations

from headgate.csharp.declare import DotNetType
from headgate.csharp.runtime.certificates import Certificate, read
from headgate.csharp.runtime.collections import Array, Dictionary
from headgate.csharp.runtime.dateparsing import parse_iso
from headgate.csharp.runtime.dates import UTC, DateTime
from headgate.csharp.types import STRING, Type
from headgate.csharp.values import enum_class
from headgate.model.entities import (
    Api,
    Backend,
    Deployment,
    Group,
    Operation,
    Product,
    Subscription,
    User,
    UserIdentity,
)
from headgate.model.errors import LastError
from headgate.model.messages import Url

ProductState = enum_class("Apim.Expressions.ProductState", {"NotPublished": 0, "Published": 1})


def entity(name: str, python: type | tuple[type, ...], **properties: str) -> DotNetType:
    """Declare an interface whose properties are attributes: `Name="string name"`."""
    declared = DotNetType(f"Apim.Expressions.{name}", kind="interface", python=python)
    for member, text in properties.items():
        kind, _, attribute = text.partition(" ")
        code = attribute if attribute[:1] in "'FNT" else f"{{0}}.{attribute}"
        declared.property(f"{kind} {member}", code=code)
    return declared


API = entity(
    "IApi",
    Api,
    Id="string! id",
    Name="string! name",
    Path="string! path",
    Revision="string! revision",
    Version="string version",
    IsCurrentRevision="bool is_current",
)
BACKEND = entity(
    "IBackend", Backend, Id="string! id", Type="string! type", AzureRegion="string region"
)
OPERATION = entity(
    "IOperation",
    Operation,
    Id="string! id",
    Name="string! name",
    Method="string! method",
    UrlTemplate="string! url_template",
)
PRODUCT = entity(
    "IProduct",
    Product,
    Id="string! id",
    Name="string! name",
    ApprovalRequired="bool approval_required",
    SubscriptionRequired="bool subscription_required",
    SubscriptionLimit="int? subscriptions_limit",
    Workspace="IWorkspace None",
)
SUBSCRIPTION = entity(
    "ISubscription",
    Subscription,
    Id="string! id",
    Name="string! name",
    Key="string! primary_key",
    PrimaryKey="string! primary_key",
    SecondaryKey="string! secondary_key",
)
USER = entity(
    "IUser",
    User,
    Id="string! id",
    Email="string! email",
    FirstName="string! first_name",
    LastName="string! last_name",
    Note="string note",
)
GATEWAY = entity(
    "IGateway",
    (),
    Id="string! gateway_id",
    InstanceId="string! instance_id",
    IsManaged="bool gateway_id.__eq__('managed')",
)
DEPLOYMENT = entity(
    "IDeployment",
    Deployment,
    GatewayId="string! gateway_id",
    Region="string! region",
    ServiceId="string! service_id",
    ServiceName="string! service_name",
)
LAST_ERROR = entity(
    "ILastError",
    LastError,
    Source="string! source",
    Reason="string! reason",
    Message="string! message",
    Scope="string! scope",
    Section="string! section",
    Path="string! path",
    PolicyId="string policy_id",
)
KEY_NAMES = entity(
    "ISubscriptionKeyParameterNames", (), Header="string! key_header", Query="string! key_query"
)
GROUP = entity("IGroup", Group, Id="string! id", Name="string! name")
IDENTITY = entity("IUserIdentity", UserIdentity, Id="string! id", Provider="string! provider")
WORKSPACE = entity("IWorkspace", (), Id="string! id", Name="string! name")
GRAPHQL = entity("IGraphQL", ())
ENDPOINT = entity(
    "IPrivateEndpointConnection",
    (),
    Name="string name",
    GroupId="string group_id",
    MemberName="string member_name",
)

TYPES = (
    API,
    BACKEND,
    OPERATION,
    PRODUCT,
    SUBSCRIPTION,
    USER,
    GATEWAY,
    DEPLOYMENT,
    LAST_ERROR,
    KEY_NAMES,
    GROUP,
    IDENTITY,
    WORKSPACE,
    GRAPHQL,
    ENDPOINT,
)

DEPLOYMENT.property("IGateway! Gateway", code="{0}")
CERTIFICATES = (STRING, Certificate.NET)
API.property("ISubscriptionKeyParameterNames! SubscriptionKeyParameterNames", code="{0}")
GRAPHQL.property("IReadOnlyDictionary<string, JToken> Arguments", code="None")
GRAPHQL.property("JToken Parent", code="None")


@DEPLOYMENT.property("IReadOnlyDictionary<string, X509Certificate2>! Certificates")
def certificates(deployment: Deployment) -> Dictionary:
    """Return the certificates of the service by id."""
    found = Dictionary(CERTIFICATES)
    for name, one in deployment.certificates.items():
        found.set(name, read(one.content))
    return found


@API.property("IUrl ServiceUrl")
def service_url(api: Api) -> Url | None:
    """Return the URL of the service behind the API."""
    return Url.parse(api.service_url) if api.service_url else None


@API.property("IEnumerable<string>! Protocols")
def protocols(api: Api) -> Array:
    """Return http, https."""
    return Array(STRING, api.protocols)


@PRODUCT.property("ProductState State")
def state(product: Product) -> int:
    """Return whether the product is published."""
    return ProductState(product.state == "published")


@PRODUCT.property("IEnumerable<IGroup>! Groups")
@USER.property("IEnumerable<IGroup>! Groups")
def groups(owner: Product | User) -> Array:
    """Return the groups of a user, or those that may see a product."""
    return Array(Type("Apim.Expressions.IGroup"), owner.groups)


@USER.property("IEnumerable<IUserIdentity>! Identities")
def identities(user: User) -> Array:
    """Return how the user signs in."""
    return Array(Type("Apim.Expressions.IUserIdentity"), user.identities)


@USER.property("DateTime RegistrationDate")
def registered(user: User) -> DateTime:
    """Return when the user was registered."""
    return moment(user.registration_date) or DateTime(0, UTC)


def moment(text: str | None) -> DateTime | None:
    """Return an ISO 8601 time of a service folder, None when it does not say."""
    found = parse_iso(text) if text else None
    return found or (DateTime(0, UTC) if text else None)


@SUBSCRIPTION.property("DateTime CreatedDate")
def created(subscription: Subscription) -> DateTime:
    """Return when the subscription was made."""
    return moment(subscription.created_date) or DateTime(0, UTC)


@SUBSCRIPTION.property("DateTime? StartDate")
def start(subscription: Subscription) -> DateTime | None:
    """Return when the subscription starts."""
    return moment(subscription.start_date)


@SUBSCRIPTION.property("DateTime? EndDate")
def end(subscription: Subscription) -> DateTime | None:
    """Return when the subscription ends."""
    return moment(subscription.end_date)
