"""The capacity model's answers as tables: what is needed, and what breaks first."""

from collections.abc import Callable
from math import isinf
from typing import Final

from bench.capacity import Costs, Machines, Need, People, measured, most, need
from bench.record import Results

ONLINE: Final = (1e3, 1e5, 1e7)
UNITS: Final = {
    "idle_web": "a second of an idle socket, web, µs",
    "idle_redis": "the same, Valkey, µs",
    "idle_postgres": "the same, Postgres, µs",
    "edit_web": "an edit, web, µs",
    "edit_postgres": "an edit, Postgres, µs",
    "delivery_web": "a delivery, web, µs",
    "told_web": "a copy of a message between processes, web, µs",
    "told_redis": "the same, Valkey, µs",
    "opening_web": "opening a socket, web, µs",
    "opening_postgres": "the same, Postgres, µs",
    "socket_bytes": "an idle socket, bytes",
    "document_bytes": "an open document of 50,000 letters, bytes",
    "wal_bytes": "an edit, write-ahead log, bytes",
}
LIMITS: Final[dict[str, Callable[[Need], bool]]] = {
    "one web process": lambda it: it.processes <= 1,
    "one Valkey for the channel layer": lambda it: (
        it.redis_cores + it.hello_cores <= Machines.busy
    ),
    "one Valkey for the hellos of all processes": lambda it: (
        it.hello_cores <= Machines.busy
    ),
    "one Valkey for presence": lambda it: it.presence_cores <= Machines.busy,
    "one Postgres: CPU": lambda it: (
        it.postgres_cores <= Machines.busy * Machines.postgres_cores
    ),
    "one Postgres: flushes": lambda it: (
        it.postgres_flushes <= Machines.postgres_flushes
    ),
    "one Postgres: write-ahead log": lambda it: (
        it.postgres_wal <= Machines.postgres_wal
    ),
}


def told(peers: Results, growth: Results) -> str:
    """Write costs, needs and limits."""
    costs = measured(peers, growth)
    parts = ["What one of each costs, measured:", "", _costs(costs), ""]
    for affinity in (False, True):
        how = "all to one process" if affinity else "to any process"
        parts += [f"What people need, a document's sockets going {how}:", ""]
        parts += [_needs(costs, affinity=affinity), ""]
    parts += ["How many people online one of each carries:", "", _limits(costs)]
    return "\n".join(parts)


def _costs(costs: Costs) -> str:
    lines = ["| | |", "| --- | --- |"]
    lines += [f"| {UNITS[name]} | {value:,.3g} |" for name, value in _figures(costs)]
    return "\n".join(lines)


def _figures(costs: Costs) -> list[tuple[str, float]]:
    return [(name, getattr(costs, name)) for name in UNITS]


def _needs(costs: Costs, *, affinity: bool) -> str:
    rows: dict[str, list[str]] = {}
    for online in ONLINE:
        it = need(People(online, affinity=affinity), costs, Machines())
        for name, value in {
            "edits a second": it.edits,
            "deliveries a second": it.deliveries,
            "copies between processes a second": it.told,
            "web processes": it.processes,
            "Valkey shards": it.redis,
            "Postgres primaries": it.postgres,
            "of it, Postgres cores busy": it.postgres_cores,
            "Postgres flushes a second, at most": it.postgres_flushes,
            "write-ahead log, MB/s": it.postgres_wal / 1e6,
        }.items():
            rows.setdefault(name, []).append(_number(value))
    head = ["people online", *(f"{online:,.0f}" for online in ONLINE)]
    lines = [head, ["---"] * len(head), *([name, *row] for name, row in rows.items())]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _limits(costs: Costs) -> str:
    lines = ["| | any process | one process a document |", "| --- | --- | --- |"]
    for name, fits in LIMITS.items():
        cells = [
            _number(most(fits, People(1, affinity=affinity), costs))
            for affinity in (False, True)
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _number(value: float) -> str:
    if isinf(value):
        return "no number suffices"
    if value >= 0.99e9:
        return "10^9 and more"
    rounded = float(f"{value:.2g}") if value >= 100 else value
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:.2g}"
