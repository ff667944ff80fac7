"""Every recorded case of the real C# runtime against our expressions.

A line of `<subject>.jsonl` is an expression, changes to the default fixture of `headgate eval`,
and what C# answered. `unsupported.txt` lists what is not there yet, by id or `subject-*`, with the
reason; a listed case that passes fails here, so the list only shrinks. A case with `ours` is one
where we decided to differ; it says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headgate.rehearsal.expression_answer import answer
from headgate.rehearsal.expression_context import FixtureError, context_of

HERE = Path(__file__).parent
SUBJECTS = sorted(path.stem for path in HERE.glob("*.jsonl"))


def unsupported() -> dict[str, str]:
    """Read the list: `id reason`."""
    lines = (HERE / "unsupported.txt").read_text().splitlines()
    return dict(line.split(maxsplit=1) for line in lines if line and line[0] != "#")


UNSUPPORTED = unsupported()


SEQUENCES = ("System.Collections.Generic.IEnumerable", "System.Linq.I", "System.Linq.L")


def answer_of(expression: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Return what came out, in the recording's form."""
    try:
        found = answer(expression, context_of(changes))
    except FixtureError as error:
        return {"fixture": str(error)}
    if "compile_error" in found:
        return {"compile_error": True, "why": found["compile_error"]}
    # The recording keeps no variables and no messages of exceptions.
    found.pop("variables_after", None)
    if "exception" in found:
        name = found["exception"]["type"]
        if name == "Headgate.BudgetExceededException":
            return {"timeout": True}
        kept: dict[str, Any] = {
            key: found[key] for key in ("bodies_consumed", "traces") if key in found
        }
        return {"exception": name, **kept}
    return found


def differs(found: dict[str, Any], wanted: dict[str, Any]) -> str:
    """Return how an answer differs from the recorded one; empty: it does not."""
    if wanted.get("compile_error") or found.get("compile_error"):
        same = bool(wanted.get("compile_error")) == bool(found.get("compile_error"))
        return "" if same else f"{found} instead of {wanted}"
    for name in {*found, *wanted}:
        if name == "string" and wanted.get(name) is None:
            continue
        if name == "type" and str(wanted.get("type")).startswith(SEQUENCES):
            continue
        if found.get(name) != wanted.get(name):
            return f"{name}: {found.get(name)!r} instead of {wanted.get(name)!r}"
    return ""


def cases() -> Iterator[Any]:
    for subject in SUBJECTS:
        for line in (HERE / f"{subject}.jsonl").read_text().splitlines():
            case = json.loads(line)
            yield pytest.param(case, id=case["id"])


@pytest.mark.parametrize("case", list(cases()))
def test_expression_answers_as_recorded(case: dict[str, Any]) -> None:
    subject = case["id"].rpartition("-")[0]
    reason = UNSUPPORTED.get(case["id"]) or UNSUPPORTED.get(f"{subject}-*")
    wanted = case.get("ours") or case["answer"]
    found = answer_of(case["expression"], case.get("context", {}))
    problem = differs(found, wanted)
    if f"{subject}-*" in UNSUPPORTED and not problem:
        return
    if reason is not None:
        assert problem, f"{case['id']} passes; take it off unsupported.txt"
        return
    assert not problem, f"{case['expression']}\n{problem}"


def test_list_of_unsupported_cases_names_existing_ones() -> None:
    known = {
        json.loads(line)["id"]
        for subject in SUBJECTS
        for line in (HERE / f"{subject}.jsonl").read_text().splitlines()
    } | {f"{subject}-*" for subject in SUBJECTS}
    assert set(UNSUPPORTED) <= known
