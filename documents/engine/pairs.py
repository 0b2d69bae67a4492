"""Characters that an edit cut in two, as Yjs shows them, for engines that do not.

Pure. Yjs counts UTF-16 units. Where an origin or a deletion ends inside a character
of two units, it parts the string there, and both halves become U+FFFD for good. Rust's
strings have no halves: an engine would move the edit, and show another text.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace
from typing import Final

from documents.yjs.contents import STRING
from documents.yjs.updates import GC, ClientId, Malformed, Struct, Update, encode, parse

_TWO_UNITS: Final = re.compile(rb"[\xf0-\xf4][\x80-\xbf]{3}")
_LOST: Final = "\ufffd".encode("utf-16-le")

Cuts = dict[ClientId, list[int]]
"""By client the clocks before which something begins or ends, in order."""


def parted(state: bytes) -> bytes:
    """Write every cut character of a whole state as Yjs does, so that none is cut.

    What is no state stays as it is, for the engine to refuse.
    """
    if not _TWO_UNITS.search(state):
        return state
    try:
        update = parse(state)
    except Malformed:
        return state
    cuts = _cuts(update)
    structs = {
        client: tuple([_parted(struct, cuts.get(client, [])) for struct in run])
        for client, run in update.structs.items()
    }
    return (
        state if structs == update.structs else encode(replace(update, structs=structs))
    )


def _cuts(update: Update) -> Cuts:
    found: defaultdict[ClientId, set[int]] = defaultdict(set)
    for run in update.structs.values():
        for struct in run:
            if isinstance(struct, GC):
                continue
            if struct.origin:
                found[struct.origin[0]].add(struct.origin[1] + 1)
            if struct.right_origin:
                found[struct.right_origin[0]].add(struct.right_origin[1])
    for client, ranges in update.deletes.items():
        found[client].update(end for ends in ranges for end in ends)
    return {client: sorted(clocks) for client, clocks in found.items()}


def _parted(struct: Struct, cuts: list[int]) -> Struct:
    if isinstance(struct, GC) or struct.kind != STRING:
        return struct
    inner = cuts[bisect_left(cuts, struct.clock + 1) : bisect_left(cuts, struct.end)]
    if not inner or not isinstance(struct.content, bytes):
        return struct
    content = _without(struct.content, [clock - struct.clock for clock in inner])
    return replace(struct, content=content)


def _without(content: bytes, cuts: list[int]) -> bytes:
    """Write the characters of two units that a cut falls into as lost halves."""
    units = bytearray(content.decode().encode("utf-16-le"))
    for cut in cuts:
        if 0xDC <= units[2 * cut + 1] < 0xE0:  # the second half of a character
            units[2 * cut - 2 : 2 * cut + 2] = _LOST + _LOST
    return units.decode("utf-16-le").encode()
