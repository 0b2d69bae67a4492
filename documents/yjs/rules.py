"""What may live where: the rules that keep every browser able to open a document.

They bind new structs only. Each was paid for by an update that parses, and that makes
Yjs throw or the editor refuse (see `docs/`); other roots than the editor's are free.
"""

from collections.abc import Iterator
from typing import Final

from documents.yjs import contents
from documents.yjs.lib0 import MAX_DEPTH
from documents.yjs.merging import part
from documents.yjs.skeleton import (
    ELEMENT,
    FREE,
    GONE,
    ROOT,
    TEXT,
    Place,
    depth_of,
    is_keyed,
    zone_of,
)
from documents.yjs.traps import NAMES, is_trap
from documents.yjs.updates import ClientId, Item, Struct

EDITOR_ROOT: Final = "default"
MAX_VALUES: Final = 1_000
"""How many values long map entries of one update may hold: each becomes a struct."""
_ENTRIES: Final = frozenset(
    {contents.DELETED, contents.JSON, contents.BINARY, contents.ANY}
)
# No embeds: y-tiptap makes text nodes without a size of them.
_TEXTS: Final = frozenset({contents.DELETED, contents.STRING, contents.FORMAT})
_CHILDREN: Final = {
    ROOT: frozenset({contents.XML_ELEMENT}),
    ELEMENT: frozenset({contents.XML_ELEMENT, contents.XML_TEXT}),
}


class Refused(Exception):
    """A poison: it parses, but stored it would harm whoever opens the document."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check(where: Place, item: Item) -> None:
    """Raise Refused unless the item may live there."""
    zone = zone_of(where)
    if item.kind == contents.DOC:
        raise Refused("a document inside a document")
    if zone == GONE:
        return
    if item.kind == contents.TYPE and depth_of(where) >= MAX_DEPTH:
        raise Refused("nested too deep")
    if is_keyed(where):
        _check_entry(zone, item)
    elif zone == TEXT:
        _check_run(item)
    elif zone != FREE and item.kind != contents.DELETED:
        _check_child(zone, item)


def _check_entry(zone: int, item: Item) -> None:
    if zone == ROOT:
        raise Refused("an attribute of the whole document")
    if item.kind not in _ENTRIES and not (zone == FREE and item.kind == contents.TYPE):
        raise Refused(f"{_named(item)} as a map entry")
    if zone != FREE:
        _check_value(item)


def _check_run(item: Item) -> None:
    if item.kind not in _TEXTS:
        raise Refused(f"{_named(item)} in a text")
    if item.kind == contents.FORMAT:
        _check_value(item)


def _check_value(item: Item) -> None:
    if item.key in NAMES or is_trap(item.kind, item.content):
        raise Refused("a value that browsers trip over")


def _check_child(zone: int, item: Item) -> None:
    if item.kind != contents.TYPE or item.content[0] not in _CHILDREN[zone]:
        raise Refused(f"{_named(item)} among elements")


def _named(item: Item) -> str:
    return contents.named(item.kind, item.content)


def singles(client: ClientId, entry: Item) -> Iterator[Struct]:
    """A map entry as entries of length one.

    Yjs itself joins old entries of a map once they are deleted, and throws when such
    an entry comes apart before its deletion is known; single ones mean the same and
    are harmless. Long ContentDeleted is harmless too, and need not be split.
    """
    for clock in range(entry.clock, entry.end):
        yield part(client, entry, clock, clock + 1)
