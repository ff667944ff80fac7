"""Method and path to API and operation (row 1)."""
