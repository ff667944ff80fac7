"""The declared .NET surface, one type per file."""
