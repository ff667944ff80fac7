"""The management port (row 6)."""
