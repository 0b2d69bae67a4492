"""Logs that a server keeps of those who mean harm, and the bytes that they send."""

from collections.abc import Iterator
from random import Random
from typing import Final

from documents.yjs.admission import Ledger, Refused
from documents.yjs.merging import merge, squash
from documents.yjs.updates import Update, encode, parse
from tests.core.chaos import Chaos
from tests.core.worlds import World
from tests.core.yjs import Judge

ROUNDS: Final = 60
"""Updates that a hostile world sends."""
MISCHIEF: Final = (0.0, 0.05, 0.2)


def mischievous(seed: int) -> list[Update]:
    """The log of a world in which most of the choices make sense."""
    random = Random(seed)
    world = World(random, mischief=random.choice(MISCHIEF))
    ledger, log = Ledger(), []
    for _ in range(ROUNDS):
        log.append(_kept(ledger, world.update(), partial=random.random() < 0.3))
        world.learn(ledger.state_vector())
    return [update for update in log if not update.empty]


def chaotic(seed: int) -> list[Update]:
    """The log of a world in which none does."""
    chaos, ledger = Chaos(Random(seed)), Ledger()
    updates = [
        _kept(ledger, chaos.update(ledger.extent.clocks), partial=True)
        for _ in range(ROUNDS)
    ]
    return [update for update in updates if not update.empty]


def _kept(ledger: Ledger, update: Update, *, partial: bool) -> Update:
    """What a ledger takes of an update; of a refused one nothing, which it shows."""
    before = ledger.encode()
    try:
        return ledger.admit(parse(encode(update)), partial=partial).update
    except Refused:
        assert ledger.encode() == before
        return Update()


def harms_no_browser(log: list[Update], judge: Judge) -> None:
    """Row by row, all in one, in halves; with garbage collection and without."""
    middle = len(log) // 2
    for gc in (True, False):
        judge.ruin(log, gc=gc)
        judge.ruin([squash(merge(log))], gc=gc)
    halves = [squash(merge(log[:middle])), merge(log[middle:])]
    judge.ruin(halves, gc=bool(middle % 2))


def tries(
    random: Random, payload: bytes, damage: Iterator[bytes], ledger: Ledger
) -> Iterator[tuple[str, bytes]]:
    """What may come instead of an update, each with a word for it."""
    chaos = Chaos(random)
    yield "mutated", next(damage)
    yield "mutated", next(damage)
    for _ in range(2):
        yield "mutated", encode(chaos.bent(parse(payload), ledger.extent.clocks))
    yield "truncated", payload[: random.randrange(len(payload))]
    yield "random", random.randbytes(random.randint(1, 200))
