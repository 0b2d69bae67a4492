"""When a process may believe that it is alone."""

from collab.neighbours import ANSWER_SECONDS, HELLO_SECONDS, LOST_HELLOS, Neighbours

SILENT = HELLO_SECONDS * LOST_HELLOS


def proved(now: float = 10.0) -> Neighbours:
    """One whose own hello came back."""
    one = Neighbours("me")
    assert not one.hear("me", now)
    return one


def test_nobody_is_alone_before_the_own_hello_came_back() -> None:
    assert not Neighbours("me").alone(100.0)


def test_neighbours_have_time_to_answer() -> None:
    one = proved(10.0)
    assert not one.alone(10.0)
    assert one.alone(10.0 + ANSWER_SECONDS)


def test_somebody_new_is_answered_once() -> None:
    one = proved(10.0)
    assert one.hear("other", 10.5)
    assert not one.hear("other", 12.5)
    assert not one.alone(13.0)


def test_who_falls_silent_is_forgotten_and_answered_when_back() -> None:
    one = proved(10.0)
    one.hear("other", 10.0)
    one.hear("me", 10.0 + SILENT)
    assert not one.alone(10.0 + SILENT)
    assert one.alone(10.1 + SILENT)
    assert one.hear("other", 11.0 + SILENT)
    assert not one.alone(11.0 + SILENT)


def test_while_the_layer_is_away_nobody_is_alone() -> None:
    one = proved(10.0)
    assert not one.alone(10.1 + SILENT)
    one.hear("me", 20.0)
    assert not one.alone(20.0), "others may have come meanwhile"
    assert one.alone(20.0 + ANSWER_SECONDS)
