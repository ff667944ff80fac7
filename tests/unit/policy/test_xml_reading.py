from __future__ import annotations

import pytest

from headgate.policy import xml_reading as subject
from headgate.policy.xml_reading import XmlRefused, read_xml


def test_comments_and_instructions_are_left_out() -> None:
    root = read_xml(b"<a><!-- x --><?y z?><b/></a>")
    assert [child.tag for child in root] == ["b"]


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<a>",
        b"<!DOCTYPE a><a/>",
        "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>".encode(
            "utf-16"
        ),
        b"<a>" * 201 + b"</a>" * 201,
        b"<a>" + b"<b/>" * subject.MARKS_MAX + b"</a>",
        b"<a>" + b"x" * subject.SIZE_MAX + b"</a>",
        b"<a " + b" ".join(b"a%d=''" % at for at in range(1_500)) + b"/>",
    ],
)
def test_what_is_no_xml_or_too_much_of_it_is_refused(xml: bytes) -> None:
    with pytest.raises(XmlRefused):
        read_xml(xml)


def test_bounds_are_generous() -> None:
    read_xml(b"<a>" * 200 + b"</a>" * 200)
    assert len(read_xml(b"<a>" + b"<b/>" * (subject.MARKS_MAX - 2) + b"</a>")) == 15_998
    assert len(read_xml(b"<a " + b" ".join(b"a%d=''" % at for at in range(1_400)) + b"/>").attrib)
