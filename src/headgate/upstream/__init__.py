"""Connections to LLM backends: pools, TLS, time bounds (row 5)."""
