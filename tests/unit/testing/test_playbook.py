from __future__ import annotations

import pytest

from headgate.model.clock import Micros
from headgate.model.context import Context
from headgate.model.errors import CallError, Where
from headgate.model.messages import Headers, Url
from headgate.policy.effects import ReadRequestBody, Sleep, Steps
from headgate.policy.plan import Step
from headgate.testing.playbook import Playbook, compile_element, describe, diagnose, make_context


def sleeping(context: Context) -> Steps[None]:
    yield from Sleep(Micros(1))
    yield from Sleep(Micros(2))
    context.variables["done"] = True


STEP = Step("test", Where(), drive=sleeping)


def test_script_that_is_followed_passes() -> None:
    context = make_context()
    Playbook(STEP, context).expect(Sleep(Micros(1)), None).expect(Sleep, None).run()
    assert context.variables == {"done": True}


def test_other_effect_fails_with_both_scripts() -> None:
    with pytest.raises(AssertionError) as caught:
        Playbook(STEP, make_context()).expect(Sleep(Micros(1)), None).expect(
            Sleep(Micros(3)), None
        ).run()
    assert "- Sleep(duration=3)" in str(caught.value)
    assert "+ Sleep(duration=2)" in str(caught.value)


def test_effect_of_another_class_fails() -> None:
    with pytest.raises(AssertionError, match="ReadRequestBody"):
        Playbook(STEP, make_context()).expect(ReadRequestBody, None).run()


def test_effect_that_nobody_expected_fails() -> None:
    with pytest.raises(AssertionError, match=r"\+ Sleep\(duration=2\)"):
        Playbook(STEP, make_context()).expect(Sleep(Micros(1)), None).run()


def test_effect_that_never_came_fails() -> None:
    playbook = Playbook(STEP, make_context())
    for seconds in (1, 2, 3):
        playbook.expect(Sleep(Micros(seconds)), None)
    with pytest.raises(AssertionError, match=r"- Sleep\(duration=3\)"):
        playbook.run()


def test_plain_step_runs_without_a_script() -> None:
    def refuse(context: Context) -> None:
        raise CallError(400, "no", source="test", reason="No")

    with pytest.raises(CallError, match="no"):
        Playbook(Step("test", Where(), apply=refuse), make_context()).run()


def test_document_that_does_not_compile_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="HG142"):
        compile_element('<set-variable value="1" />')


def test_diagnose_returns_codes() -> None:
    assert diagnose('<set-variable value="1" /><nothing-like-it />') == ["HG142", "HG140"]


def test_values_in_effects_are_told_in_full() -> None:
    assert describe(Url.parse("https://a.example/b")) == "https://a.example/b"
    assert describe(Headers.of(("a", "1"))) == "[('a', '1')]"
    assert describe((1, "x")) == "[1, 'x']"
