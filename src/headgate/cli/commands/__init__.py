"""One command per file; each module has a function `command`, named as its file is."""
