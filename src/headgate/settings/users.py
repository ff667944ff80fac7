"""`users/<id>/userInformation.json`: the owners of subscriptions; ours, APIOps has none."""

from __future__ import annotations

from typing import ClassVar

from headgate.model.entities import User
from headgate.settings.binding import Properties
from headgate.settings.documents import Folder
from headgate.settings.entries import entries


class UserProperties(Properties, frozen=True, kw_only=True):
    """What Headgate reads of a user."""

    harmless: ClassVar[frozenset[str]] = frozenset({"state", "registrationDate", "identities"})
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    note: str | None = None
    groups: tuple[str, ...] = ()


def load_users(folder: Folder) -> tuple[User, ...]:
    """Read all users."""
    return tuple(
        User(
            id=entry.id,
            email=entry.properties.email,
            first_name=entry.properties.first_name,
            last_name=entry.properties.last_name,
            note=entry.properties.note,
            groups=entry.properties.groups,
        )
        for entry in entries(folder, "users", file="userInformation.json", kind=UserProperties)
    )
