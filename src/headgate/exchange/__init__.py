"""One request driven through the sections of its plan (row 4)."""
