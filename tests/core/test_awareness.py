"""The awareness message: read within bounds, stamped, written again."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.awareness import (
    DEPTH,
    ENTRIES,
    STATES,
    Json,
    State,
    encode,
    load,
    parse,
    stamp,
)
from documents.yjs.lib0 import MAX_CLOCK, MAX_SAFE, Malformed, Writer

SIZE = 4096
ADA: dict[str, Json] = {"id": 7, "name": "Ada", "hue": 3, "color": "#8e6503"}

values: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15) + 1, 10**15 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)
states = st.builds(
    State,
    client=st.integers(0, MAX_SAFE),
    clock=st.integers(0, MAX_CLOCK),
    state=st.none() | st.dictionaries(st.text(max_size=5), values, max_size=4),
)


def message(text: bytes, client: int = 1, clock: int = 1) -> bytes:
    """Write a message with one state of any bytes."""
    writer = Writer()
    writer.uint(1)
    writer.uint(client)
    writer.uint(clock)
    writer.blob(text)
    return writer.finish()


@given(st.lists(states, max_size=5))
def test_what_is_written_is_read_again(entries: list[State]) -> None:
    assert parse(encode(entries), 1 << 20) == entries


@given(states)
def test_a_state_survives_being_kept(entry: State) -> None:
    assert load(entry.dump()) == entry.state
    assert load(entry.dump().encode()) == entry.state


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(payload: bytes) -> None:
    try:
        entries = parse(payload, SIZE)
    except Malformed:
        return
    assert parse(encode(entries), 1 << 20) == entries


@given(st.lists(states, min_size=1, max_size=3), st.data())
def test_a_cut_message_is_refused(entries: list[State], data: st.DataObject) -> None:
    payload = encode(entries)
    cut = data.draw(st.integers(0, len(payload) - 1))
    with pytest.raises(Malformed):
        parse(payload[:cut], 1 << 20)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"1",
        b'"a"',
        b"{",
        b"{]",
        b"\xff",
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b'{"a":' + b"9" * 400 + b"}",
        b'{"a":01}',
        b"{'a':1}",
        b'{"a":1,}',
        b'{"a":"' + b'\\"' * 2000,
    ],
)
def test_a_state_must_be_an_object_as_javascript_reads_it(text: bytes) -> None:
    with pytest.raises(Malformed):
        parse(message(text), SIZE)


def test_long_integers_are_what_javascript_makes_of_them() -> None:
    [entry] = parse(message(b'{"a":9007199254740993}'), SIZE)
    assert entry.state == {"a": 9007199254740992.0}


def test_words_of_any_script_take_no_more_room_than_they_came_in() -> None:
    text = b'{"a":"' + "文".encode() * 1000 + b'"}'
    assert encode(parse(message(text), SIZE)) == message(text)


def test_half_a_surrogate_pair_passes_unharmed() -> None:
    [entry] = parse(message(b'{"a":"\\ud83d"}'), SIZE)
    assert entry.dump() == '{"a":"\\ud83d"}'
    assert parse(encode([entry]), SIZE) == [entry]


@pytest.mark.parametrize("depth", [DEPTH, DEPTH + 1, 2000])
def test_nesting_is_bounded(depth: int) -> None:
    text = b'{"[[[":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"
    if depth <= DEPTH:
        assert parse(message(text), SIZE)
        return
    with pytest.raises(Malformed, match="deep"):
        parse(message(text), SIZE)


def test_one_state_is_bounded_in_size() -> None:
    text = b'{"a":"' + b"x" * (SIZE - 8) + b'"}'
    assert len(text) == SIZE
    assert parse(message(text), SIZE)
    with pytest.raises(Malformed, match="large"):
        parse(message(text + b" "), SIZE)


def test_numbers_are_bounded() -> None:
    assert parse(message(b"{}", MAX_SAFE, MAX_CLOCK), SIZE)
    for client, clock in [(MAX_SAFE + 1, 0), (0, MAX_CLOCK + 1)]:
        with pytest.raises(Malformed):
            parse(message(b"{}", client, clock), SIZE)


def test_how_many_states_is_bounded() -> None:
    crowd = [State(client, 1, {}) for client in range(ENTRIES + 1)]
    assert len(parse(encode(crowd[:STATES]), SIZE)) == STATES
    with pytest.raises(Malformed, match="large"):
        parse(encode(crowd[: STATES + 1]), SIZE)
    with pytest.raises(Malformed):
        parse(encode(crowd), SIZE, lambda client: client == 1)


def test_repeated_states_of_others_are_skipped_unread() -> None:
    crowd = [State(client, 1, {"a": "x" * SIZE}) for client in range(ENTRIES - 1)]
    own = State(ENTRIES, 4, {"cursor": None})
    assert parse(encode([*crowd, own]), SIZE, lambda client: client == ENTRIES) == [own]


@given(states)
def test_the_stamp_replaces_the_user_and_keeps_the_rest(entry: State) -> None:
    stamped = stamp(entry, ADA)
    assert (stamped.client, stamped.clock) == (entry.client, entry.clock)
    if entry.state is None or stamped.state is None:
        assert stamped == entry
        return
    assert stamped.state["user"] == ADA
    rest = [name for name in entry.state if name not in ("user", "cursor")]
    assert all(stamped.state[name] == entry.state[name] for name in rest)


def caret(**position: Json) -> Json:
    """Make a cursor with the same position twice."""
    return {"anchor": dict(position), "head": dict(position)}


@pytest.mark.parametrize(
    "cursor",
    [
        None,
        caret(type=None, tname="default", item=None, assoc=0),
        caret(type={"client": 1, "clock": 2}, assoc=-1),
        caret(item={"client": MAX_SAFE, "clock": MAX_CLOCK}),
    ],
)
def test_a_cursor_that_yjs_can_read_stays(cursor: Json) -> None:
    stamped = stamp(State(1, 1, {"cursor": cursor}), ADA)
    assert stamped.state == {"cursor": cursor, "user": ADA}


@pytest.mark.parametrize(
    "cursor",
    [
        1,
        [],
        {},
        {"anchor": {}},
        {"anchor": {}, "head": None},
        caret(item=5),
        caret(item={"client": 1}),
        caret(item={"client": 1, "clock": 0.5}),
        caret(item={"client": 1, "clock": -1}),
        caret(item={"client": True, "clock": 1}),
        caret(type={"client": "1", "clock": 1}),
        caret(tname=3),
        caret(assoc="left"),
    ],
)
def test_a_cursor_that_would_throw_in_yjs_becomes_null(cursor: Json) -> None:
    stamped = stamp(State(1, 1, {"cursor": cursor, "typing": True}), ADA)
    assert stamped.state == {"cursor": None, "typing": True, "user": ADA}


def test_the_bytes_are_those_of_y_protocols() -> None:
    text = json.dumps({"user": {"name": "Ada"}}, separators=(",", ":")).encode()
    expected = bytes([1, 200, 1, 3, len(text)]) + text
    assert encode([State(200, 3, {"user": {"name": "Ada"}})]) == expected
