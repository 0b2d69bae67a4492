"""The codec against the vectors that the front end reads too."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab import protocol
from documents.yjs.lib0 import Malformed

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "frames.json").read_text()
)
FIELDS = {"stateVector": "state_vector"}
BYTES = {"stateVector", "update", "awareness"}


def frame_of(told: Mapping[str, object]) -> protocol.Frame:
    """Build the frame that a vector tells."""
    values = {
        FIELDS.get(name, name): bytes.fromhex(str(value)) if name in BYTES else value
        for name, value in told.items()
        if name != "type"
    }
    frame: protocol.Frame = getattr(protocol, str(told["type"]))(**values)
    return frame


def of_client(told: Mapping[str, object]) -> bool:
    return isinstance(frame_of(told), protocol.FromClient)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_each_vector_is_what_the_frame_encodes_to(vector: dict[str, object]) -> None:
    told = vector["frame"]
    assert isinstance(told, dict)
    assert protocol.encode(frame_of(told)).hex() == vector["hex"]


@pytest.mark.parametrize(
    "vector",
    [vector for vector in VECTORS if of_client(vector["frame"])],
    ids=lambda vector: vector["name"],
)
def test_each_frame_of_a_client_is_read_back(vector: dict[str, object]) -> None:
    told = vector["frame"]
    assert isinstance(told, dict)
    assert protocol.decode(bytes.fromhex(str(vector["hex"]))) == frame_of(told)


@pytest.mark.parametrize(
    "vector",
    [vector for vector in VECTORS if not of_client(vector["frame"])],
    ids=lambda vector: vector["name"],
)
def test_what_only_the_server_says_is_malformed(vector: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        protocol.decode(bytes.fromhex(str(vector["hex"])))


@given(st.binary(max_size=64))
def test_any_bytes_are_a_frame_or_malformed(payload: bytes) -> None:
    try:
        frame = protocol.decode(payload)
    except Malformed:
        return
    assert protocol.decode(protocol.encode(frame)) == frame


def test_bytes_after_a_frame_are_malformed() -> None:
    with pytest.raises(Malformed, match="left over"):
        protocol.decode(b"\x03\x03")


@given(st.binary(max_size=140), st.binary(max_size=3))
def test_a_short_change_is_what_the_frame_says(update: bytes, other: bytes) -> None:
    written = protocol.encode(protocol.Change(update))
    found = protocol.short_change(written)
    assert found == (update if len(update) < 128 else None)
    for damaged in (other + written, written + other, written[: len(other)], other):
        found = protocol.short_change(damaged)
        if found is not None:
            assert protocol.decode(damaged) == protocol.Change(found)
