from __future__ import annotations

from base64 import b64decode

import pytest

from headgate.testing.playbook import Playbook, compile_element, make_context


@pytest.mark.parametrize(
    ("username", "password", "pair"),
    [
        ("Aladdin", "open sesame", "Aladdin:open sesame"),
        ("Aladdin", "", "Aladdin:"),
        ("Aladdin", " blanks ", "Aladdin: blanks "),
        ("test", "123£", "test:123£"),
        ("@(context.Request.Method)", '@("x" + 1)', "GET:x1"),
    ],
)
def test_name_and_password_become_the_header(username: str, password: str, pair: str) -> None:
    context = make_context(headers={"authorization": "Bearer of the caller"})
    xml = f'<authentication-basic username="{username}" password="{password}" />'
    Playbook(compile_element(xml), context).run()
    (value,) = context.request.headers.values("Authorization")
    assert value.startswith("Basic ")
    assert b64decode(value[6:]).decode() == pair
