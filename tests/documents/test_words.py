"""Words, what is asked for, and the stretch of text that answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.search.query import Query, query_of
from documents.search.snippets import WIDTH, snippet
from documents.search.words import LAST_PLACE, PLACES, vector, words


def lexemes(text: str) -> list[str]:
    return [word.lexeme for word in words(text)]


def query(typed: str) -> Query:
    found = query_of(typed)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Zürich ZÜRICH", ["zürich", "zürich"]),
        ("Straße", ["strasse"]),
        ("“Quoted”, (bracketed).", ["quoted", "bracketed"]),
        ("foo_bar-baz/qux@a.example", ["foo", "bar", "baz", "qux", "a", "example"]),
        ("x <b> &amp; 3.14", ["x", "b", "amp", "3", "14"]),
        ("हिन्दी", ["हिन्दी"]),
        ("e\u0301te\u0301", ["été"]),
        ("\uff46\uff55\uff4c\uff4c \ufb01t", ["full", "fit"]),
        ("会議録", ["会議", "議録", "録"]),
        ("a会b", ["a", "会", "b"]),
        ("ภาษา", ["ภา", "าษ", "ษา", "า"]),
        ("🏔 \0 —", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert lexemes(text) == found


def test_a_word_says_where_it_stands() -> None:
    text = "Ah, 会議録 b"
    stands = [(text[word.start : word.end], word.place) for word in words(text)]
    assert stands == [("Ah", 1), ("会議", 2), ("議録", 3), ("録", 3), ("b", 4)]


def test_a_vector_counts_places_and_weighs() -> None:
    assert vector("Rain, rain; sun") == "'rain':1,2 'sun':3"
    assert vector("Rain", "A") == "'rain':1A"
    assert vector("—") == ""


def test_a_vector_is_as_small_as_postgres_needs_it() -> None:
    often = vector("a " * 20_000)
    assert len(often.split(",")) == PLACES
    late = vector(" ".join(f"w{n}" for n in range(20_000)))
    assert late.endswith(f":{LAST_PLACE}")
    short = vector("one two three", most=20)
    assert short == "'one':1 'two':2"


@pytest.mark.parametrize(
    ("typed", "tsquery"),
    [
        ("rain", "'rain':*"),
        ("Rain in ZÜR", "'rain' & 'in' & 'zür':*"),
        ('"rain in" zü', "'rain' <-> 'in' & 'zü':*"),
        ('"rain in', "'rain' <-> 'in'"),
        ("rain -sun", "'rain' & !('sun')"),
        ('-"a b" c', "!('a' <-> 'b') & 'c':*"),
        ("rain or sun", "'rain' | 'sun':*"),
        ("or rain or", "'rain' & 'or':*"),
        ("a-b_c", "'a' & 'b' & 'c':*"),
        ("会議録", "'会議' & '議録':*"),
        ("会", "'会':*"),
        ("!'&|:*()\\<->", None),
        ("- \" ' ", None),
        ("", None),
    ],
)
def test_what_is_asked_for(typed: str, tsquery: str | None) -> None:
    found = query_of(typed)
    assert (found.tsquery if found else None) == tsquery


def test_what_is_not_wanted_is_not_looked_for() -> None:
    asked = query('rain -sun "in zürich" be')
    looked = [word for word in ("rain", "sun", "in", "bern", "b") if asked.wants(word)]
    assert looked == ["rain", "in", "bern"]
    assert asked.ranking == "'be' | 'in' | 'rain' | 'zürich' | 'be':*"
    assert query("-sun").ranking == ""


def shown(text: str, typed: str) -> str:
    """The snippet with brackets around what was looked for."""
    found = snippet(text, query(typed))
    assert found is not None
    return "".join(f"[{piece}]" if hit else piece for piece, hit in found.pieces())


def test_a_snippet_shows_what_was_found_on_one_line() -> None:
    assert shown("It\nrains in ZÜRICH.", "rains zür") == "It [rains] in [ZÜRICH]."


def test_a_snippet_is_cut_from_where_the_most_is_found() -> None:
    filler = "nothing here at all " * 30
    text = f"rain {filler}sun and rain {filler}"
    found = snippet(text, query("rain sun"))
    assert found is not None
    assert found.text.startswith("…")
    assert found.text.endswith("…")
    assert len(found.text) <= WIDTH + 2
    pieces = [piece for piece, hit in found.pieces() if hit]
    assert pieces == ["sun", "rain"]


def test_overlapping_words_are_one_range() -> None:
    assert shown("昨日の会議録です", "会議録") == "昨日の[会議録]です"


def test_ranges_for_javascript_count_utf16() -> None:
    found = snippet("🏔🏔 rain", query("rain"))
    assert found is not None
    assert (found.ranges, found.utf16()) == ([(3, 7)], [(5, 9)])


def test_nothing_found_nothing_shown() -> None:
    assert snippet("It rains.", query("sun")) is None
    assert snippet("It rains.", query("-sun")) is None


@given(st.text(max_size=400), st.text(max_size=20))
def test_any_text_and_any_query(text: str, typed: str) -> None:
    asked = query_of(typed)
    found = snippet(text, asked) if asked else None
    if found is not None:
        assert "".join(piece for piece, _ in found.pieces()) == found.text
        assert any(hit for _, hit in found.pieces())
    for word in words(text):
        assert vector(text[word.start : word.end])
