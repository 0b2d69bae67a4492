"""Text that undo brought back into a text that still stands.

Yjs' redoItem lays the copy of a deleted item directly before it, so the item is the
copy's right origin. Typed text never has a deleted right origin: Yjs walks past what
is deleted; only if another deletes it meanwhile, and then the text differs.
"""

from collections.abc import Iterator

from documents.history.columns import Columns
from documents.history.passages import IdRange, Link
from documents.history.texts import Texts
from documents.yjs.updates import Item


def redone(
    ids: IdRange, item: Item, seq: int, texts: Texts, columns: Columns
) -> Iterator[Link]:
    """Link the ids of an item that a row inserted to those that it brought back."""
    if item.right_origin is None:
        return
    source, clock = item.right_origin
    length = ids.end - ids.start
    if not _were_deleted(columns, IdRange(source, clock, clock + length), seq):
        return
    again = "".join([w.text for w in texts.between(ids.client, ids.start, ids.end)])
    before = "".join([w.text for w in texts.between(source, clock, clock + length)])
    if again == before:
        yield Link(ids.client, ids.start, ids.end, source, clock)


def _were_deleted(columns: Columns, ids: IdRange, seq: int) -> bool:
    deaths = columns.deaths.get(ids.client)
    if deaths is None:
        return False
    runs = [run.within(0, seq - 1) for run in deaths.between(ids.start, ids.end)]
    return sum(run.end - run.start for run in runs if run) == ids.end - ids.start
