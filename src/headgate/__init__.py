"""Headgate: an open gateway for LLM APIs that runs API Management policy documents."""
