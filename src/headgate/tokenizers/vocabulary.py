"""Which vocabulary counts for which model; each is loaded when it is first needed."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

from headgate.tokenizers import bpe_openai_library, rs_bpe_library
from headgate.tokenizers.bounded import BoundedCounter
from headgate.tokenizers.tokenizer import Tokenizer
from headgate.tokens.models import Encoding, encoding_of


@cache
def load(encoding: Encoding = "o200k_base") -> Tokenizer:
    """Return a vocabulary, the same object every time; raises ImportError if none is installed."""
    if find_spec("rs_bpe") is not None:
        return rs_bpe_library.load(encoding)
    return bpe_openai_library.load(encoding)


def for_model(model: str) -> Tokenizer:
    """Return the vocabulary of a model or deployment name; unknown names get the newest."""
    return load(encoding_of(model))


def counter_for_model(model: str) -> BoundedCounter:
    """Return the bounded counter of a model; models of one vocabulary share it."""
    return _counter(encoding_of(model))


@cache
def _counter(encoding: Encoding) -> BoundedCounter:
    return BoundedCounter(load(encoding))
