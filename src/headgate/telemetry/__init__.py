"""Metrics, traces and logs made from facts (row 5)."""
