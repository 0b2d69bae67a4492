"""What people say beside the text: the same rule for chats and comments."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.wording import KEY, objection, said, storable

ANY = st.text(st.characters(exclude_categories=()))
"""Also halves of pairs, which JSON can bring."""


@given(ANY)
def test_whatever_comes_can_be_stored_and_counted(text: str) -> None:
    stored = storable(text)
    assert "\0" not in stored
    stored.encode()
    assert storable(stored) == stored
    assert said(text) == stored.strip()
    objection(stored, 10)


def test_pairs_stay_whole() -> None:
    assert storable("a\ud83c\udfd4b\ud83c") == "a🏔b\ufffd"
    assert said(" \0two words\n") == "two words"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🏔" * 5, None),
        ("🏔" * 5 + "!", "too-long"),
        ("", "empty"),
        ("\u200b \u202e\ufeff", "empty"),
        ("\u200b.", None),
    ],
)
def test_what_shows_and_is_short_can_be_said(text: str, expected: str | None) -> None:
    assert objection(text, 10) == expected


@pytest.mark.parametrize("key", ["", "a" * 65, "no space", "é", "a\n"])
def test_what_is_no_key(key: str) -> None:
    assert not re.fullmatch(KEY, key)
