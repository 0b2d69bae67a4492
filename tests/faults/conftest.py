"""A session of its own: it kills the services that others would share.

`pytest tests/faults` runs the short form; `--long` waits as long as reality does and
keeps what came of each story, of which docs/reliability.md is made; `--resume` leaves
out what held at this commit; `--seed` repeats a run.
"""

from collections.abc import Generator, Iterator
from dataclasses import replace
from random import Random, SystemRandom
from typing import cast

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from collab.boot.stack import Stack
from tests.core.yjs import Judge
from tests.faults import records, table
from tests.faults.bench import Bench
from tests.faults.nerves import Nerves
from tests.faults.odd import Odd
from tests.faults.site import Site

SHORT = {
    "AUDIT_SECONDS": "1",
    "HEARTBEAT_SECONDS": "1",
    "PING_SECONDS": "1",
    "PRESENCE_SECONDS": "4",
}
HASTE = 10


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="at full length")
    parser.addoption("--resume", action="store_true", help="where a run stopped")
    parser.addoption("--seed", type=int, help="of chance in the faults")


def pytest_configure(config: pytest.Config) -> None:
    if config.option.seed is None:
        config.option.seed = SystemRandom().randrange(2**32)


def pytest_report_header(config: pytest.Config) -> str:
    return f"faults: seed {config.option.seed}"


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what held at this commit, where a run is resumed."""
    if config.option.resume:
        left = [item for item in items if records.holds(_story(item))]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what came of a story that was told at length."""
    report = yield
    told = item.config.option.long and item.get_closest_marker("faults")
    if told and report.when == "call":
        occasion = records.Occasion.now(item.config.option.seed)
        if report.passed:
            bench = cast("Bench", cast("pytest.Function", item).funcargs["bench"])
            records.held(_story(item), bench.outcomes[-1], occasion)
        else:
            records.fell(_story(item), occasion)
        table.write(list(records.kept()))
    return report


def pytest_report_teststatus(
    report: pytest.CollectReport | pytest.TestReport, config: pytest.Config
) -> tuple[str, str, str] | None:
    """Say on the line of a story how many seconds it took."""
    if not isinstance(report, pytest.TestReport) or report.when != "call":
        return None
    if not config.option.long or report.skipped:
        return None
    word = f"{report.outcome.upper()} {report.duration:.0f} s"
    return report.outcome, "." if report.passed else "F", word


def _story(item: pytest.Item) -> str:
    return item.nodeid.rpartition("/")[2]


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
def _bench(site: Site, pytestconfig: pytest.Config) -> Iterator[Bench]:
    """What all stories share."""
    long = bool(pytestconfig.option.long)
    nerves = Nerves()
    if not long:
        # No silence is shorter than in reality: a busy machine has its own.
        nerves = replace(nerves.hurried(HASTE), silence=nerves.silence)
    odd = Odd(site)
    with Judge() as yjs:
        bench = Bench(site, nerves, long, Random(), yjs, odd)
        try:
            yield bench
        finally:
            odd.end()


@pytest.fixture
def bench(
    request: pytest.FixtureRequest, _bench: Bench, pytestconfig: pytest.Config
) -> Bench:
    """The same, with chances of each story's own, so that one can be told alone."""
    _bench.chance.seed(f"{pytestconfig.option.seed} {_story(request.node)}")
    return _bench
