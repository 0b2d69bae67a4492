"""The demo of the embedded mode: who may log in, and what they find.

Plain values; `manage.py demo` stores them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from documents.yjs.composing import Block, Run

PASSWORD: Final = "palimpsest-demo"  # noqa: S105  (for 127.0.0.1 alone, and printed)
ANA: Final = "ana@example.org"
BO: Final = "bo@example.org"
NAMES: Final = {ANA: "Ana Ferreira", BO: "Bo Lindqvist"}
LOGINS: Final = (
    f"log in as {ANA} or {BO}, password {PASSWORD} "
    "(fixed: these accounts exist only here, on 127.0.0.1)"
)
TITLE: Final = "Welcome to Palimpsest"


@dataclass(frozen=True)
class Remark:
    """What one person said beside the text, so many minutes after the beginning."""

    author: str
    minute: int
    text: str


@dataclass(frozen=True)
class Stretch:
    """What one person wrote at a stretch, so many minutes after the beginning."""

    author: str
    minute: int
    blocks: Sequence[Block]


def _words(text: str) -> list[Run]:
    """Read `**bold**` and plain words, over lines that are only a matter of width."""
    pieces = " ".join(text.split()).split("**")
    return [
        Run(piece, {"bold": {}} if odd % 2 else {})
        for odd, piece in enumerate(pieces)
        if piece
    ]


def _paragraph(text: str) -> Block:
    return Block("paragraph", _words(text))


def _heading(text: str) -> Block:
    return Block("heading", [Run(text)], {"level": 2})


def _items(text: str) -> list[Block]:
    """Read what stands between empty lines as items of a list."""
    return [Block("listItem", [_paragraph(item)]) for item in text.split("\n\n")]


def _task(text: str, *, done: bool) -> Block:
    return Block("taskItem", [_paragraph(text)], {"checked": done})


def _row(cell: str, text: str) -> Block:
    """Read what stands between bars as cells."""
    spans = {"colspan": 1, "rowspan": 1}
    return Block(
        "tableRow",
        [Block(cell, [_paragraph(one)], spans) for one in text.split("|")],
    )


STRETCHES: Final = (
    Stretch(
        ANA,
        1,
        [
            _paragraph("""
                A palimpsest is a page that was written on again and again while every
                older layer stayed beneath. This page is one. **Open it in a second
                window as somebody else and type**: both of you see every letter as it
                comes, and where the other one is.
            """),
            _heading("What Saved means"),
            _paragraph("""
                The word beside the title says **Saved** only when the server has your
                last letter on disk. Nobody else sees a letter before that, so whatever
                anybody has read on their screen is safe, even if the machine loses
                power that very moment.
            """),
        ],
    ),
    Stretch(
        BO,
        9,
        [
            _heading("Try this"),
            Block(
                "orderedList",
                _items("""
                    Log in as the other demo person in a private window, and put both
                    windows side by side.

                    Type into this very sentence from both sides at once. Nothing is
                    lost, and both windows end with the same words.

                    Turn the network off and go on writing. Reload the page if you like:
                    your words are kept in this browser, and arrive once, when the
                    network is back.

                    Press undo. It takes back what **you** did, never what others did.
                """),
                {"start": 1},
            ),
            Block(
                "blockquote",
                [
                    _paragraph("""
                        Two people at work in one sentence, and neither has to wait:
                        that is what I want from an editor.
                    """)
                ],
            ),
        ],
    ),
    Stretch(
        ANA,
        16,
        [
            _heading("Who may do what"),
            _paragraph("""
                Share a document by e-mail address or by a link, and take either back
                whenever you want. An open window notices within two seconds. Whoever
                has a role reads along, live; its owner alone shares it and trashes it.
            """),
            Block(
                "table",
                [
                    _row("tableHeader", "Role | Comment and chat | Write"),
                    _row("tableCell", "Owner | yes | yes"),
                    _row("tableCell", "Editor | yes | yes"),
                    _row("tableCell", "Commenter | yes | no"),
                    _row("tableCell", "Reader | no | no"),
                ],
            ),
        ],
    ),
    Stretch(
        BO,
        24,
        [
            _heading("Writing without the mouse"),
            Block(
                "bulletList",
                _items("""
                    A line that begins with ## becomes a heading, one with a dash a
                    list, one with > a quote.

                    Brackets at the beginning of a line, like [ ], make a task.
                """),
            ),
            Block(
                "taskList",
                [
                    _task("Read this page to its end", done=True),
                    _task("Make a document and invite Bo to it", done=False),
                ],
            ),
        ],
    ),
)

REMARKS: Final = (
    Remark(BO, 11, "I added some things to try. Does the first one work for you, too?"),
    Remark(ANA, 14, "It does: I saw your caret move while I wrote."),
    Remark(
        ANA, 15, "What we say here is kept with the document. Readers do not see it."
    ),
)

PASSAGE: Final = "whatever anybody has read on their screen is safe"
"""Words of the text that these two talk about, in one run."""
COMMENTS: Final = (
    Remark(BO, 26, "Also what I wrote offline?"),
    Remark(
        ANA,
        28,
        "That is kept in your browser until then. Nobody else has seen it yet.",
    ),
)
