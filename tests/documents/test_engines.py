"""The contract of the engine seam, over every engine that is installed.

What y-py is known to fail at is a strict xfail: should it begin to pass, the test
fails, and the README must be told.
"""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from documents.engine import DEFAULT, PACKAGES
from documents.engine.pairs import parted
from documents.engine.reading import Reader, Unreadable
from documents.engine.rendering import Node
from documents.yjs.composing import Block, Composer, Run
from documents.yjs.merging import merge, squash
from documents.yjs.updates import ClientId, Update, encode, parse
from tests.core.yjs import random_histories
from tests.documents.tiptap import Tiptap, canonical, tiptap
from tests.waiting import PATIENCE

REPRODUCERS = Path(__file__).parent.parent / "data" / "reproducers"
VECTORS = Path(__file__).parent.parent / "vectors" / "documents.json"
HISTORIES = 60

DEADLY = (
    "ypy_abort_6_byte_update",
    "ypy_abort_sv",
    "ypy_segv_31_byte_update",
    "ypy_segv_b",
)
RIGHT = ("pycrdt_out_of_order", "ypy_gc_enc_panic", "ypy_out_of_order")


def engines(y_py_fails: str = "") -> list[pytest.ParameterSet]:
    """Each engine that is installed; y-py as failing, where it is known to."""
    fails = pytest.mark.xfail(reason=y_py_fails, strict=True)
    return [
        pytest.param(name, marks=[fails] if y_py_fails and name != DEFAULT else [])
        for name, package in PACKAGES.items()
        if find_spec(package)
    ]


@pytest.fixture(scope="module")
def readers() -> Iterator[dict[str, Reader]]:
    all_of_them = {name: Reader(name, PATIENCE) for name in PACKAGES}
    yield all_of_them
    for reader in all_of_them.values():
        reader.close()


@pytest.fixture
def reader(readers: dict[str, Reader], request: pytest.FixtureRequest) -> Reader:
    return readers[request.param]


@pytest.fixture(scope="module")
def node() -> Iterator[Tiptap]:
    with tiptap() as process:
        yield process


def tree(reader: Reader, state: bytes) -> Node:
    found: Node = json.loads(reader.read(b"j", state), parse_int=float)
    return found


def reproducer(name: str) -> list[bytes]:
    told = json.loads((REPRODUCERS / f"{name}.json").read_text())
    return [bytes.fromhex(row) for row in told["updates_hex"]]


def merged(rows: list[bytes]) -> bytes:
    """What a snapshot and the rows after it give an engine."""
    return encode(squash(merge([parse(row) for row in rows])))


def composed(*blocks: Block) -> bytes:
    composer, last = Composer(ClientId(7)), None
    for block in blocks:
        last = composer.add(block, last)
    return encode(Update(composer.written()))


def paragraph(*runs: Run) -> Block:
    return Block("paragraph", runs)


RICH = composed(
    Block("heading", [Run("Zürich 🏔")], {"level": 2}),
    paragraph(
        Run("plain "),
        Run("both", {"bold": {}, "italic": {}}),
        Run(" a "),
        Run("link", {"link": {"href": "https://a.example"}}),
    ),
    Block("image", [], {"src": "https://a.example/b.png", "alt": "A hill"}),
    Block(
        "orderedList",
        [Block("listItem", [paragraph(Run("one"))]), Block("listItem", [paragraph()])],
        {"start": 3},
    ),
    Block("taskList", [Block("taskItem", [paragraph(Run("do"))], {"checked": True})]),
    Block("codeBlock", [Run("x < 1\ny")], {"language": "python"}),
    Block(
        "table",
        [
            Block(
                "tableRow",
                [
                    Block("tableCell", [paragraph(Run(word))], {"colspan": 1})
                    for word in ("a", "b")
                ],
            )
        ],
    ),
    Block("paragraph", [Run("before"), Block("hardBreak"), Block("mention")]),
)


@pytest.mark.parametrize("reader", engines(), indirect=True)
def test_text(reader: Reader) -> None:
    assert reader.read(b"t", RICH) == (
        "Zürich 🏔\nplain both a link\none\n\ndo\nx < 1\ny\na\tb\nbefore\n"
    )


@pytest.mark.node
@pytest.mark.parametrize("reader", engines(), indirect=True)
def test_structure(reader: Reader, node: Tiptap) -> None:
    shown = canonical(node.document([RICH]), bare=True)
    assert canonical(tree(reader, RICH), bare=True) == shown


@pytest.mark.parametrize("reader", engines(), indirect=True)
def test_attributes_that_are_text(reader: Reader) -> None:
    found = {
        block["type"]: block.get("attrs") for block in tree(reader, RICH)["content"]
    }
    assert found["image"] == {"src": "https://a.example/b.png", "alt": "A hill"}
    assert found["codeBlock"] == {"language": "python"}


@pytest.mark.parametrize(
    "reader", engines("every attribute is a string"), indirect=True
)
def test_attributes_that_are_values(reader: Reader) -> None:
    found = {
        block["type"]: block.get("attrs") for block in tree(reader, RICH)["content"]
    }
    assert found["heading"] == {"level": 2}
    assert found["orderedList"] == {"start": 3}


@pytest.mark.parametrize("reader", engines("marks are dropped"), indirect=True)
def test_marks(reader: Reader) -> None:
    assert "<strong><em>both</em></strong>" in reader.read(b"h", RICH)
    assert '<a href="https://a.example"' in reader.read(b"h", RICH)


@pytest.mark.node
@pytest.mark.parametrize(
    "reader", engines("no marks, attributes as strings"), indirect=True
)
def test_the_document_that_tiptap_shows(reader: Reader, node: Tiptap) -> None:
    assert canonical(tree(reader, RICH)) == node.document([RICH])


@pytest.mark.node
@pytest.mark.parametrize(
    "reader", engines("no marks, attributes as strings"), indirect=True
)
def test_histories_of_several_writers(reader: Reader, node: Tiptap) -> None:
    for history in random_histories(1, HISTORIES, 60):
        shown = node.document(history.rows)
        assert canonical(tree(reader, merged(history.rows))) == shown, history.seed


@pytest.mark.node
@pytest.mark.parametrize(
    "reader",
    engines("in one history of nine it puts blocks elsewhere or says other text"),
    indirect=True,
)
def test_structure_of_histories(reader: Reader, node: Tiptap) -> None:
    for history in random_histories(1, HISTORIES, 60):
        shown = canonical(node.document(history.rows), bare=True)
        found = canonical(tree(reader, merged(history.rows)), bare=True)
        assert found == shown, history.seed


@pytest.mark.node
@pytest.mark.parametrize(
    "reader", engines("blocks inserted at once in another order"), indirect=True
)
def test_blocks_that_two_people_insert_at_once(reader: Reader, node: Tiptap) -> None:
    rows = reproducer("ypy_order")
    shown = canonical(node.document(rows), bare=True)
    assert canonical(tree(reader, merged(rows)), bare=True) == shown


@pytest.mark.node
@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("reader", engines(), indirect=True)
def test_what_engines_fail_at_is_read_when_merged_by_us(
    reader: Reader, name: str, node: Tiptap
) -> None:
    rows = reproducer(name)
    shown = canonical(node.document(rows), bare=True)
    assert canonical(tree(reader, merged(rows)), bare=True) == shown


@pytest.mark.node
@pytest.mark.parametrize("reader", engines(), indirect=True)
def test_half_a_character_is_read_as_yjs_shows_it(reader: Reader, node: Tiptap) -> None:
    whole = composed(paragraph(Run("a😀b")))
    # In the paragraph's text, which is 7:1, the string begins with 7:2.
    half = encode(Update(deletes={ClientId(7): ((3, 4),)}))
    rows = [whole, half]
    shown = node.document(rows)
    assert "\ufffd" in json.dumps(shown, ensure_ascii=False)
    assert canonical(tree(reader, merged(rows))) == shown


def test_a_state_in_which_nothing_is_cut_stays_as_it_is() -> None:
    assert parted(RICH) is RICH
    assert parted(b"\xf0\x9f\x98\x80") == b"\xf0\x9f\x98\x80"


@pytest.mark.parametrize(
    "reader",
    engines("a document inside a document, under any root, is a panic"),
    indirect=True,
)
def test_what_lies_under_other_roots_does_no_harm(reader: Reader) -> None:
    assert tree(reader, reproducer("bomb_subdoc")[0])["content"] == []


@pytest.mark.parametrize("name", DEADLY)
@pytest.mark.parametrize(
    "reader",
    engines("the process is aborted, or reads memory not its own"),
    indirect=True,
)
def test_a_hostile_state_is_refused_without_a_crash(reader: Reader, name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        reader.read(b"t", reproducer(name)[0])
    assert refused.value.why == "panic"


@pytest.mark.parametrize("name", DEADLY)
@pytest.mark.parametrize("reader", engines(), indirect=True)
def test_a_hostile_state_costs_one_reading(reader: Reader, name: str) -> None:
    with pytest.raises(Unreadable):
        reader.read(b"t", reproducer(name)[0])
    assert reader.read(b"t", composed(paragraph(Run("here")))) == "here"


@pytest.mark.parametrize(
    "vector", json.loads(VECTORS.read_text()), ids=lambda vector: vector["name"]
)
def test_the_documents_that_the_editor_reads_too(
    readers: dict[str, Reader], vector: dict[str, str]
) -> None:
    found = readers[DEFAULT].read(b"j", bytes.fromhex(vector["update"]))
    assert json.loads(found) == vector["document"]
