from __future__ import annotations

import pytest

from headgate.cli.demo.processes import ADDRESS, SERVICE, NotStarted, running


def test_the_demos_service_folder_is_part_of_the_package() -> None:
    assert (SERVICE / "policy.xml").is_file()


def test_addresses_are_found_in_an_announcement() -> None:
    line = "headgate serves x on http://127.0.0.1:80 (management https://[::1]:81)"
    assert ADDRESS.findall(line) == ["http://127.0.0.1:80", "https://[::1]:81"]


def test_a_command_that_ends_without_announcing_did_not_start() -> None:
    with pytest.raises(NotStarted, match="did not start"), running("no-such-command"):
        pass
