"""Who first wrote text that a row writes again: what carries what in a log.

Tiptap deletes and writes anew, under the ids of whoever acts, what is split, joined,
toggled or undone. The rules by which such text stays its first author's, in order; what
one explains no later one is asked about. A carry needs equal text in the log, deleted.

1. `declared`: the row says it itself, and the log bears it out. Our editor does; and
   of what a browser that declares does not name only the last rule is asked.
   Ben presses Enter in "ab": his row deletes Ana's "b", writes "b", and names hers.
2. `undone`: undo leaves its traces in origins, or in copies of elements.
   Ben deletes "b" and undoes: his "b" lies directly before the deleted one.
3. `recreated`: it stood where its author saw it (`glimpses`), in what this row
   deletes or near, as a whole or in `parts`. Ben splits "head tail", and declares
   nothing.
4. `unheard`: another did the same at that very place, or had just taken it away.
   Ana and Ben join the same two paragraphs: the second row deletes nothing new.
5. `returned`: two letters or more, at once, just where they had stood.
   Ben restores a word between the two between which Ana had written it.
6. `recalled`: it is long, and stands nowhere any more.
   Ben cuts a sentence, and pastes it elsewhere.
All else is its writer's own: what is typed again, and a copy of what still stands.
The modules beside the rules know what they weigh: `evidence` (what may be chance),
`lineage` (copies of elements), `nodes`, `remains` and `losses` (texts with all that
ever was in them), `beside` (those of one element), `walks` (ways to those near),
`sights` and `pieces` (equal stretches), `deeds` (rows), `firsts` (the carries found so
far). What one row may read is counted, so that none can be crafted to be looked at
without end: what is left of it is its writer's own.
"""

from documents.history.carries.tracing import Tracing, traced

__all__ = ["Tracing", "traced"]
