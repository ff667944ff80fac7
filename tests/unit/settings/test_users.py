from __future__ import annotations

from collections.abc import Callable

from headgate.model.entities import Group, User, UserIdentity
from headgate.settings.documents import Folder
from headgate.settings.users import load_groups, load_users

Write = Callable[[dict[str, object]], Folder]


def test_user_is_read_as_azure_names_its_properties(write: Write) -> None:
    folder = write(
        {
            "users/ada/userInformation.json": {
                "properties": {
                    "email": "ada@example.com",
                    "firstName": "Ada",
                    "lastName": "Example",
                    "note": "n",
                    "groups": ["developers", "team-a"],
                    "identities": [{"provider": "Basic", "id": "ada"}],
                    "registrationDate": "2023-05-06T07:08:09Z",
                    "state": "active",
                }
            },
            "groups/team-a/groupInformation.json": {"properties": {"displayName": "Team A"}},
        }
    )
    groups = load_groups(folder)
    assert load_users(folder, groups) == (
        User(
            id="ada",
            email="ada@example.com",
            first_name="Ada",
            last_name="Example",
            note="n",
            groups=(Group(id="developers", name="developers"), Group(id="team-a", name="Team A")),
            identities=(UserIdentity(id="ada", provider="Basic"),),
            registration_date="2023-05-06T07:08:09Z",
        ),
    )
    assert folder.diagnostics == []
