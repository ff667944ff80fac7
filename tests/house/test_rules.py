"""A rule that never fires guards nothing: each one is shown an offence and its decent twin."""

from __future__ import annotations

import pytest

from tests.house.rules import RULES
from tests.house.tree import Excuse, Offence, Source, excuses, pure_packages

CORE = "src/headgate/limits/rate.py"
RIM = "src/headgate/stores/memory.py"
ELEMENT = "src/headgate/policy/elements/choose.py"
TEST = "tests/unit/limits/test_rate.py"

NESTED_4 = "def f(a):\n if a:\n  for b in a:\n   with b:\n    while b:\n     b()\n"
NESTED_5 = NESTED_4.replace("     b()", "     try:\n      b()\n     finally: pass")
ELIFS = "def f(a):\n if a: a()\n" + " elif a: a()\n" * 9

CASES = [
    ("broad-except", RIM, "try: f()\nexcept Exception: g()", 2),
    ("broad-except", RIM, "try: f()\nexcept (OSError, BaseException): g()", 2),
    ("broad-except", RIM, "try: f()\nexcept: g()", 2),
    ("broad-except", RIM, "with contextlib.suppress(Exception): f()", 1),
    ("broad-except", RIM, "try: f()\nexcept OSError: g()", 0),
    ("broad-except", "src/headgate/cli/main.py", "try: f()\nexcept Exception: g()", 0),
    ("environment", RIM, "import os\nos.environ['A']", 2),
    ("environment", RIM, "from os import getenv", 1),
    ("environment", "src/headgate/settings/load.py", "import os\nos.environ['A']", 0),
    ("environment", TEST, "import os\nos.environ['A']", 0),
    ("function-length", RIM, "def f():\n" + " f()\n" * 70, 1),
    ("function-length", RIM, "def f():\n" + " f()\n" * 69, 0),
    ("global", RIM, "def f():\n global a\n a = 1", 2),
    ("local-import", RIM, "def f():\n from headgate.model import clock", 2),
    ("local-import", RIM, "from headgate.model import clock", 0),
    ("module-docstring", RIM, "a = 1", 1),
    ("module-docstring", TEST, "a = 1", 0),
    ("module-docstring", RIM, '"""What a is for."""\na = 1', 0),
    ("module-length", RIM, "a = 1\n" * 601, 601),
    ("module-length", RIM, "a = 1\n" * 600, 0),
    ("module-length", ELEMENT, "a = 1\n" * 151, 151),
    ("module-length", ELEMENT, "a = 1\n" * 150, 0),
    ("nesting", RIM, NESTED_5, 6),
    ("nesting", RIM, NESTED_4, 0),
    ("nesting", RIM, ELIFS, 0),
    ("parameters", RIM, "def f(a, b, *, c, d, e, f, g): ...", 1),
    ("parameters", RIM, "def f(a, b, *, c, d, e, f): ...", 0),
    ("parameters", RIM, "def f(a, b, c): ...", 1),
    ("parameters", RIM, "class A:\n def f(self, a, b): ...", 0),
    ("parameters", RIM, "class A:\n def __exit__(self, a, b, c): ...", 0),
    ("parameters", "src/headgate/cli/main.py", "@app.command()\ndef f(a, b, c): ...", 0),
    ("parameters", "src/headgate/cli/commands/new.py", "def command(a, b, c): ...", 0),
    ("parameters", "src/headgate/cli/commands/new.py", "def other(a, b, c): ...", 1),
    ("parameters", RIM, "def command(a, b, c): ...", 1),
    ("pure-rows", CORE, "import time", 1),
    ("pure-rows", CORE, "from urllib.request import urlopen", 1),
    ("pure-rows", CORE, "from urllib.parse import quote", 0),
    ("pure-rows", CORE, "import datetime\ndatetime.datetime.now()", 2),
    ("pure-rows", CORE, "open('a')", 1),
    ("pure-rows", CORE, "async def f(): ...", 1),
    ("pure-rows", RIM, "import time", 0),
    ("pure-third-party", CORE, "import httptools", 1),
    ("pure-third-party", CORE, "import msgspec, re\nfrom headgate.model import clock", 0),
    ("pure-third-party", RIM, "import httptools", 0),
    ("relative-import", RIM, "from . import a", 1),
    ("suppression", RIM, "a = 1  # type: ignore", 1),
    ("suppression", RIM, "a = 1  # type: ignore[misc]", 1),
    ("suppression", RIM, "a = 1  # noqa", 1),
    ("suppression", RIM, "a = 1  # type: ignore[misc]  # the stub is wrong", 0),
    ("suppression", RIM, "# The stub is wrong.\na = 1  # type: ignore[misc]", 0),
    ("suppression", RIM, "a = 1  # noqa: BLE001 outermost frame", 0),
    ("suppression", RIM, "a = '# type: ignore'", 0),
    ("test-discipline", TEST, "import pytest\npytest.skip('later')", 2),
    ("test-discipline", TEST, "@pytest.mark.xfail\ndef test_a(): ...", 1),
    ("test-discipline", TEST, "time.sleep(1)", 1),
    ("test-discipline", RIM, "time.sleep(1)", 0),
    ("unfinished", RIM, "a = 1  # TODO", 1),
    ("unfinished", RIM, "raise NotImplementedError('a')", 1),
    ("unfinished", RIM, "raise ValueError('a')", 0),
]


@pytest.mark.parametrize(("rule", "path", "text", "line"), CASES)
def test_rule_points_at_the_line(rule: str, path: str, text: str, line: int) -> None:
    found = [offence.line for offence in RULES[rule](Source(path, text))]
    assert found[:1] == ([line] if line else [])


def test_every_rule_is_shown_an_offence() -> None:
    assert {rule for rule, _, _, line in CASES if line} == set(RULES)


def test_pure_rows_come_from_the_layers() -> None:
    expected = {"exchange", "policy", "limits", "tokens", "csharp", "routing", "model"}
    assert pure_packages() == expected


def test_every_excuse_names_a_known_rule_and_a_reason() -> None:
    known = {*RULES, "mirror", "element"}
    assert [e for e in excuses() if e.rule not in known or len(e.reason.split()) < 4] == []


def test_excuse_covers_its_rule_and_path_only() -> None:
    excuse = Excuse("global", "src/headgate/cli/*", "the reason in a sentence")
    assert excuse.covers("global", "src/headgate/cli/main.py")
    assert not excuse.covers("nesting", "src/headgate/cli/main.py")
    assert not excuse.covers("global", "src/headgate/model/clock.py")


def test_offence_reads_as_file_line_remedy() -> None:
    assert str(Offence("a.py", 3, "do this")) == "a.py:3: do this"
