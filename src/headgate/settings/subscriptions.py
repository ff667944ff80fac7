"""`subscriptions/<id>/subscriptionInformation.json` (apim.md 10.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from headgate.model.entities import Subscription, SubscriptionState
from headgate.settings.binding import Properties
from headgate.settings.documents import Folder, nearest
from headgate.settings.entries import Entry, entries
from headgate.settings.named_values import REFERENCE, NamedValues

_SCOPE = re.compile(
    r"(?:/subscriptions/[^/]+/.*/service/[^/]+)?(?:/(apis|products)(?:/([^/]+))?)?/?",
    re.IGNORECASE,
)
_OWNER = re.compile(r"(?:.*/)?users/([^/]+)", re.IGNORECASE)


class SubscriptionProperties(Properties, frozen=True, kw_only=True):
    """What Headgate reads of a subscription."""

    harmless: ClassVar[frozenset[str]] = frozenset({"notificationDate", "stateComment"})
    scope: str
    display_name: str | None = None
    state: SubscriptionState = "active"
    primary_key: str | None = None
    secondary_key: str | None = None
    owner_id: str | None = None
    allow_tracing: bool = False
    created_date: str = ""
    start_date: str | None = None
    end_date: str | None = None
    expiration_date: str | None = None


class Referents(msgspec.Struct, frozen=True):
    """What subscriptions may refer to: ids, and named values."""

    apis: Iterable[str]
    products: Iterable[str]
    users: Iterable[str]
    values: NamedValues


def load_subscriptions(folder: Folder, referents: Referents) -> tuple[Subscription, ...]:
    """Read all subscriptions."""
    found = entries(
        folder,
        "subscriptions",
        file="subscriptionInformation.json",
        kind=SubscriptionProperties,
    )
    loader = _Loader(referents)
    subscriptions = [loader.subscription(entry) for entry in found]
    return tuple(subscription for subscription in subscriptions if subscription is not None)


Source = Entry[SubscriptionProperties]


class _Loader:
    """Knows what there is to refer to, and whose each key is."""

    def __init__(self, referents: Referents) -> None:
        self._values = referents.values
        self._apis = {api_id.lower(): api_id for api_id in referents.apis}
        self._products = {product_id.lower(): product_id for product_id in referents.products}
        self._users = {user_id.lower(): user_id for user_id in referents.users}
        self._keys: dict[str, str] = {}

    def subscription(self, entry: Source) -> Subscription | None:
        """Return the subscription of an entry, None after saying what is wrong with it."""
        properties = entry.properties
        scope = self._scope(entry)
        primary = self._key(entry, "primaryKey", text=properties.primary_key)
        secondary = self._key(entry, "secondaryKey", text=properties.secondary_key)
        dates = [
            _date(entry, name, text=text)
            for name, text in (
                ("createdDate", properties.created_date),
                ("startDate", properties.start_date),
                ("endDate", properties.end_date),
                ("expirationDate", properties.expiration_date),
            )
        ]
        if scope is None or primary is None or secondary is None or None in dates:
            return None
        if not primary and not secondary and properties.state == "active":
            hint = 'Azure does not export keys: add "primaryKey": "{{named-value}}"'
            entry.complain("HG543", "there is no key", hint=hint, severity="warning")
        created, start, *ends = dates
        return Subscription(
            id=entry.id,
            name=properties.display_name or entry.id,
            scope=scope[0],
            scope_id=scope[1],
            state=properties.state,
            primary_key=primary,
            secondary_key=secondary,
            owner_id=self._owner(entry),
            allow_tracing=properties.allow_tracing,
            created_date=created or "",
            start_date=start or None,
            end_date=min((end for end in ends if end), default=None),
        )

    def _scope(self, entry: Source) -> tuple[Literal["all", "api", "product"], str] | None:
        text = entry.properties.scope
        match = _SCOPE.fullmatch(text)
        if match is None or not text or ((match[1] or "").lower() == "products" and not match[2]):
            message = f"{text!r} is not a scope"
            hint = "a scope is /products/ID, /apis/ID or /apis"
            entry.complain("HG540", message, where=("scope",), hint=hint)
            return None
        if match[2] is None:
            return ("all", "")
        is_product = match[1].lower() == "products"
        known = self._products if is_product else self._apis
        # A subscription of an API opens all revisions of it.
        wanted = match[2].partition(";")[0]
        found = known.get(wanted.lower())
        if found is None:
            noun = "product" if is_product else "API"
            message = f"there is no {noun} {wanted!r}"
            entry.complain("HG540", message, where=("scope",), hint=nearest(wanted, known.values()))
            return None
        return ("product" if is_product else "api", found)

    def _key(self, entry: Source, name: str, *, text: str | None) -> str | None:
        """Return a key, empty where none is given, None after saying what is wrong with it."""
        if not text:
            return ""
        if REFERENCE.search(text) is None:
            message = f"{name} stands here as plain text"
            hint = 'keep keys out of the folder: "{{named-value}}" with valueFrom'
            entry.complain("HG542", message, where=(name,), hint=hint, severity="warning")
        key = self._values.fill(entry, text, where=(name,))
        if key is None:
            return None
        other = self._keys.setdefault(key, entry.id)
        if other != entry.id:
            message = f"the subscription {other!r} has the same key"
            entry.complain("HG541", message, where=(name,), hint="every key opens one subscription")
        return key

    def _owner(self, entry: Source) -> str | None:
        text = entry.properties.owner_id
        if not text:
            return None
        match = _OWNER.fullmatch(text)
        owner = match[1] if match else text
        if owner.lower() not in self._users:
            message = f"there is no user {owner!r}: context.User is null"
            hint = nearest(owner, self._users.values()) or "declare it under users/"
            entry.complain("HG544", message, where=("ownerId",), hint=hint, severity="warning")
        return self._users.get(owner.lower(), owner)


def _date(entry: Source, name: str, *, text: str | None) -> str | None:
    """Return a date as it is, empty where none is given, None after saying that it is none."""
    if not text:
        return ""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        message = f"{name}: expected a date such as 2026-11-23T00:00:00Z"
        entry.complain("HG511", message, where=(name,))
        return None
    return text
