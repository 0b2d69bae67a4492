"""Phrases in all text that ever was, against what could be read after each row."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from pycrdt import Doc, Text

from documents.history.carrying import Carry
from documents.history.columns import EMPTY, Columns, grown
from documents.history.phrases import Find, phrases
from documents.storage.chain import Entry
from documents.yjs.merging import merge, squash
from documents.yjs.updates import ClientId, Update, parse

ANA, BO = 7, 8


class Desk:
    """A text that people change, row by row, and what could be read after each."""

    def __init__(self) -> None:
        self.clients: dict[int, Doc[Any]] = {}
        self.rows: list[bytes] = []
        self.entries: list[Entry] = []
        self.readable = [""]

    def text(self, author: int) -> Text:
        if author not in self.clients:
            doc = self.clients[author] = Doc(client_id=author)
            doc["note"] = Text()
        found: Text = self.clients[author]["note"]
        return found

    def hear(self, author: int) -> None:
        """Take in all that others wrote."""
        self.text(author)
        for row in self.rows:
            self.clients[author].apply_update(row)

    def change(self, author: int, *edits: tuple[int, int, str]) -> None:
        """Change the text in one row: where, how much goes, what comes."""
        text, doc = self.text(author), self.clients[author]
        sent: list[bytes] = []
        seen = doc.observe(lambda event: sent.append(event.update))
        with doc.transaction():
            for at, gone, new in edits:
                del text[at : at + gone]
                text.insert(at, new)
        doc.unobserve(seen)
        self.rows += sent
        for payload in sent:
            seq = len(self.entries) + 1
            entry = Entry(seq, author, 1000 * seq, recovered=False, payload=payload)
            self.entries.append(entry)
            everything: Doc[Any] = Doc()
            everything["note"] = Text()
            for row in self.rows[:seq]:
                everything.apply_update(row)
            self.readable.append(str(everything["note"]))

    def columns(self) -> Columns:
        return grown(EMPTY, self.entries)

    def whole(self) -> Update:
        return squash(merge([parse(row) for row in self.rows]))

    def find(self, phrase: str, columns: Columns | None = None) -> list[Find]:
        return phrases(self.whole(), columns or self.columns(), phrase, 1000)


def test_a_phrase_that_is_gone_is_found_with_its_author_and_its_end() -> None:
    desk = Desk()
    desk.change(ANA, (0, 0, "To be, or not to be"))
    desk.hear(BO)
    desk.change(BO, (5, 8, ""))
    [find] = desk.find("OR NOT")
    assert (find.text, find.born, find.died) == ("or not", 1, 2)
    assert find.authors == (ANA,)
    assert find.ids == ((ClientId(ANA), 7, 6),)
    assert desk.find("nowhere") == []
    [whole] = desk.find("to be to be")
    assert (whole.born, whole.died) == (2, None)


def test_a_phrase_of_two_people_is_both_of_theirs() -> None:
    desk = Desk()
    desk.change(ANA, (0, 0, "snow"))
    desk.hear(BO)
    desk.change(BO, (4, 0, "flake"))
    [find] = desk.find("snowflake")
    assert (find.born, find.died, find.authors) == (2, None, (ANA, BO))
    assert [length for _, _, length in find.ids] == [4, 5]


def test_characters_of_two_units_are_found_whole() -> None:
    desk = Desk()
    desk.change(ANA, (0, 0, "a 😀 b"))
    [find] = desk.find("😀 b")
    assert find.text == "😀 b"
    assert find.ids == ((ClientId(ANA), 2, 4),)


def test_what_was_only_said_again_is_one_find() -> None:
    desk = Desk()
    desk.change(ANA, (0, 0, "secret garden"))
    desk.hear(BO)
    desk.change(BO, (0, 13, "secret garden"))
    apart = desk.find("secret")
    assert [(find.born, find.died) for find in apart] == [(2, None), (1, 2)]
    carries = {ClientId(BO): (Carry(0, 13, ClientId(ANA), 0),)}
    [find] = desk.find("secret", replace(desk.columns(), carries=carries))
    assert (find.born, find.died, find.authors) == (1, None, (ANA,))
    assert find.ids == ((ClientId(BO), 0, 6),)


def test_the_latest_come_first_and_not_too_many() -> None:
    desk = Desk()
    for _ in range(5):
        desk.change(ANA, (0, 0, "word "))
    finds = phrases(desk.whole(), desk.columns(), "word", 3)
    assert [find.born for find in finds] == [5, 4, 3]


@pytest.mark.parametrize("seed", range(60))
def test_a_phrase_is_found_just_when_it_could_be_read(seed: int) -> None:
    random = Random(seed)
    desk = Desk()
    for _ in range(random.randrange(10, 40)):
        author = random.choice([ANA, BO])
        if random.random() < 0.7:
            desk.hear(author)
        length = len(desk.text(author))
        edits = []
        for _ in range(random.choice([1, 1, 2])):
            at = random.randint(0, length)
            gone = min(random.choice([0, 0, 1, 3]), length - at)
            new = "".join(random.choices("abB", k=random.choice([0, 1, 2, 4])))
            edits.append((at, gone, new))
            length += len(new) - gone
        desk.change(author, *edits)
    columns, whole = desk.columns(), desk.whole()
    for phrase in ("a", "ab", "bA", "abb", "baba"):
        read = [phrase.lower() in text.lower() for text in desk.readable]
        finds = phrases(whole, columns, phrase, 10_000)
        assert bool(finds) is any(read), phrase
        if finds:
            assert min(find.born for find in finds) == read.index(True), phrase
            # Its letters may all be there while others stand between them.
            assert not read[-1] or any(find.died is None for find in finds), phrase
            assert all(find.text.lower() == phrase.lower() for find in finds)
        for find in finds:
            assert read[find.born], phrase
            assert find.died is None or find.born < find.died
