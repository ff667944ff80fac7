from __future__ import annotations

from pathlib import Path

import pytest

from headgate.settings.folder import load_service
from headgate.settings.loggers import LoggerSettings


def load(tmp_path: Path, toml: str) -> tuple[tuple[LoggerSettings, ...], list[str]]:
    api = tmp_path / "apis" / "a"
    api.mkdir(parents=True)
    (api / "apiInformation.json").write_text('{"properties": {"displayName": "A", "path": "a"}}')
    value = tmp_path / "named values" / "token"
    value.mkdir(parents=True)
    (value / "namedValueInformation.json").write_text(
        '{"properties": {"displayName": "token", "secret": true, "value": "t"}}'
    )
    (tmp_path / "headgate.toml").write_text(toml)
    loaded = load_service(tmp_path, environment={})
    codes = [found.code for found in loaded.diagnostics if found.file == "headgate.toml"]
    return loaded.settings.loggers, codes


def test_named_values_are_put_into_headers(tmp_path: Path) -> None:
    toml = (
        '[[loggers]]\nid = "a"\nurl = "https://x.example/in"\n'
        'headers = { authorization = "Bearer {{token}}" }\n'
        '[[loggers]]\nid = "b"\nfile = "events/b.jsonl"\n'
    )
    loggers, codes = load(tmp_path, toml)
    assert codes == []
    assert loggers == (
        LoggerSettings(id="a", url="https://x.example/in", headers={"authorization": "Bearer t"}),
        LoggerSettings(id="b", file="events/b.jsonl"),
    )


@pytest.mark.parametrize(
    ("toml", "code"),
    [
        ('[[loggers]]\nid = "a"\n', "HG512"),
        ('[[loggers]]\nid = "a"\nfile = "f"\notlp = "http://x"\n', "HG512"),
        ('[[loggers]]\nid = "a"\nurl = "ftp://x"\n', "HG560"),
        ('[[loggers]]\nid = "a"\notlp = "x"\n', "HG560"),
        ('[[loggers]]\nid = "a"\nfile = "f"\n[[loggers]]\nid = "a"\nfile = "g"\n', "HG511"),
    ],
)
def test_loggers_without_a_sink_are_reported(tmp_path: Path, toml: str, code: str) -> None:
    assert load(tmp_path, toml)[1] == [code]
