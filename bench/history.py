"""What a long history costs: the server's answers, a browser's core, the real page.

    python -m bench history [EDITS [EDITS]]

Of B4, plain text by two, and of a rich text of 260,000 edits by 20 writers; or of the
first so many edits of each. Writes bench/results/history.json and its part of
docs/performance.md.
"""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from subprocess import PIPE
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

import psycopg
from django.utils import timezone
from pycrdt import Doc, XmlFragment, XmlText

from bench import pages, rich
from bench.asking import Server, asked, phrase, stretch
from bench.history_table import told
from bench.house import House
from bench.markdown import DOCS, between
from bench.place import Place
from bench.record import Figures, Results, commit
from documents.management.commands.loadtest_fixture import sign_up
from documents.postgres import conninfo
from documents.storage.chain import Entry
from documents.storage.entries import entries
from documents.storage.moments import milliseconds
from documents.storage.snapshots import compact
from tests.paper import load, typed

WRITERS: Final = 20
EDITS: Final = 260_000
MOMENTS: Final = 50
REPEATS: Final = 5


def figures() -> Figures:
    """Begin a table of what is measured: by name and document, a value a try."""
    return defaultdict(lambda: defaultdict(list))


@dataclass
class Histories:
    """One run, as far as it has come."""

    folder: Path
    figures: Figures = field(default_factory=figures)
    failed: list[str] = field(default_factory=list)

    def keep(self, of: str, name: str, values: Iterable[float]) -> None:
        """Keep what was measured of a document."""
        self.figures[name][of] += values

    def measure(self, of: str, house: House, document: str) -> None:
        """Measure a document on servers of its own, the page on a fresh one."""
        cookie = house.owner.cookie
        with (
            house.serving("daphne") as target,
            asked(target.headers["Origin"], cookie, document) as server,
        ):
            self.answers(of, server)
            words = self.core(of, server)
            self.search(of, server, words)
            self.later(of, server, words, house.owner.person.pk)
        for part in (self.page, self.page_compared):
            try:
                with house.serving("daphne") as target:
                    part(of, target.headers["Origin"], cookie, document)
            except pages.Never as error:
                print(f"{of}: {part.__name__}: {error}", file=sys.stderr)
                self.failed.append(f"{part.__name__} of {of}")

    def answers(self, of: str, server: Server) -> None:
        """Ask the server for all that the page of a history asks for, and for more."""
        whole = stretch(server.ask().json)
        first = server.ask(f"/columns{whole}")
        self.keep(of, "first ms", [first.milliseconds])
        asks = {"summary": "", "versions": "/versions", "columns": f"/columns{whole}"}
        for name, what in {**asks, "log": f"/log{whole}"}.items():
            for _ in range(REPEATS):
                self.answer(of, name, server, what)
        summary = server.ask().json
        random = Random(1)
        for _ in range(MOMENTS):
            seq = random.randint(1, summary["head"])
            self.answer(of, "at", server, f"/at/{seq}?epoch={summary['epoch']}")
        self.answer(of, "blame", server, f"/blame{whole}")

    def answer(self, of: str, name: str, server: Server, what: str) -> Any:
        """Ask once, and keep what it took."""
        found = server.ask(what)
        self.keep(of, f"{name} ms", [found.milliseconds])
        self.keep(of, f"{name} bytes", [found.size])
        return found

    def core(self, of: str, server: Server) -> str:
        """Let a browser's core do all it can; give a phrase that is gone."""
        whole = stretch(server.ask().json)
        files = []
        for name in ("log", "columns"):
            files.append(self.folder / f"{of}.{name}")
            files[-1].write_bytes(server.ask(f"/{name}{whole}").body)
        script = rich.bundled("history.mjs", self.folder)
        command = ["node", "--expose-gc", str(script), *map(str, files), "1"]
        done = subprocess.run(command, stdout=PIPE, check=True, text=True)
        found = json.loads(done.stdout)
        for name, times in found["times"].items():
            self.keep(of, f"core {name} ms", times)
        for name, count in found["counts"].items():
            self.keep(of, name, [count])
        return str(found["phrase"])

    def search(self, of: str, server: Server, words: str) -> None:
        """Search for a phrase that is nowhere any more."""
        for _ in range(REPEATS):
            sights = self.answer(of, "search", server, phrase(words)).json
            if not any(sight["died"] for sight in sights):
                raise SystemExit(f"the server finds nothing that is gone: {of}")

    def later(self, of: str, server: Server, words: str, author: int) -> None:
        """Search, and ask who wrote what, each time after a letter was typed."""
        summary = server.ask().json
        whole = server.ask(f"/log{stretch(summary)}").body
        at = milliseconds(timezone.now())
        for seq, payload in enumerate(letters(whole), summary["head"] + 1):
            entry = Entry(seq, author, at, recovered=False, payload=payload)
            with psycopg.connect(conninfo()) as connection:
                load(connection, UUID(server.document), [entry])
            self.answer(of, "search later", server, phrase(words))
            query = stretch({**summary, "head": seq})
            self.answer(of, "blame later", server, f"/blame{query}")

    def page(self, of: str, origin: str, cookie: str, document: str) -> None:
        """Open the real page, and drag its handle."""
        with pages.window(origin, cookie) as page:
            self.keep(of, "page opening ms", [pages.opened(page, origin, document)])
            head = int(self.figures["rows"][of][-1])
            random = Random(1)
            seqs = [random.randint(1, head) for _ in range(MOMENTS)]
            self.keep(of, "page drag ms", pages.dragged(page, seqs))

    def page_compared(self, of: str, origin: str, cookie: str, document: str) -> None:
        """Open the real page on a comparison of the first row with the last."""
        with pages.window(origin, cookie) as page:
            query = "?from=1&view=compare"
            spent = pages.opened(page, origin, document, query)
            self.keep(of, "page compare ms", [spent])


def letters(state: bytes) -> Iterator[bytes]:
    """Give what one person types into the first text of a document."""
    doc: Doc[Any] = Doc()
    doc.apply_update(state)
    waiting = list(doc.get("default", type=XmlFragment).children)
    while not isinstance(waiting[0], XmlText):
        waiting[:1] = waiting[0].children
    sent: list[bytes] = []
    doc.observe(lambda event: sent.append(event.update))
    for at, letter in enumerate("later"[:REPEATS]):
        waiting[0].insert(at, letter)
        yield sent[-1]


def stored(house: House, edits: int | None, script: Path | None = None) -> str:
    """Store a document, of B4 or rich, and a snapshot of it; give its name."""
    name = house.owner.documents(1)[0]
    document = UUID(name)
    with psycopg.connect(conninfo()) as connection:
        (first,) = entries(connection, document, 1)
        load(connection, document, _entries(house, first, edits, script))
    compact(conninfo(), document)
    return name


def _entries(
    house: House, first: Entry, edits: int | None, script: Path | None
) -> Iterable[Entry]:
    owner = house.owner.person.pk
    if script is None:
        return typed(first, (owner, sign_up(1)[0].pk), edits)
    people = [owner, *(one.pk for one in sign_up(WRITERS - 1))]
    return rich.written(script, first, people, edits or EDITS)


def main(place: Place, edits: str = "", rich_edits: str = "") -> None:
    """Measure, minutes long."""
    pages.without_an_event_loop()
    began, before = time.monotonic(), os.getloadavg()[0]
    with TemporaryDirectory() as folder:
        run = Histories(Path(folder))
        house = House(place)
        script = rich.bundled("rich.mjs", run.folder)
        some, many = (int(one) if one else None for one in (edits, rich_edits or edits))
        kept = {"b4": stored(house, some), "rich": stored(house, many, script)}
        for of, document in kept.items():
            run.measure(of, house, document)
    results = Results(
        commit=commit(),
        rounds=1,
        busy=[before, os.getloadavg()[0]],
        seconds=time.monotonic() - began,
        figures=run.figures,
        failed=run.failed,
    )
    if not edits:
        results.write("history")
        file = DOCS / "performance.md"
        file.write_text(between(file.read_text(), "history", told(results)))
    print(told(results))
