"""What of a document is shown to those who may not see its history: no deleted text.

Yjs itself forgets what is deleted, so every client can read what is left: ids and
places stay, what deleted ids said is gone. Knows no rights.
"""

from documents.history.erasure import Ids, erased
from documents.history.layout import laid_out
from documents.yjs.merging import merge, squash
from documents.yjs.ranges import Range, RangeSet, normal
from documents.yjs.updates import ClientId, Id, Update, encode, parse


def withheld(*parts: bytes) -> bytes:
    """Give a whole document, in one part or several, without what is deleted."""
    update = squash(merge(map(parse, parts))) if len(parts) > 1 else parse(*parts)
    return encode(erased(update, _gone(update))[0])


def withheld_part(payload: bytes) -> bytes:
    """Give some rows of a log without the text that they themselves delete."""
    update = parse(payload)
    return encode(erased(update, update.deletes)[0])


def _gone(update: Update) -> Ids:
    """The ids that are deleted, or are in what is deleted though nobody said so."""
    deleted = {client: RangeSet(ranges) for client, ranges in update.deletes.items()}
    gone: dict[ClientId, list[Range]] = {
        client: list(ranges) for client, ranges in update.deletes.items()
    }
    dead: set[Id] = set()
    layout = laid_out(update)
    for client, start, end, parent in layout.spots:  # parents before children
        buried = parent in dead
        if buried:
            gone.setdefault(client, []).append((start, end))
        if layout.is_type(client, start) and (
            buried or start in deleted.get(client, ())
        ):
            dead.add((client, start))
    return {client: normal(ranges) for client, ranges in gone.items()}
