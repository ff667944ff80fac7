from __future__ import annotations

from headgate.policy.answer_headers import put_on_answer, write_owed
from headgate.testing.playbook import make_context, make_response


def test_what_is_owed_before_an_answer_is_written_when_it_comes() -> None:
    context = make_context()
    put_on_answer(context, "x-left", value="5")
    context.response = make_response()
    assert "x-left" not in context.response.headers
    write_owed(context)
    assert context.response.headers.values("x-left") == ["5"]


def test_it_replaces_what_the_backend_said_and_the_latest_number_counts() -> None:
    context = make_context()
    put_on_answer(context, "x-left", value="5")
    put_on_answer(context, "x-left", value="4")
    context.response = make_response(headers={"X-Left": "9"})
    write_owed(context)
    assert context.response.headers.values("x-left") == ["4"]


def test_on_an_answer_that_is_there_it_stands_at_once() -> None:
    context = make_context(response=make_response())
    put_on_answer(context, "x-left", value="5")
    assert context.response is not None
    assert context.response.headers.get("x-left") == "5"


def test_it_is_owed_to_every_answer_that_comes() -> None:
    context = make_context(response=make_response())
    put_on_answer(context, "x-left", value="5")
    context.response = make_response(429)
    write_owed(context)
    assert context.response.headers.get("x-left") == "5"


def test_nothing_is_owed_where_nobody_asked_and_nothing_written_without_an_answer() -> None:
    context = make_context(response=make_response())
    write_owed(context)
    assert context.response is not None
    assert list(context.response.headers) == []
    context = make_context()
    put_on_answer(context, "x-left", value="5")
    write_owed(context)
    assert context.response is None
