"""The bench's own loads and clients on our server, for a moment; nothing is timed."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final
from uuid import UUID

import pytest

from bench.clients import Clients, Failed, clients
from bench.house import Owner, target
from bench.load import Row, Shape, Unloaded, by_ours, quiet
from bench.soak import stored
from bench.target import Target
from bench.workloads import most, open_cold, sweep, type_until_killed
from collab.boot.stack import Stack
from collab.boot.web import Web
from documents.models import Head, Update
from tests.conftest import Webs

pytestmark = [
    pytest.mark.server,
    pytest.mark.node,
    pytest.mark.django_db(transaction=True),
]
PATIENCE: Final = 60.0
BRIEF: Final = Shape(
    sockets=4, typers=2, rate=10, seconds=0.5, warm=0.2, drain=PATIENCE
)
LONGER: Final = replace(BRIEF, seconds=3.0)
"""Some of it comes while it is measured, also where the machine halts for a while."""
ENV: Final = {"SOCKETS_PER_USER": "5000"}


@pytest.fixture
def crew() -> Iterator[Clients]:
    """Clients that can be told what to do."""
    with clients() as found:
        yield found


@pytest.fixture
def owner() -> Owner:
    """Who owns the documents."""
    return Owner()


def at(webs: list[Web], stack: Stack, owner: Owner) -> Target:
    """Describe servers as the bench does."""
    return target("ours", webs, stack, owner)


def test_a_load_gives_a_row(house: Web, stack: Stack, owner: Owner) -> None:
    row = by_ours(at([house], stack, owner), LONGER)
    assert row.arrived == 1
    assert 0 < row.edits <= LONGER.edits * (1 + LONGER.warm / LONGER.seconds)
    assert row.deliveries > 0
    assert 0 < row.p50 <= row.p95 <= row.p99
    assert set(row.cores) == {"web", "redis", "postgres"}
    assert 0 < row.web_us < row.all_us
    assert Update.objects.count() > row.edits * LONGER.seconds


def test_a_soak_counts_what_was_kept(house: Web, stack: Stack, owner: Owner) -> None:
    here = at([house], stack, owner)
    (document,) = here.fresh(1)
    shape = replace(LONGER, warm=0.0)
    row = by_ours(replace(here, fresh=lambda _: [document]), shape)
    assert stored(document) == round(row.edits * shape.seconds) > 0


def test_sockets_are_dealt_to_two_servers(
    house: Web, webs: Webs, stack: Stack, owner: Owner
) -> None:
    both = at([house, webs(ORIGINS=house.origin)], stack, owner)
    row = by_ours(both, replace(LONGER, documents=3, sockets=2, typers=1))
    assert row.arrived == 1
    assert Head.objects.filter(seq__gt=1).count() == 3


def test_a_load_that_is_refused_is_told(webs: Webs, stack: Stack, owner: Owner) -> None:
    here = at([webs(SOCKETS_PER_DOCUMENT="2")], stack, owner)
    spoiled: list[bool] = []
    with pytest.raises(Unloaded):
        quiet(partial(by_ours, here, BRIEF), lambda: spoiled.append(True))
    assert len(spoiled) == 3


def test_nothing_is_lost_by_a_kill(
    webs: Webs, stack: Stack, owner: Owner, crew: Clients
) -> None:
    web = webs()

    def restart() -> Target:
        web.kill9()
        web.start()
        return at([web], stack, owner)

    here = at([web], stack, owner)
    assert type_until_killed(crew, here, restart, 3, patience=PATIENCE) == 0


def test_another_text_is_not_taken_for_b4(
    house: Web, stack: Stack, owner: Owner, crew: Clients
) -> None:
    here = at([house], stack, owner)
    with pytest.raises(Unloaded, match="not B4"):
        open_cold(crew, here, owner.documents(1)[0], patience=0.1)


def test_clients_say_what_failed(
    house: Web, stack: Stack, owner: Owner, crew: Clients
) -> None:
    here = at([house], stack, owner)
    stranger = str(UUID(int=0))
    with pytest.raises(Failed, match="closed: 4404"):
        crew.do("open", name="one", document=stranger, **here.connect)


def row(shape: Shape, knee: float) -> Row:
    """Make the row of a server that sustains so many edits a second."""
    held = shape.edits <= knee
    return Row(
        server="made up",
        documents=1,
        sockets=50,
        offered=shape.edits,
        edits=shape.edits,
        deliveries=49 * min(shape.edits, knee),
        arrived=1.0 if held else 0.5,
        p50=1,
        p95=10 if held else 900,
        p99=1000,
        cores={"web": 0.5},
        waited=0,
        load_cores=0.5,
        messages=1,
    )


@pytest.mark.parametrize("begin", [10, 900, 5000])
def test_a_sweep_finds_the_knee(begin: float) -> None:
    rows = sweep(lambda shape: row(shape, knee=1000), begin)
    assert 49 * 1000 / 1.6 < most(rows) <= 49 * 1000
