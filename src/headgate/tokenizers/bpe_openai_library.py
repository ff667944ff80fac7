"""The vocabularies inside the package `bpe-openai`: as exact as `rs-bpe`, slower to load."""

from __future__ import annotations

from importlib import import_module

from headgate.tokenizers.tokenizer import Tokenizer
from headgate.tokens.models import Encoding


def load(encoding: Encoding) -> Tokenizer:
    """Load a vocabulary, which takes about 1.3 s the first time; raises ImportError."""
    # The public module of the package can only encode; the count is in its native part.
    tokenizer: Tokenizer = import_module("bpe_openai._bindings").tokenizer_for_encoding(encoding)
    return tokenizer
