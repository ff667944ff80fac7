"""Counter stores behind one interface (row 5)."""
