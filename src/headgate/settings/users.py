"""Users and their groups: ours, APIOps has groups only.

`users/<id>/userInformation.json` are the owners of subscriptions, with the properties of Azure
Resource Manager and the ids of their groups. `groups/<id>/groupInformation.json` gives groups
names; a group that has none goes by its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from headgate.model.entities import Group, User, UserIdentity
from headgate.settings.binding import Properties
from headgate.settings.documents import Folder
from headgate.settings.entries import entries


class GroupProperties(Properties, frozen=True, kw_only=True):
    """What Headgate reads of a group."""

    harmless: ClassVar[frozenset[str]] = frozenset({"description", "type", "externalId", "builtIn"})
    display_name: str = ""


class IdentityProperties(Properties, frozen=True, kw_only=True):
    """How a user signs in."""

    id: str = ""
    provider: str = ""


class UserProperties(Properties, frozen=True, kw_only=True):
    """What Headgate reads of a user."""

    harmless: ClassVar[frozenset[str]] = frozenset({"state"})
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    note: str | None = None
    groups: tuple[str, ...] = ()
    identities: tuple[IdentityProperties, ...] = ()
    registration_date: str = ""


def load_groups(folder: Folder) -> dict[str, Group]:
    """Read all groups, by id."""
    return {
        entry.id: Group(id=entry.id, name=entry.properties.display_name or entry.id)
        for entry in entries(folder, "groups", file="groupInformation.json", kind=GroupProperties)
    }


def named_groups(ids: Iterable[str], groups: Mapping[str, Group]) -> tuple[Group, ...]:
    """Return groups by their ids."""
    return tuple([groups.get(one) or Group(id=one, name=one) for one in ids])


def load_users(folder: Folder, groups: Mapping[str, Group]) -> tuple[User, ...]:
    """Read all users."""
    found = entries(folder, "users", file="userInformation.json", kind=UserProperties)
    return tuple([_user(entry.id, entry.properties, groups=groups) for entry in found])


def _user(user_id: str, properties: UserProperties, *, groups: Mapping[str, Group]) -> User:
    return User(
        id=user_id,
        email=properties.email,
        first_name=properties.first_name,
        last_name=properties.last_name,
        note=properties.note,
        groups=named_groups(properties.groups, groups),
        identities=tuple(
            [UserIdentity(id=one.id, provider=one.provider) for one in properties.identities]
        ),
        registration_date=properties.registration_date,
    )
