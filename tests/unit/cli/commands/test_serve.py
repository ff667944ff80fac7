from __future__ import annotations

from pathlib import Path

import pytest
import typer

from headgate.cli.commands.serve import certificate
from headgate.cli.serving import Certificate


def test_a_certificate_is_two_files(tmp_path: Path) -> None:
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_text("c")
    key.write_text("k")
    assert certificate(f"{chain}, {key}", "--tls") == Certificate(str(chain), str(key))
    assert certificate(None, "--tls") is None


@pytest.mark.parametrize("given", ["one", "a,b,c", ",", "missing-chain,missing-key"])
def test_anything_else_is_a_usage_error(given: str) -> None:
    with pytest.raises(typer.BadParameter):
        certificate(given, "--tls")
