"""`headgate demo --once`, as the README's first command runs it."""

from __future__ import annotations

import subprocess
import sys


def test_the_demo_sees_what_is_right_and_says_so() -> None:
    """Both acts wait for Retry-After once, so this takes a little over two minutes."""
    finished = subprocess.run(
        [sys.executable, "-m", "headgate.cli.main", "demo", "--once"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "Token limit is exceeded. Try again in" in finished.stdout
    assert "wrong:" not in finished.stdout
