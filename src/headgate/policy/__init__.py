"""Policy documents: scanned, checked and compiled to a plan (row 2)."""
