"""The capacity model: more people never need less, and what breaks is said so."""

from dataclasses import replace
from math import inf, isinf
from typing import Final

import pytest

from bench.capacity import Costs, Machines, Need, People, most, need, neighbours
from bench.forecast import LIMITS

COSTS: Final = Costs(
    idle_web=20,
    idle_redis=2,
    idle_postgres=2,
    edit_web=250,
    edit_postgres=120,
    delivery_web=20,
    told_web=60,
    told_redis=6,
    opening_web=9_000,
    opening_postgres=3_000,
    socket_bytes=38_000,
    document_bytes=60_000,
    wal_bytes=400,
)
CROWDS: Final = [10.0**power for power in range(2, 8)]


def needs(**people: float) -> list[Need]:
    return [need(People(online, **people), COSTS, Machines()) for online in CROWDS]  # type: ignore[arg-type]


@pytest.mark.parametrize("part", ["processes", "redis", "postgres", "postgres_wal"])
@pytest.mark.parametrize("together", [1.0, 2.5, 20.0])
def test_more_people_need_no_less(part: str, together: float) -> None:
    found = [getattr(one, part) for one in needs(together=together)]
    assert found == sorted(found)
    assert found[0] < found[-1]


@pytest.mark.parametrize(
    "people", [{"typing": 0.3}, {"rate": 6.0}, {"together": 30.0}, {"session": 60.0}]
)
def test_who_does_more_needs_no_less(people: dict[str, float]) -> None:
    for quiet, busy in zip(needs(), needs(**people), strict=True):
        assert busy.processes >= quiet.processes
        assert busy.postgres >= quiet.postgres


def test_a_document_in_one_process_tells_nobody_but_itself() -> None:
    people = People(1e5, affinity=True)
    assert neighbours(people, 100)[1] == 0
    assert neighbours(replace(people, affinity=False), 100)[1] > 0
    found = need(people, COSTS, Machines())
    assert found.told == people.edits


def test_one_process_greets_nobody() -> None:
    found = need(People(10), COSTS, Machines())
    assert (found.processes, found.told, found.hello_cores) == (1, 0, 0)


def test_hellos_grow_as_the_processes_do() -> None:
    few, many = (need(People(online), COSTS, Machines()) for online in (1e5, 1e6))
    share = many.hello_cores / few.hello_cores
    assert share == pytest.approx(many.processes / few.processes)


def test_hellos_lie_on_one_shard_and_end_somewhere() -> None:
    assert not isinf(need(People(1e5), COSTS, Machines()).redis)
    assert isinf(need(People(1e9), COSTS, Machines()).redis)


@pytest.mark.parametrize("name", LIMITS)
def test_each_limit_is_between_none_and_all(name: str) -> None:
    carried = most(LIMITS[name], People(1), COSTS)
    assert 1 < carried < inf
    beyond = need(People(carried * 1.1), COSTS, Machines())
    assert not LIMITS[name](beyond)
