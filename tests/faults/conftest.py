"""A session of its own: it kills the services that others would share.

`pytest tests/faults` runs the short form; `--long` waits as long as reality does and
writes docs/reliability.md; `--seed` repeats a run.
"""

from collections.abc import Generator, Iterator
from random import Random, SystemRandom

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from collab.boot.stack import Stack
from tests.core.yjs import Judge
from tests.faults import table
from tests.faults.bench import Bench
from tests.faults.nerves import Nerves
from tests.faults.odd import Odd
from tests.faults.site import Site

SHORT = {
    "AUDIT_SECONDS": "1",
    "HEARTBEAT_SECONDS": "1",
    "PING_SECONDS": "1",
    "PONG_SECONDS": "2",
    "PRESENCE_SECONDS": "4",
}
HASTE = 10
_PASSED: pytest.StashKey[int] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="at full length")
    parser.addoption("--seed", type=int, help="of chance in the faults")


def pytest_report_header(config: pytest.Config) -> str:
    return f"faults: seed {_seed(config)}"


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out of the short form what says little beyond the rest of it."""
    if not config.option.long:
        left = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


def pytest_sessionstart(session: pytest.Session) -> None:
    session.stash[_PASSED] = 0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count what passed: only a run of every story, to its end, makes the table."""
    report = yield
    if call.when == "call" and report.passed:
        item.session.stash[_PASSED] += 1
    return report


def _of_all(session: pytest.Session) -> bool:
    """Tell whether every story there is was told, and well."""
    config = session.config
    every = not config.option.keyword and config.args == ["tests/faults"]
    return every and session.stash[_PASSED] == session.testscollected


def _seed(config: pytest.Config) -> int:
    if config.option.seed is None:
        config.option.seed = SystemRandom().randrange(2**32)
    return int(config.option.seed)


@pytest.fixture(scope="session")
def site(
    stack: Stack,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Iterator[Site]:
    """Two web processes; tests start them where they do not run."""
    env = {} if pytestconfig.option.long else SHORT
    site = Site(stack, tmp_path_factory.mktemp("site"), env)
    site.webs += [site.another(), site.another()]
    assert site.postgres.port
    with django_db_blocker.unblock():
        call_command("migrate", verbosity=0)
        connection.close()
        try:
            yield site
        finally:
            site.end()
            connection.close()


@pytest.fixture(scope="session")
def bench(
    request: pytest.FixtureRequest, site: Site, pytestconfig: pytest.Config
) -> Iterator[Bench]:
    """What all stories share."""
    long = bool(pytestconfig.option.long)
    nerves = Nerves() if long else Nerves().hurried(HASTE)
    odd = Odd(site)
    with Judge() as yjs:
        bench = Bench(site, nerves, long, Random(_seed(pytestconfig)), yjs, odd)
        try:
            yield bench
        finally:
            odd.end()
    if long and _of_all(request.session):
        table.write(bench.outcomes, _seed(pytestconfig))
