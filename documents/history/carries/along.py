"""The parents of a document, along it in both directions from any of them.

Found step by step, which costs what is walked over; and once that has cost as much as
all of them at once, all at once. Knows nothing of what lies in them.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice

from documents.history.layout import Layout, Spot
from documents.history.sequence import Parent
from documents.yjs.updates import Id


class Along:
    """Those of the parents that are wanted, in the order in which they begin."""

    def __init__(self, layout: Layout, is_wanted: Callable[[Parent], bool]) -> None:
        self._layout = layout
        self._is_wanted = is_wanted
        self._left = sum(map(len, layout.parents.values()))

    def after(self, parent: Parent) -> Iterator[Parent]:
        """Those that begin after a wanted one, the nearest first."""
        if self._left > 0:
            return self._wanted(_after(self._layout, parent))
        return islice(self._order, self._places[parent] + 1, None)

    def before(self, parent: Parent) -> Iterator[Parent]:
        """Those that begin before a wanted one, the nearest first."""
        if self._left > 0:
            return self._wanted(_before(self._layout, parent))
        return map(self._order.__getitem__, range(self._places[parent] - 1, -1, -1))

    def _wanted(self, steps: "_Steps") -> Iterator[Parent]:
        for parent in steps:
            self._left -= 1
            if parent is not None and self._is_wanted(parent):
                yield parent

    @cached_property
    def _order(self) -> list[Parent]:
        spots = self._layout.spots
        return list(filter(self._is_wanted, dict.fromkeys(s.parent for s in spots)))

    @cached_property
    def _places(self) -> dict[Parent, int]:
        return {parent: at for at, parent in enumerate(self._order)}


_Steps = Iterator[Parent | None]
"""A parent, or None for a step over what is none."""


def _after(layout: Layout, parent: Parent) -> _Steps:
    yield from _forwards(layout, _spots(layout, parent, 0))
    while isinstance(parent, tuple):
        at = layout.rank(parent)
        parent = _above(layout, parent)
        yield from _forwards(layout, _spots(layout, parent, at + 1))
    roots = layout.roots
    for at in range(layout.root_ranks[parent] + 1, len(roots)):
        root = roots[at]
        yield root
        yield from _forwards(layout, _spots(layout, root, 0))


def _before(layout: Layout, parent: Parent) -> _Steps:
    while isinstance(parent, tuple):
        at = layout.rank(parent)
        parent = _above(layout, parent)
        yield from _backwards(layout, _spots_back(layout, parent, at))
        yield parent
    roots = layout.roots
    for at in range(layout.root_ranks[parent] - 1, -1, -1):
        root = roots[at]
        yield from _backwards(layout, reversed(layout.parents[root]))
        yield root


def _above(layout: Layout, parent: Id) -> Parent:
    above = layout.parent(parent)
    assert above is not None
    return above


def _spots(layout: Layout, parent: Parent, first: int) -> Iterator[Spot]:
    spots = layout.parents[parent]
    return map(spots.__getitem__, range(first, len(spots)))


def _spots_back(layout: Layout, parent: Parent, upto: int) -> Iterator[Spot]:
    spots = layout.parents[parent]
    return map(spots.__getitem__, range(upto - 1, -1, -1))


def _forwards(layout: Layout, spots: Iterator[Spot]) -> _Steps:
    """The parents in some spots, each before those in it."""
    walk = [spots]
    while walk:
        spot = next(walk[-1], None)
        if spot is None:
            walk.pop()
            continue
        inner = spot.client, spot.start
        if inner in layout.parents:
            yield inner
            walk.append(iter(layout.parents[inner]))
        else:
            yield None


def _backwards(layout: Layout, spots: Iterator[Spot]) -> _Steps:
    """The same the other way round."""
    walk: list[tuple[Parent | None, Iterator[Spot]]] = [(None, spots)]
    while walk:
        parent, rest = walk[-1]
        spot = next(rest, None)
        if spot is None:
            walk.pop()
            yield parent
            continue
        inner = spot.client, spot.start
        if inner in layout.parents:
            walk.append((inner, reversed(layout.parents[inner])))
        else:
            yield None
