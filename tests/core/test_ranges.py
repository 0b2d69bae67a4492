"""Ranges of clocks, held against plain sets."""

from hypothesis import given
from hypothesis import strategies as st

from documents.yjs.ranges import Range, RangeSet, clipped, normal

RANGES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 8)).map(lambda r: (r[0], r[0] + r[1]))
)
RANGE = st.tuples(st.integers(0, 40), st.integers(41, 50))


def clocks(ranges: list[Range] | tuple[Range, ...]) -> set[int]:
    return {clock for start, end in ranges for clock in range(start, end)}


def is_normal(ranges: list[Range]) -> bool:
    edges = [edge for pair in ranges for edge in pair]
    return edges == sorted(set(edges))


@given(RANGES)
def test_normal_ranges_are_the_same_clocks(ranges: list[Range]) -> None:
    assert clocks(normal(ranges)) == clocks(ranges)
    assert is_normal(list(normal(ranges)))


@given(RANGES, st.integers(0, 50))
def test_clipped(ranges: list[Range], end: int) -> None:
    kept = clipped(normal(ranges), end)
    assert clocks(kept) == {clock for clock in clocks(ranges) if clock < end}


@given(RANGES, RANGES, RANGES)
def test_a_set_grows_and_shrinks(
    first: list[Range], more: list[Range], less: list[Range]
) -> None:
    held = RangeSet(first)
    for start, end in more:
        held.add(start, end)
    for start, end in less:
        held.remove(start, end)
    expected = (clocks(first) | clocks(more)) - clocks(less)
    assert clocks(list(held)) == expected
    assert is_normal(list(held))
    assert held == RangeSet([(clock, clock + 1) for clock in expected])
    assert [clock in held for clock in range(60)] == [
        clock in expected for clock in range(60)
    ]


@given(RANGES, RANGES, RANGES)
def test_many_at_once_are_as_one_by_one(
    first: list[Range], more: list[Range], less: list[Range]
) -> None:
    held, expected = RangeSet(first), RangeSet(first)
    held.add_all(normal(more))
    for start, end in more:
        expected.add(start, end)
    assert held == expected
    held.remove_all(normal(less))
    for start, end in less:
        expected.remove(start, end)
    assert held == expected


@given(RANGES, RANGE)
def test_what_is_missing(ranges: list[Range], asked: Range) -> None:
    held = RangeSet(ranges)
    missing = held.missing(*asked)
    assert clocks(missing) == clocks([asked]) - clocks(ranges)
    assert held.covers(*asked) == (not missing)
    assert held.missing_from((asked,)) == tuple(missing)


@given(RANGES)
def test_a_set_is_shown_and_compared(ranges: list[Range]) -> None:
    held = RangeSet(ranges)
    assert repr(held) == f"RangeSet({list(normal(ranges))})"
    assert len(held) == len(normal(ranges))
    assert held != list(held)
