"""Percent-encoding and entities."""

from __future__ import annotations

from headgate.csharp.runtime import webtexts


def test_url_encoding() -> None:
    assert webtexts.url_encode("a b/c~!*'()-_.é") == "a+b%2Fc%7E!*%27()-_.%C3%A9"
    assert webtexts.url_decode("a+b%20c%zz") == "a b c%zz"
    assert webtexts.escape_data("a b~!") == "a%20b~%21"
    assert webtexts.escape_uri("a b/c?d=é%20%z") == "a%20b/c?d=%C3%A9%20%25z"
    assert webtexts.unescape_data("a+b%C3%A9") == "a+bé"


def test_entities() -> None:
    assert webtexts.html_encode("<a & 'é'>") == "&lt;a &amp; &#39;&#233;&#39;&gt;"
    assert (
        webtexts.html_decode("&lt;&#233;&#x41;&eacute;&bogus;&#99999999;")
        == "<éAé&bogus;&#99999999;"
    )
