"""Whether the soak sees growth, and letters that were not kept."""

from bench.soak import thirds


def looks(*values: float) -> list[dict[str, float]]:
    return [{"at": float(at), "web": value} for at, value in enumerate(values)]


def test_what_grows_only_at_first_is_flat() -> None:
    assert thirds(looks(10, 40, 90, 100, 100, 100, 100, 100, 100), "web") == (100, 100)


def test_what_grows_on_is_seen() -> None:
    assert thirds(looks(*range(9)), "web") == (4, 7)


def test_too_few_looks_say_nothing() -> None:
    assert thirds(looks(7), "web") == (0, 7)
