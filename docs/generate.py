"""Writes the generated pages of the documentation: `python docs/generate.py` from the root."""

from __future__ import annotations

from pathlib import Path

import msgspec

from headgate.csharp.diagnostics import CODES as EXPRESSION_CODES
from headgate.policy import reference
from headgate.policy.codes import CODES as DOCUMENT_CODES
from headgate.policy.elements import discover
from headgate.settings.codes import CODES as SETTINGS_CODES

DOCS = Path(__file__).parent


def generated() -> dict[str, str]:
    """Return all generated files by their paths below `docs`."""
    registry = discover()
    tables = {
        "Policy documents": DOCUMENT_CODES,
        "Expressions": EXPRESSION_CODES,
        "Service folders and settings": SETTINGS_CODES,
    }
    schema = msgspec.json.format(msgspec.json.encode(reference.schema(registry)), indent=2)
    files = {
        "policies/README.md": reference.index(registry),
        "policies/schema.json": schema.decode() + "\n",
        "compatibility.md": reference.compatibility(registry)
        + (DOCS / "parts" / "documents-of-others.md").read_text("utf-8"),
        "diagnostics.md": reference.diagnostics(tables),
    }
    for element in reference.documented(registry):
        files[f"policies/{element.declaration.name}.md"] = reference.page(element)
    return files


if __name__ == "__main__":
    for path, text in generated().items():
        (DOCS / path).parent.mkdir(exist_ok=True)
        (DOCS / path).write_text(text, "utf-8")
