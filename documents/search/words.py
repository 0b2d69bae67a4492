"""The words of a text, as the search knows them, whatever the database's language.

Pure. Words are runs of letters, digits and marks of any script, without case and in
one form (Unicode NFKC). Where a script writes no spaces, every two characters in a
row are a word, so that any part of a sentence is found.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

VECTOR_BYTES: Final = 1_000_000
"""What the words of a text may take: Postgres refuses a tsvector of 1,048,576, and
the words of a title, of 5 kB at most, are joined to these in a search."""
LONGEST: Final = 60
"""Characters of a word that are kept; Postgres refuses words of 2,047 bytes."""
LAST_PLACE: Final = 16_383
"""Postgres counts no further: phrases are found before this word of a text."""
PLACES: Final = 255
"""Postgres keeps no more places of one word."""

_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029"
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Thai and Lao, Burmese, Khmer, kana, ideographs."""
_MARKED: Final = (range(0x300, 0x20000), range(0xE0100, 0xE01F0))
"""Where Unicode has its combining marks, which `\\w` does not take for letters."""


class Word(NamedTuple):
    """A word, where it stands in the text, and the how manieth it is."""

    start: int
    end: int
    place: int
    lexeme: str


@cache
def _runs() -> re.Pattern[str]:
    marks = "".join(
        chr(code)
        for codes in _MARKED
        for code in codes
        if unicodedata.category(chr(code))[0] == "M"
    )
    spaced = rf"(?:(?![{_UNSPACED}_])[\w{marks}])+"
    return re.compile(rf"([{_UNSPACED}]+)|{spaced}")


def words(
    text: str, start: int = 0, stop: int = sys.maxsize, *, ends: bool = True
) -> Iterator[Word]:
    """Give the words of a text, or of a stretch of it, in order.

    `ends`: also the last character of a run without spaces by itself, which a text
    is found by, and which a search must not ask for.
    """
    place = 0
    for run in _runs().finditer(text, start, stop):
        place += 1
        if run[1] is None or len(run[1]) == 1:
            yield Word(*run.span(), place, _lexeme(run[0]))
            continue
        for at in range(run.start(), run.end() - 1):
            yield Word(at, at + 2, place, _lexeme(text[at : at + 2]))
            place += 1
        place -= 1
        if ends:
            yield Word(run.end() - 1, run.end(), place, _lexeme(run[0][-1]))


def _lexeme(word: str) -> str:
    if word.isascii():
        return word[:LONGEST].lower()
    short = unicodedata.normalize("NFKC", word[:LONGEST]).casefold()
    return short[:LONGEST]


def vector(text: str, weight: str = "", most: int = VECTOR_BYTES) -> str:
    """Give the words of a text as a literal of Postgres' tsvector of at most so much.

    `weight` is A, B, C or nothing, which is D. What exceeds the size is left out.
    """
    found: dict[str, list[int]] = {}
    size = 0
    for word in words(text):
        places = found.get(word.lexeme)
        if places is None:
            # As Postgres lays it out: the word, aligned, the number of its places.
            size += len(word.lexeme.encode()) + 1 + 2
            places = found[word.lexeme] = []
        elif len(places) >= PLACES:
            continue
        size += 2
        if size > most:
            break
        places.append(min(word.place, LAST_PLACE))
    return " ".join(
        f"{quoted(lexeme)}:{','.join(f'{place}{weight}' for place in places)}"
        for lexeme, places in found.items()
        if places
    )


def quoted(lexeme: str) -> str:
    """Give a word as literals of Postgres' tsvector and tsquery have it."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
