"""Frozen values, clock types and errors that every row shares (row 0)."""
