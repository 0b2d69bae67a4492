"""The heap is trimmed when more lies free than before, and not for nothing."""

from pathlib import Path

from collab import heap


class Pretended:
    """A C library that counts."""

    def __init__(self) -> None:
        self.lying = 50 * heap.GROWTH
        self.trimmed = 0

    def free(self) -> int:
        return self.lying

    def trim(self) -> None:
        self.trimmed += 1


async def test_what_lay_free_from_the_start_or_was_given_back_is_left_alone() -> None:
    library = Pretended()
    rounds = heap.Heap(library)
    await rounds.round()
    assert library.trimmed == 0
    library.lying += heap.GROWTH + 1
    for _ in range(3):
        await rounds.round()
    assert library.trimmed == 1


async def test_what_was_used_again_and_freed_again_is_given_back_again() -> None:
    library = Pretended()
    rounds = heap.Heap(library)
    for used in (0, 2 * heap.GROWTH):
        library.lying -= used
        await rounds.round()
        library.lying += used
        await rounds.round()
    assert library.trimmed == 1


async def test_without_such_a_library_nothing_happens() -> None:
    await heap.Heap(None).round()


def test_glibc_tells_what_lies_free_and_gives_it_back() -> None:
    library = heap.own()
    if library is None:  # a Mac, or musl: there the server trims nothing
        return
    blocks = [b"%d" % number * 5000 for number in range(1000, 2000)]
    kept, before = blocks[::50], library.free()
    del blocks
    assert library.free() > before + 15_000_000
    full = resident()
    library.trim()
    assert resident() < full - 10_000_000
    assert len(kept) == 20


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
