"""What `GET /metrics` tells of this process, collected when it is asked for.

Counts come from `collab.tally`, states from the rooms as they are at that moment: the
hot path maintains nothing for Prometheus. Every process tells of itself alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final, get_args
from uuid import UUID

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from collab.protocol import PALIMPSEST, Close
from collab.roster import RosterAway
from collab.tally import Refusal, Spread, Tally, tally
from documents import allowance
from documents.engine import reading
from documents.postgres import LOST

if TYPE_CHECKING:
    from collab.process import Process

PATIENCE: Final = 2.0
"""What does not answer within so many seconds is away."""
NOBODY: Final = UUID(int=0)
PEER_CODES: Final = (1000, 1001, 1005, 1006)
"""A peer may close with any number; only these have a series of their own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a service answered, and after how many seconds."""

    up: bool
    seconds: float


async def exposition(process: Process) -> bytes:
    """Write everything that is known of a process in Prometheus' text format."""
    health = {
        "postgres": await _answer(process.log.heads([])),
        "redis": await _answer(process.store.present([NOBODY], 0)),
    }
    registry = CollectorRegistry()
    registry.register(ProcessCollector(registry=None))
    registry.register(_Seen(process, tally, health))
    return generate_latest(registry)


async def _answer(question: Awaitable[object]) -> Answer:
    asked = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE):
            await question
    except (*LOST, RosterAway, TimeoutError):
        return Answer(up=False, seconds=time.perf_counter() - asked)
    return Answer(up=True, seconds=time.perf_counter() - asked)


class _Seen(Collector):
    """One look at a process."""

    def __init__(
        self, process: Process, counted: Tally, health: Mapping[str, Answer]
    ) -> None:
        self._process = process
        self._tally = counted
        self._health = health

    def collect(self) -> Iterator[Metric]:
        """Give every metric family; called on the event loop, so nothing moves."""
        yield from self._people()
        yield from self._writing()
        yield from self._traffic()
        yield from self._repairs()
        yield from self._services()

    def _people(self) -> Iterator[Metric]:
        rooms = self._process.rooms.all()
        here = [one for room in rooms for one in room.participants.values()]
        live = sum(one.live for one in here)
        states = {
            "joining": max(0, self._tally.sockets - len(here)),
            "catching-up": len(here) - live,
            "live": live,
        }
        yield _gauges("sockets", "Open sockets by state.", "state", states)
        ours = sum(one.palimpsest for one in here)
        spoken = {PALIMPSEST: ours, "y-websocket": len(here) - ours}
        yield _gauges("participants", "Sockets in rooms.", "protocol", spoken)
        people = sum(1 for sockets in self._process.sockets.values() if sockets)
        yield _gauge("people", "Different people with a socket here.", people)
        yield _gauge("rooms", "Documents that are open here.", len(rooms))

    def _writing(self) -> Iterator[Metric]:
        counted, journal = self._tally, self._process.journal
        yield _counter("edits", "Updates committed.", counted.edits)
        yield _counter(
            "deliveries",
            "Updates handed to sockets: one that reaches 50 counts 50.",
            counted.deliveries,
        )
        yield _counter("said", "Messages of chats stored.", counted.said)
        yield _counter(
            "commented", "Changes of threads of comments stored.", counted.commented
        )
        yield _histogram(
            "commit_seconds", "Time a transaction took, locks included.", counted.commit
        )
        yield _histogram("batch_updates", "Updates per transaction.", counted.batch)
        yield _counter(
            "commits_lost", "Tries that found Postgres away.", counted.commits_lost
        )
        yield _counter(
            "batches_refused", "Batches Postgres refused.", counted.batches_refused
        )
        yield _gauge(
            "waiting_updates", "Updates not yet durable.", journal.waiting_updates
        )
        yield _gauge("waiting_bytes", "Their bytes as sent.", journal.waiting_bytes)
        yield _gauge(
            "commit_under_way_seconds",
            "How long the batch under way has taken so far, retries included.",
            journal.under_way(time.monotonic()),
        )

    def _traffic(self) -> Iterator[Metric]:
        counted = self._tally
        yield _counter("frames_received", "Frames of sockets.", counted.frames_in)
        yield _counter("bytes_received", "Their bytes.", counted.bytes_in)
        yield _counter("frames_sent", "Frames to sockets.", counted.frames_out)
        yield _counter("bytes_sent", "Their bytes.", counted.bytes_out)
        refused = CounterMetricFamily(
            "palimpsest_frames_refused", "Frames refused.", labels=("reason",)
        )
        for reason in get_args(Refusal):
            refused.add_metric((reason,), counted.refused[reason])
        yield refused
        asked = CounterMetricFamily(
            "palimpsest_requests_refused", "Asked too often.", labels=("reason",)
        )
        for kind in get_args(allowance.Kind):
            asked.add_metric((kind,), allowance.refused[kind])
        yield asked
        yield _closes(counted)
        yield _counter(
            "slow_readers_dropped",
            "Sockets cut for not reading.",
            counted.slow_readers,
        )

    def _repairs(self) -> Iterator[Metric]:
        counted = self._tally
        yield _counter(
            "audits", "Comparisons of rooms with their logs.", counted.audits
        )
        yield _counter(
            "audits_repaired",
            "Rooms that an audit found behind their log.",
            counted.audits_repaired,
        )
        yield _counter(
            "gaps_repaired", "Gaps between messages, read from the log.", counted.gaps
        )
        yield _counter("rooms_void", "Rooms emptied, out of step.", counted.rooms_void)
        yield _counter("snapshots", "Snapshots made.", counted.snapshots)
        yield _counter(
            "snapshots_failed", "Snapshots that failed.", counted.snapshots_failed
        )
        failed = CounterMetricFamily(
            "palimpsest_readings_failed", "Readings by an engine.", labels=("why",)
        )
        for why in get_args(reading.Why):
            failed.add_metric((why,), reading.failures[why])
        yield failed
        yield _counter(
            "messages_lost", "Messages to others dropped.", counted.messages_lost
        )
        yield _counter(
            "layer_failures", "Times the channel layer failed.", counted.layer_failures
        )

    def _services(self) -> Iterator[Metric]:
        up = {name: int(answer.up) for name, answer in self._health.items()}
        took = {name: answer.seconds for name, answer in self._health.items()}
        yield _gauges("service_up", "Whether it answered just now.", "service", up)
        yield _gauges("service_seconds", "How fast it answered.", "service", took)
        now = asyncio.get_running_loop().time()
        yield _gauge(
            "loop_stall_seconds",
            "The event loop's longest stall of the last 15 to 30 s.",
            self._process.stalls.longest(now),
        )
        yield _gauges(
            "process",
            "Which process this is.",
            "id",
            {self._process.exchange.process: 1},
        )
        yield _gauge("leaving", "1 while it drains.", int(self._process.leaving))


def _closes(counted: Tally) -> Metric:
    """Series that are there from the start: a rate needs to see them grow from 0."""
    family = CounterMetricFamily(
        "palimpsest_closes", "Sockets closed.", labels=("by", "code")
    )
    for code in Close:
        family.add_metric(("server", str(int(code))), counted.closed_by_us[code])
    peers = counted.closed_by_peer
    for number in PEER_CODES:
        family.add_metric(("peer", str(number)), peers[number])
    other = peers.total() - sum(peers[number] for number in PEER_CODES)
    family.add_metric(("peer", "other"), other)
    return family


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(f"palimpsest_{name}", help_, value)


def _gauges(name: str, help_: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"palimpsest_{name}", help_, labels=(label,))
    for key, value in sorted(values.items()):
        family.add_metric((key,), value)
    return family


def _counter(name: str, help_: str, value: float) -> Metric:
    return CounterMetricFamily(f"palimpsest_{name}", help_, value)


def _histogram(name: str, help_: str, spread: Spread) -> Metric:
    below = accumulate(spread.counts)
    bounds = [*map(str, map(float, spread.bounds)), "+Inf"]
    buckets = list(zip(bounds, below, strict=True))
    return HistogramMetricFamily(
        f"palimpsest_{name}", help_, buckets=buckets, sum_value=spread.sum
    )
