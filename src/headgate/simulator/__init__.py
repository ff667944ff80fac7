"""An LLM upstream that answers as Azure OpenAI and OpenAI do (row 6)."""
