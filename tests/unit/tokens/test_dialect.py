from __future__ import annotations

from headgate.model.usage import TokenUsage
from headgate.tokens.dialect import Dialect, LlmRequest
from headgate.tokens.prompt import PromptParts


class Plain(Dialect):
    """The least that a dialect has to say."""

    name = "plain"

    def read(self, path: str, body: bytes) -> LlmRequest:
        return LlmRequest(dialect=self, model=path)

    def prompt_parts(self, request: LlmRequest) -> PromptParts:
        return PromptParts(texts=[request.model])

    def usage(self, payload: bytes) -> TokenUsage | None:
        return None

    def text(self, payload: bytes) -> str:
        return ""


def test_a_request_asks_its_dialect_for_the_prompt() -> None:
    request = Plain().read("m", b"")
    assert request.prompt_parts().texts == ["m"]
    assert request.has_completion


def test_by_default_a_stream_is_one_uncapped_completion_not_asked_for_usage() -> None:
    request = Plain().read("m", b"")
    assert (request.stream, request.usage_asked) == (False, False)
    assert (request.completion_cap, request.choices) == (None, 1)


def test_by_default_nothing_is_added_hidden_or_cut() -> None:
    dialect = Plain()
    body = b"{}"
    assert dialect.ask_for_usage(dialect.read("m", body), body) is body
    assert not dialect.is_usage_only(b'{"usage":{}}')
    assert not dialect.truncated(b"{}")


def test_by_default_done_ends_a_stream() -> None:
    assert Plain().ends(b"[DONE]")
    assert not Plain().ends(b"{}")


def test_by_default_a_dialect_neither_caps_nor_ends_a_stream() -> None:
    dialect = Plain()
    body = b"{}"
    assert dialect.with_completion_cap(dialect.read("m", body), body, cap=1) is body
    assert dialect.closing([], b"", usage=TokenUsage(), show_usage=True) == b""
    assert dialect.knows(b"anything")
