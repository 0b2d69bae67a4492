"""What somebody typed into the search, as a query over words.

Pure. All words must occur, the last one may go on; "words in quotes" stand together,
-word must not occur, `or` stands between alternatives.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from documents.search.words import quoted, words

LONGEST: Final = 200
"""Characters of a query that are read; nobody types more."""

_TERM: Final = re.compile(r'(?P<not>-?)"(?P<phrase>[^"]*)"?|(?P<bare>\S+)')


@dataclass(frozen=True, slots=True)
class Query:
    """A query as a literal of Postgres' tsquery, and the words that it looks for."""

    tsquery: str
    exact: frozenset[str]
    prefix: str | None

    @property
    def ranking(self) -> str:
        """The words as alternatives, for a rank that takes time in proportion.

        Of words that must all occur, Postgres compares every two places.
        """
        open_end = [quoted(self.prefix) + ":*"] if self.prefix is not None else []
        return " | ".join([*map(quoted, sorted(self.exact)), *open_end])

    def wants(self, lexeme: str) -> bool:
        """Tell whether the query looks for this word."""
        begins = self.prefix is not None and lexeme.startswith(self.prefix)
        return begins or lexeme in self.exact

    def first(self, text: str) -> int | None:
        """Tell where a text may have the first word of these; None: perhaps nowhere."""
        pattern = "|".join(map(re.escape, self.exact))
        found = re.search(pattern, text, re.IGNORECASE) if pattern else None
        return found.start() if found else None


@dataclass(frozen=True, slots=True)
class _Term:
    words: list[str]
    phrase: bool = False
    unwanted: bool = False
    goes_on: bool = False

    def tsquery(self) -> str:
        last = len(self.words) - 1
        parts = [
            quoted(word) + (":*" if self.goes_on and place == last else "")
            for place, word in enumerate(self.words)
        ]
        whole = (" <-> " if self.phrase else " & ").join(parts)
        return f"!({whole})" if self.unwanted else whole


def query_of(typed: str) -> Query | None:
    """Read what was typed; None where it has no word."""
    groups = [
        list(group)
        for is_or, group in groupby(_terms(typed[:LONGEST]), lambda term: term is None)
        if not is_or
    ]
    alternatives = [[term for term in group if term is not None] for group in groups]
    if not alternatives:
        return None
    wanted = [term for group in alternatives for term in group if not term.unwanted]
    open_end = [term.words[-1] for term in wanted if term.goes_on]
    return Query(
        " | ".join(
            " & ".join(term.tsquery() for term in group) for group in alternatives
        ),
        frozenset(word for term in wanted for word in term.words),
        open_end[0] if open_end else None,
    )


def _terms(typed: str) -> Iterator[_Term | None]:
    """Give the terms in order, None for an `or`."""
    found = list(_TERM.finditer(typed))
    for match in found:
        bare = match["bare"]
        if bare is None:
            yield from _term(match["phrase"], phrase=True, unwanted=bool(match["not"]))
        elif bare.lower() == "or" and match is not found[-1]:
            yield None
        else:
            unwanted = bare.startswith("-")
            goes_on = match is found[-1] and not unwanted
            yield from _term(bare, unwanted=unwanted, goes_on=goes_on)


def _term(text: str, **kind: bool) -> Iterator[_Term]:
    if lexemes := [word.lexeme for word in words(text, ends=False)]:
        yield _Term(lexemes, **kind)
