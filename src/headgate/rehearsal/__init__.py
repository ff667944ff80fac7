"""Runs without traffic: check (row 6)."""
