"""A service folder in the making."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from headgate.settings.documents import Folder

Write = Callable[[dict[str, object]], Folder]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files (text as it is, anything else as JSON) and return the folder to read them."""

    def write_files(files: dict[str, object]) -> Folder:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else json.dumps(content, indent=2)
            path.write_text(text, "utf-8")
        return Folder(tmp_path, {"SET": "from the environment", "EMPTY": ""})

    return write_files
