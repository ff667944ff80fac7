"""Tree to Python source: names, types, overloads, conversions."""
