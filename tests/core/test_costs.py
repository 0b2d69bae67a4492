"""Memory: no update takes a hundred times its bytes, whatever it repeats.

Time is measured in `make fuzz` alone: here it would only say how busy a machine is.
"""

import pytest

from documents.yjs.admission import Admission, Ledger
from tests.core.costs import cost
from tests.core.dense import SHAPES


@pytest.mark.parametrize("repeated", [40, 3_000])
@pytest.mark.parametrize("name", SHAPES)
def test_what_repeats_takes_little(name: str, repeated: int) -> None:
    found = cost(Ledger(), SHAPES[name](repeated), partial=True)
    assert isinstance(found.outcome, Admission)
    assert not found.outcome.lacks
    assert found.memory <= found.allowed


def test_what_waits_in_vain_takes_little() -> None:
    unknown = b"\x84\x01\x00\x01a"  # a letter after the first id of client 1
    waiting = b"\x01\x90\x4e\x02\x00" + unknown * 10_000 + b"\x00"
    found = cost(Ledger(), waiting, partial=True)
    assert isinstance(found.outcome, Admission)
    assert found.outcome.lacks
    assert found.outcome.update.empty
    assert found.memory <= found.allowed
