"""Service folders and headgate.toml: read, checked, never executed (row 5)."""
