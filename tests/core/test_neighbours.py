"""When a process may believe that it is alone, and when it must greet."""

from collections.abc import Iterator
from random import Random

import pytest

from collab.neighbours import HELLO_SECONDS, SILENT_SECONDS, Neighbours


def proved(now: float = 10.0) -> Neighbours:
    """One whose own hello came back, and nobody else's for long enough."""
    one = Neighbours("me")
    one.hear("me", now - SILENT_SECONDS)
    one.hear("me", now)
    assert one.alone(now)
    return one


def test_nobody_is_alone_before_the_own_hello_came_back() -> None:
    assert not Neighbours("me").alone(100.0)


def test_neighbours_have_time_to_greet() -> None:
    one = Neighbours("me")
    one.hear("me", 10.0)
    assert not one.alone(10.0)
    one.hear("me", 9.9 + SILENT_SECONDS)
    assert not one.alone(9.9 + SILENT_SECONDS)
    assert one.alone(10.0 + SILENT_SECONDS)


def test_one_hello_of_another_ends_it_at_once() -> None:
    one = proved(10.0)
    one.hear("other", 10.5)
    assert not one.alone(10.5)


def test_who_falls_silent_is_forgotten() -> None:
    one = proved(10.0)
    one.hear("other", 10.0)
    one.hear("me", 10.0 + SILENT_SECONDS)
    assert not one.alone(10.0 + SILENT_SECONDS)
    assert one.alone(10.1 + SILENT_SECONDS)


def test_while_the_layer_is_away_nobody_is_alone() -> None:
    one = proved(10.0)
    assert not one.alone(10.1 + SILENT_SECONDS)
    one.hear("me", 20.0)
    assert not one.alone(20.0), "others may have come meanwhile"
    one.hear("me", 20.0 + SILENT_SECONDS)
    assert one.alone(20.0 + SILENT_SECONDS)


def test_who_hears_two_others_need_not_greet() -> None:
    one = Neighbours("me")
    assert one.owes(0.0)
    one.hear("other", 0.5)
    one.hear("other", 1.0)
    one.hear("me", 1.0)
    assert one.owes(1.0), "the other might believe to be alone"
    one.hear("third", 1.5)
    assert not one.owes(1.5)
    assert one.owes(1.1 + HELLO_SECONDS), "one of them fell silent"


class Town:
    """Processes that greet in rounds of their own, over a layer that loses some."""

    def __init__(self, size: int, random: Random, lost: float = 0.0) -> None:
        self.living = {f"p{n}": Neighbours(f"p{n}") for n in range(size)}
        self.phases = {p: random.uniform(0, HELLO_SECONDS) for p in self.living}
        self.random, self.lost, self.now, self.hellos = random, lost, 0.0, 0

    def live(self, rounds: int) -> Iterator[None]:
        """Let each process have so many rounds; stop after each of anybody's."""
        began = self.now - self.now % HELLO_SECONDS
        for number in range(rounds):
            for process in sorted(self.living, key=self.phases.__getitem__):
                self.now = began + number * HELLO_SECONDS + self.phases[process]
                self.round(process)
                yield
        self.now = began + rounds * HELLO_SECONDS

    def round(self, process: str) -> None:
        if not self.living[process].owes(self.now):
            return
        self.hellos += 1
        for other in self.living.values():
            if self.random.random() >= self.lost:
                other.hear(process, self.now)

    def alone(self) -> list[str]:
        return [p for p, it in self.living.items() if it.alone(self.now)]


@pytest.mark.parametrize("size", [2, 3, 4, 50])
def test_of_several_nobody_believes_to_be_alone(size: int) -> None:
    for seed in range(20):
        town = Town(size, Random(seed))
        for _ in town.live(20):
            assert not town.alone()


def test_hellos_grow_no_more_than_the_processes_do() -> None:
    town = Town(200, Random(7))
    list(town.live(1))
    before = town.hellos
    list(town.live(10))
    assert town.hellos - before <= 4 * 10


def test_whoever_is_left_learns_that_it_is_alone() -> None:
    town = Town(30, Random(3))
    list(town.live(5))
    town.living = dict([town.living.popitem()])
    list(town.live(2))
    assert not town.alone()
    list(town.live(8))
    assert town.alone() == list(town.living)


def test_a_layer_that_loses_messages_seldom_deceives_anybody() -> None:
    town = Town(20, Random(5), lost=0.2)
    moments = [town.alone() for _ in town.live(100)]
    assert sum(map(bool, moments)) <= len(moments) / 100
