"""What a request asks and what an answer used, in tokens (row 1)."""
