"""Connections to LLM backends (row 5)."""
