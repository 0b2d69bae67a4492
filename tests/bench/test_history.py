"""The bench of long histories, on short ones: it asks, finds and writes; no times."""

from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from bench import rich
from bench.asking import asked
from bench.history import MOMENTS, REPEATS, Histories
from bench.history_table import told
from bench.house import Owner
from bench.record import Results
from collab.boot.web import Web
from documents.postgres import conninfo
from documents.storage.chain import Entry
from documents.storage.entries import entries
from documents.storage.snapshots import compact
from documents.yjs.contents import TYPE
from documents.yjs.updates import Item, parse
from tests.paper import load

pytestmark = [
    pytest.mark.server,
    pytest.mark.node,
    pytest.mark.django_db(transaction=True),
]
EDITS = 1500


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """What writes the rich text, bundled with the editor's own schema."""
    return rich.bundled("rich.mjs", tmp_path)


def written(script: Path, owner: Owner, document: str, seed: int = 1) -> list[Entry]:
    """Give a rich text by the owner and a few others."""
    with psycopg.connect(conninfo()) as connection:
        (first,) = entries(connection, UUID(document), 1)
    people = [owner.person.pk] * 5
    return list(rich.written(script, first, people, EDITS, seed))


def test_a_rich_text_is_rich_and_the_same_in_every_run(script: Path) -> None:
    owner = Owner()
    [document] = owner.documents(1)
    found = written(script, owner, document)
    assert [entry.payload for entry in written(script, owner, document)] == [
        entry.payload for entry in found
    ]
    assert [entry.payload for entry in written(script, owner, document, 2)] != [
        entry.payload for entry in found
    ]
    updates = [parse(entry.payload) for entry in found]
    kinds = {
        struct.content[2:].decode(errors="ignore")
        for update in updates
        for section in update.structs.values()
        for struct in section
        if isinstance(struct, Item)
        and struct.kind == TYPE
        and isinstance(struct.content, bytes)
    }
    assert {"paragraph", "heading"} <= kinds
    assert sum(1 for update in updates if update.deletes) > EDITS / 20


def test_a_short_history_is_measured_and_told(
    house: Web, script: Path, tmp_path: Path
) -> None:
    owner = Owner()
    [document] = owner.documents(1)
    with psycopg.connect(conninfo()) as connection:
        load(connection, UUID(document), written(script, owner, document))
    compact(conninfo(), UUID(document))
    run = Histories(tmp_path)
    with asked(house.origin, owner.cookie, document) as server:
        run.answers("rich", server)
        words = run.core("rich", server)
        run.search("rich", server, words)
        run.later("rich", server, words, owner.person.pk)
    figures = run.figures
    assert figures["rows"]["rich"] == [EDITS + 1]
    assert figures["finds"]["rich"][0] > 0
    assert len(figures["at ms"]["rich"]) == len(figures["core drag ms"]["rich"])
    assert len(figures["at ms"]["rich"]) == MOMENTS
    assert len(figures["log bytes"]["rich"]) == REPEATS
    assert len(figures["search later ms"]["rich"]) == REPEATS
    assert len(figures["blame later ms"]["rich"]) == REPEATS
    results = Results("abc", 1, [1, 1], 60, figures)
    lines = [line for line in told(results).splitlines() if "search" in line]
    assert len(lines) == 2
    assert all(line.count("|") > 5 for line in lines)
