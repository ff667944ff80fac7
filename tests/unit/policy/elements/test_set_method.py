from __future__ import annotations

import pytest

from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context


@pytest.mark.parametrize("text", ["PUT", "\n  PUT ", '@("P" + "UT")'])
def test_method_is_replaced(text: str) -> None:
    context = make_context("POST")
    Playbook(compile_element(f"<set-method>{text}</set-method>"), context).run()
    assert context.request.method == "PUT"


@pytest.mark.parametrize(
    ("text", "codes"), [("M-SEARCH", []), ("GET IT", ["HG157"]), ("G\u00c9T", ["HG157"])]
)
def test_only_tokens_are_methods(text: str, codes: list[str]) -> None:
    assert diagnose(f"<set-method>{text}</set-method>") == codes


def test_method_is_required() -> None:
    assert diagnose("<set-method />") == ["HG149"]
