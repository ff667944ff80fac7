from __future__ import annotations

import os
from pathlib import Path

from headgate.cli.watching import stamp


def test_a_written_file_changes_the_stamp(tmp_path: Path) -> None:
    file = tmp_path / "policy.xml"
    file.write_text("a")
    before = stamp((tmp_path, file))
    assert stamp((tmp_path, file)) == before
    file.write_text("ab")
    assert stamp((tmp_path, file)) != before


def test_a_file_of_the_same_size_and_another_time_changes_the_stamp(tmp_path: Path) -> None:
    file = tmp_path / "policy.xml"
    file.write_text("a")
    before = stamp((file,))
    os.utime(file, ns=(1, 1))
    assert stamp((file,)) != before


def test_a_missing_file_has_a_state_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "later.xml"
    assert stamp((file,)) == {file: (0, 0)}
    file.write_text("a")
    assert stamp((file,)) != {file: (0, 0)}
