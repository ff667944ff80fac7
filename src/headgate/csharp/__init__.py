"""The expression language: C# expressions compiled to Python (row 1)."""
