"""One policy element per file (row 3)."""
