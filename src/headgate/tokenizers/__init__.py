"""Vocabularies behind the tokens protocol (row 5)."""
