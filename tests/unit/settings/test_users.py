from __future__ import annotations

from collections.abc import Callable

from headgate.model.entities import User
from headgate.settings.documents import Folder
from headgate.settings.users import load_users

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
                    "groups": ["developers"],
                    "state": "active",
                }
            }
        }
    )
    assert load_users(folder) == (
        User(
            id="ada",
            email="ada@example.com",
            first_name="Ada",
            last_name="Example",
            note="n",
            groups=("developers",),
        ),
    )
    assert folder.diagnostics == []
