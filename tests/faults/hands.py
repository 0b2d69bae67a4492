"""What the people of the bench type: words that can be counted, and scraps.

A word is written once and stays; a scrap may be deleted by whoever comes across it.
"""

from random import Random
from typing import Final

from pycrdt import XmlElement, XmlText

from tests.faults.page import Page

SCRAP: Final = "~"
PARAGRAPHS: Final = 12


class Hands:
    """One person's."""

    def __init__(self, name: str, chance: Random) -> None:
        self._name = name
        self._chance = chance
        self._number = 0

    def __call__(self, page: Page) -> str:
        """Change a page by one word, one scrap more or one scrap less."""
        texts = page.paragraphs
        what = self._chance.random()
        if not texts or (what < 0.05 and len(texts) < PARAGRAPHS):
            return self._paragraph(page)
        text = self._chance.choice(texts)
        if what < 0.15 and (at := str(text).find(SCRAP)) >= 0:
            del text[at : at + 1]
            return ""
        if what < 0.3:
            self._insert(text, SCRAP)
            return ""
        word = self.word()
        self._insert(text, word)
        return word

    def word(self) -> str:
        """Think of a word that nobody has written."""
        self._number += 1
        return f"{self._name}{self._number};"

    def _paragraph(self, page: Page) -> str:
        word = self.word()
        block = XmlElement("paragraph", {}, [XmlText(word)])
        page.root.children.append(block)
        return word

    def _insert(self, text: XmlText, word: str) -> None:
        """Write between two words, never into one."""
        said = str(text)
        ends = [0, *(n + 1 for n, letter in enumerate(said) if letter in ";~")]
        text.insert(self._chance.choice(ends[-50:]), word)
