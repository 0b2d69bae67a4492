"""Whose caret is whose: a socket speaks for its own Yjs clients, the newest for one."""

from collab.awareness import State
from collab.carets import CLIENTS, Carets
from collab.participant import Participant, Person
from documents.models import Role

ANA, BO = Person(1, "Ana", 1), Person(2, "Bo", 2)


def _silent(_: object) -> None:
    pass


async def _open(_: object) -> None:
    pass


def tab(person: Person, socket: str = "", *, palimpsest: bool = True) -> Participant:
    """A socket of a person."""
    return Participant(
        socket=socket or person.name,
        person=person,
        role=Role.EDITOR,
        palimpsest=palimpsest,
        since=0,
        active=0,
        session="",
        post=_silent,
        close=_open,
    )


def at(client: int, clock: int = 1, **shown: int) -> State:
    return State(client, clock, {"user": {"name": "whoever"}, **shown})


def gone(client: int, clock: int = 1) -> State:
    return State(client, clock, None)


def names(states: list[State]) -> list[tuple[int, object]]:
    """Clients and who the server says they are."""
    return [(s.client, s.state and dict(s.state["user"])["name"]) for s in states]  # type: ignore[arg-type]


def test_the_server_says_whose_caret_it_is() -> None:
    carets = Carets()
    assert names(carets.take(tab(ANA), [at(7)])) == [(7, "Ana")]


def test_nobody_speaks_for_another_person() -> None:
    carets = Carets()
    ana, bo = tab(ANA), tab(BO)
    shown = carets.take(ana, [at(7)])
    assert carets.take(bo, [at(7, 9)]) == []
    assert carets.take(bo, [gone(7, 9)]) == []
    assert carets.states() == shown


def test_repeating_everybody_claims_nobody() -> None:
    carets = Carets()
    ana, bo = tab(ANA), tab(BO, palimpsest=False)
    shown = carets.take(ana, [at(7)])
    assert carets.take(bo, [*shown, at(9)]) == []
    assert names(carets.take(bo, [at(9)])) == [(9, "Bo")]
    assert names(carets.take(bo, [*shown, at(9, 2)])) == [(9, "Bo")]
    carets.leave(ana)
    assert carets.take(bo, shown) == []


def test_a_second_tab_that_repeats_the_first_does_not_take_it_over() -> None:
    carets = Carets()
    first, second = tab(ANA, "1"), tab(ANA, "2", palimpsest=False)
    shown = carets.take(first, [at(7)])
    assert carets.take(second, shown) == []
    assert names(carets.take(first, [at(7, 2)])) == [(7, "Ana")]
    assert names(carets.take(second, [at(8)])) == [(8, "Ana")]


def test_the_newest_socket_has_the_id_of_one_that_died() -> None:
    carets = Carets()
    old, new = tab(ANA, "old"), tab(ANA, "new")
    carets.take(old, [at(7)])
    assert names(carets.take(new, [at(7)])) == [(7, "Ana")]
    assert carets.take(old, [at(7, 3)]) == []
    assert carets.leave(old) == []
    assert [state.client for state in carets.leave(new)] == [7]
    assert carets.states() == []


def test_a_socket_speaks_for_so_many_clients_and_a_stock_one_for_one() -> None:
    carets = Carets()
    ana, bo = tab(ANA), tab(BO, palimpsest=False)
    taken = [carets.take(ana, [at(client)]) for client in range(CLIENTS + 5)]
    assert len([1 for states in taken if states]) == CLIENTS
    assert carets.take(bo, [at(100)])
    assert not carets.take(bo, [at(101)])
    assert len(carets.states()) == CLIENTS + 1


def test_words_of_another_process_are_believed_for_its_own() -> None:
    here, there = Carets(), Carets()
    shown = here.take(tab(ANA), [at(7, 5)])
    foreign = there.take(tab(BO), [at(7, 9)])
    assert here.hear(foreign) == []
    assert here.hear([gone(7, 9)]) == []
    assert here.states() == shown
    other = there.take(tab(BO), [at(8)])
    assert here.hear(other) == other
    assert here.hear([gone(8)]) == [gone(8)]
    assert here.states() == shown


def test_a_person_who_came_back_in_another_process_speaks_there() -> None:
    here, there = Carets(), Carets()
    old = tab(ANA, "old")
    there.hear(here.take(old, [at(7)]))
    told = there.take(tab(ANA, "new"), [at(7, 2)])
    assert here.hear(told) == told
    assert here.leave(old) == []
    assert here.take(old, [at(7, 3)]) == []


def test_carets_of_a_process_that_died_are_swept() -> None:
    here, there = Carets(), Carets()
    mine = here.take(tab(ANA), [at(7)])
    foreign = [here.has_foreign]
    here.hear(there.take(tab(BO), [at(8)]))
    foreign.append(here.has_foreign)
    assert foreign == [False, True]
    assert here.sweep(set()) == []
    assert here.sweep({8}) == []
    assert here.sweep(set()) == [gone(8)]
    assert here.sweep(set()) == []
    assert here.states() == mine


def test_only_what_may_be_ones_own_is_read() -> None:
    carets = Carets()
    ana, bo = tab(ANA), tab(BO)
    carets.take(ana, [at(7)])
    concerns = carets.concern(bo)
    assert (concerns(7), concerns(8)) == (False, True)
    assert carets.concern(ana)(7)
