"""An LLM upstream that answers as Azure OpenAI, OpenAI, Anthropic and Google do (row 6)."""
