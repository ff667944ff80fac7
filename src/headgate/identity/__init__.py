"""Subscription keys and managed-identity tokens (row 5)."""
