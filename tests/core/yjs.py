"""Yjs in Node, asked line by line; the scripts are in `tests/yjs`."""

import json
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TypedDict

from typing_extensions import override

from documents.yjs.updates import Update, encode

SCRIPTS = Path(__file__).parent.parent / "yjs"


class State(TypedDict):
    """A document as yjs shows it."""

    visible: object
    deleted: object
    order: object
    clocks: dict[str, int]
    waiting: bool


@dataclass(frozen=True)
class History:
    """What writers sent to a server, in order, and what they saw in the end."""

    seed: int
    rows: list[bytes]
    final: object


class Judge(AbstractContextManager["Judge"]):
    """One Node process; answers until it is closed."""

    script = "judge.mjs"

    @override
    def __enter__(self) -> "Judge":
        self._process = subprocess.Popen(
            ["node", SCRIPTS / self.script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    @override
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def states(self, rows: list[bytes], at: Iterable[int], *, gc: bool) -> list[State]:
        """The document after the first n rows, for each n."""
        question = {"rows": _hex(rows), "at": sorted(set(at)), "gc": gc}
        answer: list[State] = self._ask(question)
        return answer

    def state(self, rows: list[bytes], *, gc: bool) -> State:
        """The document after all rows."""
        return self.states(rows, [len(rows)], gc=gc)[0]

    def merged(self, rows: list[bytes]) -> bytes:
        """Yjs' own merge."""
        return bytes.fromhex(self._ask({"merge": _hex(rows)}))

    def diff(self, update: bytes, vector: bytes) -> bytes:
        """Yjs' own difference."""
        question = {"diff": update.hex(), "vector": vector.hex()}
        return bytes.fromhex(self._ask(question))

    def ruin(self, rows: list[Update], *, gc: bool) -> None:
        """Load, use and delete everything; raises if yjs throws or waits for more."""
        question = {"ruin": _hex([encode(row) for row in rows]), "gc": gc}
        assert not self._ask(question)["waiting"]

    def positions(self, positions: list[bytes]) -> list[bytes]:
        """Relative positions as yjs writes them after reading them."""
        answer = self._ask({"positions": _hex(positions)})
        return [bytes.fromhex(one) for one in answer]

    def json(self, texts: list[str]) -> list[bool]:
        """Which of these JavaScript reads as JSON."""
        answer: list[bool] = self._ask({"json": texts})
        return answer

    def _ask(self, question: object):  # type: ignore[no-untyped-def]  # JSON
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "threw" not in answer, answer["threw"]
        return answer["answer"]


def random_histories(first: int, count: int, steps: int) -> Iterator[History]:
    """Histories that yjs makes up from consecutive seeds."""
    arguments = [str(number) for number in (first, count, steps)]
    with subprocess.Popen(
        ["node", SCRIPTS / "histories.mjs", *arguments],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield from map(_history, _lines(process.stdout))
    assert process.returncode == 0


def _lines(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def _history(line: str) -> History:
    told = json.loads(line)
    rows = [bytes.fromhex(row) for row in told["rows"]]
    return History(told["seed"], rows, told["final"])


def _hex(rows: list[bytes]) -> list[str]:
    return [row.hex() for row in rows]
