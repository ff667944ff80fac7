"""The headgate command (row 7)."""
