"""How fast a socket is read: haste waits, and nothing is refused."""

import pytest

from collab.pace import BURST_SECONDS, Pace


def test_a_burst_passes_and_then_the_pace_holds() -> None:
    pace = Pace(frames=10, size=1000)
    delays = [pace.delay(1, now=100.0) for _ in range(30)]
    burst = int(10 * BURST_SECONDS)
    assert delays[:burst] == [0.0] * burst
    assert delays[burst:] == pytest.approx([0.1 * n for n in range(1, 11)])


def test_large_frames_count_by_their_bytes() -> None:
    pace = Pace(frames=1000, size=1000)
    assert pace.delay(2000, now=50.0) == pytest.approx(0.0)
    assert pace.delay(3000, now=50.0) == pytest.approx(3.0)


def test_who_waits_has_its_pace_again() -> None:
    pace = Pace(frames=1, size=1000)
    for _ in range(10):
        pace.delay(1, now=0.0)
    assert pace.delay(1, now=1000.0) == 0.0


def test_a_steady_sender_is_never_held_up() -> None:
    pace = Pace(frames=100, size=10**6)
    assert all(pace.delay(500, now=9 + n / 99) == 0.0 for n in range(1000))


def test_what_is_allowed_need_not_wait() -> None:
    pace = Pace(frames=10, size=10**6)
    allowed = []
    for n in range(60):
        now = 7 + n / 20
        allowed.append(pace.allows(now))
        assert allowed[-1] <= (pace.delay(1, now) == 0.0)
    assert {*allowed} == {True, False}
