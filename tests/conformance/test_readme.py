"""The README says nothing that does not work."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
from typer.testing import CliRunner

from headgate.cli import main
from headgate.settings.folder import load_service

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def json_snippets() -> list[bytes]:
    """Return the indented JSON objects of the page."""
    lines = "\n".join(li[4:] if li.startswith("    ") else "" for li in README.splitlines())
    return [block.encode() for block in re.split(r"\n\s*\n", lines) if block.startswith("{")]


def test_the_backend_and_the_named_value_of_the_page_load(tmp_path: Path) -> None:
    backend, named_value = json_snippets()
    for place, text in (
        ("backends/real/backendInformation.json", backend),
        ("named values/key/namedValueInformation.json", named_value),
    ):
        path = tmp_path / place
        path.parent.mkdir(parents=True)
        path.write_bytes(text)
    loaded = load_service(tmp_path, environment={"AZURE_OPENAI_KEY": "secret"})
    assert loaded.service is not None, loaded.diagnostics
    (made,) = loaded.service.backends
    assert made.url == orjson.loads(backend)["properties"]["url"]
    assert made.credentials.header == (("api-key", ("secret",)),)


def test_every_command_of_the_page_exists() -> None:
    named = set(re.findall(r"    headgate ([a-z-]+) ", README)) | {"demo"}
    for name in sorted(named):
        main.load(name.replace("-", "_"))
    runner = CliRunner()
    for name in sorted(named):
        assert runner.invoke(main.app, [name, "--help"]).exit_code == 0, name


def test_every_make_target_of_the_page_exists() -> None:
    targets = set(re.findall(r"(?:`|    )make ([a-z]+)", README))
    makefile = (ROOT / "Makefile").read_text()
    assert targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.M), target
