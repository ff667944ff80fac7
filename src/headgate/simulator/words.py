"""What the simulator says: words that are one token each, so that N words count as N tokens.

Each word is a single token in o200k_base and in cl100k_base, both at the start of a text and after
a blank, and all are plain ASCII letters, so that they need no escapes in JSON.
"""

from __future__ import annotations

from collections.abc import Iterator

_LIST = """
the of water river field farm gate stream rain cloud stone hill bridge road city tree leaf root
seed corn apple horse cow bird fish summer winter spring night day week month year hour light
shadow wind storm snow ice fire earth sand wood iron steel glass paper book letter word story
song voice sound color red green blue white black brown yellow small large long short deep wide
high low early late quick slow open closed full empty warm cold dry clean clear bright dark soft
hard heavy strong weak old new young first second third last next other same every many few some
more most less before after between under over near far here there now then again always never
often when where while because with without from into through along around about above below
and but for not all each both one two three four five ten people family friend child mother
father neighbor worker teacher market shop house door window wall roof floor table chair lamp
clock wheel boat ship train car plane map line circle square point number measure share balance
limit level flow source channel lake sea forest season weather plan work rest play learn give
take bring carry build make grow move turn run walk stand sit wait listen look see hear feel
think know remember forget find lose keep hold send call ask answer tell say write read count
begin end
"""
WORDS = tuple(_LIST.split())

_BLANK_AND_WORD = tuple(f" {word}" for word in WORDS)


def pieces(number: int, start: int) -> Iterator[str]:
    """Yield `number` tokens of text, beginning with the word number `start` of the endless list."""
    if number > 0:
        yield WORDS[start % len(WORDS)]
    for position in range(start + 1, start + number):
        yield _BLANK_AND_WORD[position % len(WORDS)]


def text(number: int, start: int) -> str:
    """Return a text of `number` tokens."""
    return "".join(pieces(number, start))
