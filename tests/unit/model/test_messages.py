from __future__ import annotations

import pytest

from headgate.model.messages import SEPARATE_LINES, Body, Headers, Request, Response, Url


def test_names_compare_without_case_and_keep_how_they_were_written() -> None:
    headers = Headers.of(("X-Team", "a"), ("x-team", "b"), ("Other", "c"))
    assert headers.values("X-TEAM") == ["a", "b"]
    assert headers.names() == ["X-Team", "Other"]
    assert list(headers) == [("X-Team", "a"), ("x-team", "b"), ("Other", "c")]
    assert "x-TEAM" in headers
    assert "x-tea" not in headers


def test_get_joins_lines_and_falls_back() -> None:
    headers = Headers.of(("A", "1"), ("A", "2"))
    assert headers.get("a") == "1,2"
    assert headers.get("b") is None
    assert headers.get("b", "none") == "none"


def test_first_is_the_raw_value_of_the_first_line() -> None:
    headers = Headers.of(("A", "1"), ("A", "2"))
    assert headers.first(b"a") == b"1"
    assert headers.first(b"b") is None


def test_set_replaces_all_lines_and_joins_several_values() -> None:
    headers = Headers.of(("a", "1"), ("B", "2"), ("A", "3"))
    headers.set("A", "x", "y")
    assert list(headers) == [("B", "2"), ("A", "x,y")]


@pytest.mark.parametrize("lower", sorted(SEPARATE_LINES))
def test_some_headers_keep_a_line_for_each_value(lower: bytes) -> None:
    headers = Headers()
    headers.set(lower.decode().title(), "x", "y")
    assert headers.values(lower.decode()) == ["x", "y"]
    assert len(headers.items) == 2


def test_set_without_values_removes() -> None:
    headers = Headers.of(("a", "1"))
    headers.set("A")
    assert headers.items == []


def test_remove_takes_all_lines_and_leaves_others_alone() -> None:
    headers = Headers.of(("a", "1"), ("b", "2"), ("A", "3"))
    before = headers.items
    headers.remove(b"c")
    assert headers.items is before
    headers.remove(b"a")
    assert list(headers) == [("b", "2")]


def test_a_copy_changes_alone() -> None:
    headers = Headers.of(("a", "1"))
    copy = headers.copy()
    copy.append("b", "2")
    copy.remove(b"a")
    assert list(headers) == [("a", "1")]


def test_values_that_are_not_latin_are_sent_as_utf_8() -> None:
    headers = Headers.of(("a", "\u20ac"))
    assert headers.first(b"a") == "\u20ac".encode()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("http://host", ("http", "host", 80, "/", "")),
        ("https://HOST/a%20b?x=1&y", ("https", "host", 443, "/a%20b", "?x=1&y")),
        ("http://host:8080/", ("http", "host", 8080, "/", "")),
        ("  http://host/a#b ", ("http", "host", 80, "/a", "")),
        ("http://[::1]:81/", ("http", "::1", 81, "/", "")),
    ],
)
def test_url_is_taken_apart(text: str, parts: tuple[str, str, int, str, str]) -> None:
    url = Url.parse(text)
    assert (url.scheme, url.host, url.port, url.path, url.query_string) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/path",
        "host/path",
        "ftp://host",
        "http://",
        "http:///path",
        "http://user@host",
        "http://user:secret@host/",
        "http://host:99999/",
        "http://host:0x50/",
        "http://[::1/",
        "http://host:0/",
        "http://ho st/",
        "http://host/a b",
        "http://host/a\r\nb",
        "http://host/\u20ac",
    ],
)
def test_anything_but_an_absolute_http_url_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Url.parse(text)


def test_a_url_is_written_as_it_was_read() -> None:
    for text in ("http://host/", "https://host/a?b=1", "http://host:443/", "http://[::1]:81/"):
        assert str(Url.parse(text)) == text


def test_the_query_is_decoded_in_order_and_follows_the_text() -> None:
    url = Url.parse("http://h/?b=1&a=%20x&b=2&c")
    assert url.query == {"b": ["1", "2"], "a": [" x"], "c": [""]}
    url.query_string = "?d=4"
    assert url.query == {"d": ["4"]}


def test_a_copied_url_changes_alone() -> None:
    url = Url.parse("http://h/a")
    copy = url.copy()
    copy.path = "/b"
    assert url.path == "/a"


def test_taking_a_body_empties_it_unless_it_is_preserved() -> None:
    body = Body(b"text")
    assert body.take(preserve=True) == b"text"
    assert body.outgoing == b"text"
    assert body.take(preserve=False) == b"text"
    assert body.take(preserve=True) == b""
    assert body.outgoing == b""


def test_a_body_on_its_way_may_not_be_taken() -> None:
    with pytest.raises(AssertionError):
        Body(complete=False).take(preserve=True)


def test_replacing_completes_a_body_and_makes_it_whole_again() -> None:
    body = Body(b"old", complete=False)
    body.replace(b"new")
    assert body.take(preserve=False) == b"new"
    body.replace(b"newer")
    assert body.outgoing == b"newer"


def test_the_original_url_is_the_one_that_came() -> None:
    url = Url.parse("http://gw/a")
    request = Request("GET", url, Headers(), None, "127.0.0.1")
    assert request.original_url is url
    assert request.matched_parameters == {}


def test_a_response_may_have_no_body() -> None:
    response = Response(204, "No Content", Headers(), None)
    assert (response.status, response.reason, response.body) == (204, "No Content", None)


def test_a_body_knows_that_a_policy_replaced_it() -> None:
    body = Body(complete=False)
    assert not body.replaced
    body.replace(b"other")
    assert (body.replaced, body.complete, body.content) == (True, True, b"other")
