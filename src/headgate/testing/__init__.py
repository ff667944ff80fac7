"""Fixtures and scripted runs for tests; nothing in the product imports this."""
