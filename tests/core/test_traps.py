"""Traps: values that stop a browser stay out of the editor's tree, and only there."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.yjs.contents import ANY, FORMAT, JSON, Content
from documents.yjs.lib0 import Writer
from documents.yjs.traps import NAMES, is_trap
from documents.yjs.updates import Update
from tests.core.test_admission import A, B, by, item, opened, refusal

REASON = "a value that browsers trip over"
VALUES = [
    "v\x01\x08toString}\x01",  # {toString: 1}
    "v\x02\x01a~\x09__proto__~",
    "u\x02}\x01v\x01\x0bconstructor~",  # [1, {constructor: null}]
    "v\x01\x01av\x01\x07valueOfx",
    "z" + "\x00" * 8,  # 0n
    "u\x01z" + "\x00" * 8,
]
HARMLESS = [
    "}\x01",
    "w\x08toString",
    "u\x02}\x01w\x09__proto__",
    "v\x01\x09to_stringw\x08toString",
    "t\x08toString",
    "\x7f",
]
TEXTS = ['{"toString":1}', '[{"\\u0074oString":{}}]', '{"a":{"__proto__":null}}']
HARMLESS_TEXTS = ['"toString"', '{"a":"toString"}', '["valueOf"]', "9" * 5000, "1e9"]


def attribute(kind: int, value: bytes, *, at: object = (A, 0)) -> Update:
    assert isinstance(at, tuple | str)
    return by(B, item(0, kind, content=(value,), at=at, key="k"))


def marked(name: str, value: str) -> Update:
    writer = Writer()
    writer.text(name)
    writer.text(value)
    return by(B, item(0, FORMAT, content=writer.finish(), at=(A, 1)))


@pytest.mark.parametrize("value", VALUES)
def test_values_that_trip_are_no_attributes(value: str) -> None:
    raw = value.encode("latin-1")
    for at in ((A, 0), (A, 1)):
        assert refusal(opened(), attribute(ANY, raw, at=at)) == REASON
    opened(attribute(ANY, raw, at="other"))
    opened(by(B, item(0, ANY, content=(raw,), at="list")))


@pytest.mark.parametrize("value", HARMLESS)
def test_other_values_are(value: str) -> None:
    opened(attribute(ANY, value.encode("latin-1")))


@pytest.mark.parametrize("text", TEXTS)
def test_json_that_trips_is_no_attribute_and_no_mark(text: str) -> None:
    assert refusal(opened(), attribute(JSON, text.encode())) == REASON
    assert refusal(opened(), marked("link", text)) == REASON


@pytest.mark.parametrize("text", HARMLESS_TEXTS)
def test_other_json_is(text: str) -> None:
    opened(attribute(JSON, text.encode()))
    opened(marked("link", text))


@pytest.mark.parametrize("name", sorted(NAMES))
def test_names_of_javascript_are_no_attributes_and_no_marks(name: str) -> None:
    named = by(B, item(0, ANY, at=(A, 0), key=name))
    assert refusal(opened(), named) == REASON
    assert refusal(opened(), marked(name, "true")) == REASON
    opened(by(B, item(0, ANY, at="other", key=name)))


def any_value(value: object) -> bytes:
    """Lists, objects, strings and null as lib0 writes them."""
    writer = Writer()
    if isinstance(value, dict):
        writer.byte(118)
        writer.uint(len(value))
        for name, member in value.items():
            writer.text(name)
            writer.raw(any_value(member))
    elif isinstance(value, list):
        writer.byte(117)
        writer.uint(len(value))
        for member in value:
            writer.raw(any_value(member))
    elif isinstance(value, str):
        writer.byte(119)
        writer.text(value)
    else:
        writer.byte(126)
    return writer.finish()


def names(value: object) -> set[str]:
    """All names of members, however deep."""
    if isinstance(value, list):
        return {name for member in value for name in names(member)}
    if isinstance(value, dict):
        return set(value) | names(list(value.values()))
    return set()


TREES = st.recursive(
    st.none() | st.sampled_from(["toString", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*NAMES, "a", "b", "c", "d"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(TREES)
def test_a_trap_is_found_at_any_depth(tree: object) -> None:
    trapped = not NAMES.isdisjoint(names(tree))
    values: dict[int, Content] = {
        ANY: (b"~", any_value(tree)),
        JSON: (b"undefined", json.dumps(tree).encode()),
    }
    for kind, content in values.items():
        assert is_trap(kind, content) == trapped
