"""The vocabularies inside the package `rs-bpe`: fastest; no wheel for Python 3.14 and later."""

from __future__ import annotations

from importlib import import_module

from headgate.tokenizers.tokenizer import Tokenizer
from headgate.tokens.models import Encoding


def load(encoding: Encoding) -> Tokenizer:
    """Load a vocabulary, which takes about 0.1 s the first time; raises ImportError."""
    openai = import_module("rs_bpe.bpe").openai
    tokenizer: Tokenizer
    if encoding == "cl100k_base":
        tokenizer = openai.cl100k_base()
    else:
        tokenizer = openai.o200k_base()
    return tokenizer
