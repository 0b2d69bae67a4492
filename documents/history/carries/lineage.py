"""Which elements and texts are copies that undo made of deleted ones.

Yjs' redoItem lays the copy of an element directly before it, and what stood in the
element into the copy. Knows nothing of what texts say.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from documents.history.columns import Columns
from documents.history.layout import Layout
from documents.history.sequence import Parent
from documents.yjs.contents import TYPE
from documents.yjs.merging import holding
from documents.yjs.updates import Id, Item, Update

_SOURCES: Final = 16
"""So many elements are gone back through, where one was brought back ever again."""


class Types:
    """The types of a log, and before which of them others were laid."""

    def __init__(self, update: Update, columns: Columns) -> None:
        self._update = update
        self._columns = columns

    def copied(self, identity: Id, seq: int | None = None) -> Id | None:
        """The like element directly before which one was laid, when it had gone.

        By some row; if none is told, by the one that laid it.
        """
        item = self.find(identity)
        if item is None or item.right_origin is None:
            return None
        if seq is None:
            seq = self._columns.born(*identity) or 0
        source = item.right_origin
        is_one = self.are_alike(source, identity) and self.had_gone(source, seq)
        return source if is_one else None

    def had_gone(self, identity: Id, seq: int) -> bool:
        """Whether a type had been deleted before a row."""
        died = self._columns.died(*identity)
        return died is not None and died < seq

    def are_alike(self, one: Id, other: Id) -> bool:
        """Whether both are texts, or elements of one name."""
        item, another = self.find(one), self.find(other)
        return bool(item and another and item.content == another.content)

    def find(self, identity: Id) -> Item | None:
        """The item of a type; None for what is none."""
        client, clock = identity
        struct = holding(self._update.structs.get(client, ()), clock)
        return struct if isinstance(struct, Item) and struct.kind == TYPE else None


class Lineage:
    """What each type lies in, and what it may be a copy of."""

    def __init__(self, types: Types, layout: Layout, columns: Columns) -> None:
        self._types = types
        self._layout = layout
        self._columns = columns
        self._copies: dict[Parent, bool] = {}
        self._inner: dict[Parent, list[Id]] = {}
        self._kinds: dict[Parent, dict[object, list[Id]]] = {}

    def _children(self, parent: Parent) -> list[Id]:
        """The types that lie in a parent, along the document."""
        known = self._inner.get(parent)
        if known is None:
            known = self._inner[parent] = [
                (client, start)
                for client, start, _, _ in self._layout.parents.get(parent, ())
                if self._layout.is_type(client, start)
            ]
        return known

    def _like(self, one: Id, parent: Parent) -> list[Id]:
        """The types in a parent that are texts, or elements of one name, as one is."""
        kinds = self._kinds.get(parent)
        if kinds is None:
            kinds = self._kinds[parent] = {}
            for child in self._children(parent):
                if (item := self._types.find(child)) is not None:
                    kinds.setdefault(item.content, []).append(child)
        item = self._types.find(one)
        return [] if item is None else kinds.get(item.content, [])

    def above(self, parent: Parent) -> Parent | None:
        """What a type lies in."""
        return self._layout.parent(parent) if isinstance(parent, tuple) else None

    def beside(self, parent: Parent) -> list[Id]:
        """The types of the element that a type lies in, along the document."""
        above = self.above(parent)
        return [] if above is None else self._children(above)

    def before(self, parent: Parent) -> Id | None:
        """The type behind which one was laid."""
        item = self._types.find(parent) if isinstance(parent, tuple) else None
        left = item.origin if item is not None else None
        return left if left is not None and self._types.find(left) else None

    def is_redone(self, parent: Parent, seq: int) -> bool:
        """Whether a type lies in a copy of an element that a row's author deleted."""
        author = self._columns.stamps.author
        above: Parent | None = parent
        while isinstance(above, tuple):
            source = self._types.copied(above, seq)
            died = self._columns.died(*source) if source else None
            if died is not None and author(died) == author(seq):
                return True
            above = self.above(above)
        return False

    def is_copy(self, parent: Parent) -> bool:
        """Whether a type may be a copy of another."""
        known = self._copies.get(parent)
        if known is None:
            known = self._copies[parent] = next(self.sources(parent), None) is not None
        return known

    def sources(self, parent: Parent) -> Iterator[Id]:
        """The types that a type may be a copy of, the nearest first."""
        if isinstance(parent, str):
            return
        born = self._columns.born(*parent) or 0
        source = self._types.copied(parent, born)
        while source is not None:
            yield source
            source = self._types.copied(source, born)
        above = self.above(parent)
        around = self.sources(above) if above is not None else ()
        for one in islice(around, _SOURCES):
            for child in self._like(parent, one):
                if self._types.had_gone(child, born):
                    yield child
