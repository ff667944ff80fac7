from __future__ import annotations

import pytest

from headgate.tokens.forms import FIELD_BYTES_MAX, FIELDS_MAX, form_fields


def form(*parts: tuple[str, bytes]) -> bytes:
    made = b"".join(
        b"--b0\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (head.encode(), value)
        for head, value in parts
    )
    return made + b"--b0--\r\n"


def test_texts_are_read_and_files_counted() -> None:
    body = form(
        ('name="model"', b"gpt-image-1"),
        ('name="image"; filename="a.png"\r\nContent-Type: image/png', b"\x89PNG\r\n\r\n--b"),
        ('name="prompt"', "ein Käse".encode()),
        ('name="n"', b"2"),
    )
    assert form_fields(body) == ({"model": "gpt-image-1", "prompt": "ein Käse", "n": "2"}, 1)


def test_the_last_field_of_a_name_counts() -> None:
    assert form_fields(form(('name="n"', b"1"), ('name="n"', b"3"))) == ({"n": "3"}, 0)


@pytest.mark.parametrize("body", [b"", b"{}", b"--b0", b"--b0\r\n", b"--b0\r\n\r\n", b"x\r\n" * 9])
def test_what_is_not_a_form_has_no_fields(body: bytes) -> None:
    assert form_fields(body) == ({}, 0)


def test_a_cut_form_has_the_fields_that_are_whole() -> None:
    assert form_fields(form(('name="a"', b"1"), ('name="b"', b"2"))[:-12])[0] == {"a": "1"}


def test_fields_are_bounded_in_size_and_number() -> None:
    assert form_fields(form(('name="a"', b"x" * FIELD_BYTES_MAX)))[0] != {}
    assert form_fields(form(('name="a"', b"x" * (FIELD_BYTES_MAX + 1))))[0] == {}
    many = form(*((f'name="{at}"', b"") for at in range(FIELDS_MAX + 9)))
    assert len(form_fields(many)[0]) == FIELDS_MAX
