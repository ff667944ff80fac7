"""Text to tree: the one package that knows tree-sitter."""
