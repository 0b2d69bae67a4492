"""How large the tests of the core are: small by default, any size for a fuzz run."""

from collections.abc import Iterator

import pytest

from tests.core.yjs import Judge


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of `pytest tests/core`."""
    group = parser.getgroup("fuzz")
    group.addoption("--histories", type=int, help="random histories to try")
    group.addoption("--first-seed", type=int, help="the seed of the first of them")


@pytest.fixture(scope="session")
def histories(request: pytest.FixtureRequest) -> int:
    """How many random histories to try."""
    return request.config.getoption("histories", None) or 40


@pytest.fixture(scope="session")
def first_seed(request: pytest.FixtureRequest) -> int:
    """The seed of the first history; the others follow."""
    return request.config.getoption("first_seed", None) or 1


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    """Yjs itself, in Node."""
    with Judge() as judge:
        yield judge
