"""The data plane server (row 6)."""
