"""One LLM wire dialect per file."""
