from __future__ import annotations

import pytest

from headgate.csharp.errors import DotNetError
from headgate.csharp.runtime.xmlnames import (
    XName,
    XNamespace,
    allowed,
    ncname,
    qualified_name,
    xname,
)


def test_names_are_equal_by_local_name_and_namespace() -> None:
    assert xname("{u}a") == XName("a", "u")
    assert xname("a") == XName("a")
    assert xname("{u}a") != xname("a")
    assert hash(xname("{u}a")) == hash(XName("a", "u"))
    assert XName("a", "u").to_text() == "{u}a"
    assert XName("a").to_text() == "a"
    assert XNamespace("u") == XNamespace("u") != XNamespace("v")


@pytest.mark.parametrize("text", ["", "1a", "a b", "a:b", "{u}", "{u", "<"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(DotNetError) as caught:
        xname(text)
    assert caught.value.type_name in (
        "System.Xml.XmlException",
        "System.ArgumentException",
        "System.ArgumentNullException",
    )


def test_prefixes_are_told_from_local_names() -> None:
    assert qualified_name("p:a") == ("p", "a")
    assert qualified_name("a") == ("", "a")
    assert ncname("ä-1._") == "ä-1._"


def test_characters_that_xml_cannot_hold_are_refused() -> None:
    assert allowed("a\t\n\u00e9\U0001f600") == "a\t\n\u00e9\U0001f600"
    with pytest.raises(DotNetError):
        allowed("a\x00")
