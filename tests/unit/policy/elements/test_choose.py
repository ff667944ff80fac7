from __future__ import annotations

import pytest

from headgate.model.errors import CallError
from headgate.policy.effects import FetchToken, ReadRequestBody
from headgate.testing.playbook import Playbook, compile_element, diagnose, make_context


def document(*conditions: str, otherwise: bool = True) -> str:
    whens = "".join(
        f'<when condition="{condition}"><set-variable name="v" value="{number}" /></when>'
        for number, condition in enumerate(conditions, 1)
    )
    rest = '<otherwise><set-variable name="v" value="none" /></otherwise>' if otherwise else ""
    return f"<choose>{whens}{rest}</choose>"


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [(("true", "true"), "1"), (("false", "true"), "2"), (("false", "false"), "none")],
)
def test_first_true_condition_wins(conditions: tuple[str, ...], expected: str) -> None:
    context = make_context()
    Playbook(compile_element(document(*conditions)), context).run()
    assert context.variables == {"v": expected}


def test_nothing_runs_without_a_true_condition_and_otherwise() -> None:
    context = make_context()
    Playbook(compile_element(document("false", otherwise=False)), context).run()
    assert context.variables == {}


def test_conditions_after_the_first_true_one_are_not_evaluated() -> None:
    context = make_context()
    Playbook(compile_element(document("true", '@(int.Parse("x") > 0)')), context).run()
    assert context.variables == {"v": "1"}


def test_condition_on_an_absent_answer_is_false() -> None:
    context = make_context()
    Playbook(compile_element(document("@(context.Response.StatusCode == 200)")), context).run()
    assert context.variables == {"v": "none"}


def test_failing_condition_is_an_error_of_choose() -> None:
    with pytest.raises(CallError) as caught:
        Playbook(compile_element(document('@(int.Parse("x") > 0)')), make_context()).run()
    assert (caught.value.source, caught.value.status) == ("choose", 500)


def test_error_inside_tells_the_nested_position() -> None:
    xml = (
        '<choose><when condition="false" /><when condition="true">'
        '<set-variable name="v" value="@(int.Parse(&quot;x&quot;))" /></when></choose>'
    )
    with pytest.raises(CallError) as caught:
        Playbook(compile_element(xml), make_context()).run()
    assert caught.value.where is not None
    assert caught.value.where.path == "choose[1]/when[2]/set-variable[1]"


EFFECTFUL = '<authentication-managed-identity resource="r" />'


@pytest.mark.parametrize("condition", ["true", "false"])
def test_effects_of_what_is_chosen_are_asked_for(condition: str) -> None:
    rest = '<otherwise><authentication-managed-identity resource="other" /></otherwise>'
    xml = f'<choose><when condition="{condition}">{EFFECTFUL}</when>{rest}</choose>'
    context = make_context()
    effect = FetchToken("r" if condition == "true" else "other", None)
    Playbook(compile_element(xml), context).expect(effect, "t").run()
    assert context.request.headers.get("authorization") == "Bearer t"


def test_effects_of_what_is_not_chosen_are_not_asked_for() -> None:
    xml = f'<choose><when condition="false">{EFFECTFUL}</when></choose>'
    Playbook(compile_element(xml), make_context()).run()


def test_body_that_a_condition_reads_is_waited_for() -> None:
    context = make_context("POST", body=b"")
    assert context.request.body is not None
    context.request.body.complete = False
    condition = "@(context.Request.Body.As<string>(true) != null)"
    book = Playbook(compile_element(document(condition)), context)
    with pytest.raises(AssertionError, match="did not wait"):
        # The playbook answers without completing the body, which the condition then notices.
        book.expect(ReadRequestBody(), None).run()


def test_when_is_required() -> None:
    assert diagnose("<choose><otherwise /></choose>") == ["HG149"]


def test_otherwise_stands_last() -> None:
    assert diagnose('<choose><otherwise /><when condition="true" /></choose>') == ["HG152"]
