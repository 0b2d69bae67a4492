"""A ProseMirror document as HTML, plain text and first line.

Pure. Everything a person wrote is escaped; a link keeps only a protocol that cannot
run code; a node that this module does not know is shown by its text.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import NotRequired, TypedDict

EXCERPT = 200


class Mark(TypedDict):
    """What lies over a stretch of text."""

    type: str
    attrs: NotRequired[object]


class Node(TypedDict, total=False):
    """One node of a ProseMirror document, as JSON."""

    type: str
    attrs: Mapping[str, object]
    content: "list[Node]"
    text: str
    marks: list[Mark]


_SAFE_LINK = re.compile(r"(?:https?:|mailto:|tel:)[^\x00-\x20]", re.IGNORECASE)

_TAGS = {
    "paragraph": "p",
    "blockquote": "blockquote",
    "bulletList": "ul",
    "listItem": "li",
    "table": "table",
    "tableRow": "tr",
}
_MARK_TAGS = {
    "bold": "strong",
    "italic": "em",
    "underline": "u",
    "strike": "s",
    "code": "code",
}
_TEXTBLOCKS = {"paragraph", "heading", "codeBlock"}
_DIRECTED = {"paragraph", "blockquote", "bulletList", "listItem"}


def html_of(tree: Node) -> str:
    """Give the document as HTML that is safe to put into a page."""
    return "".join(map(_html, tree.get("content", [])))


def text_of(tree: Node) -> str:
    """Give the document as plain text, a line a block."""
    return "\n".join(_lines(tree))


def excerpt_of(tree: Node) -> str:
    """Give the first line that says something, shortened.

    A heading is taken only where nothing else is: it mostly repeats the title.
    """
    blocks = tree.get("content", [])
    below = [block for block in blocks if block.get("type") != "heading"]
    for part in (below, blocks):
        for line in _lines({"type": "doc", "content": part}):
            if words := " ".join(line.split()):
                return words[:EXCERPT]
    return ""


def _lines(node: Node) -> Iterator[str]:
    children = node.get("content", [])
    if node.get("type") == "tableRow":
        yield "\t".join(" ".join(_lines(cell)) for cell in children)
    elif node.get("type") in _TEXTBLOCKS or any("text" in child for child in children):
        yield "".join(_inline_text(child) for child in children)
    else:
        for child in children:
            yield from _lines(child)


def _inline_text(node: Node) -> str:
    if node.get("type") == "hardBreak":
        return "\n"
    inner = "".join(map(_inline_text, node.get("content", [])))
    return node.get("text", "") + inner


def _html(node: Node) -> str:
    kind = node.get("type", "")
    if kind == "text":
        return _text(node)
    if kind in _LEAVES:
        return _LEAVES[kind]
    attrs = node.get("attrs", {})
    inner = "".join(map(_html, node.get("content", [])))
    if kind in _ELEMENTS:
        return _ELEMENTS[kind](attrs, inner)
    if kind not in _TAGS:
        return inner
    tag = _TAGS[kind]
    direction = ' dir="auto"' if kind in _DIRECTED else ""
    return f"<{tag}{direction}>{_body(kind, inner)}</{tag}>"


def _body(kind: str, inner: str) -> str:
    if kind == "table":
        return f"<tbody>{inner}</tbody>"
    return inner or ("<br>" if kind == "paragraph" else "")


def _text(node: Node) -> str:
    html = escape(node.get("text", ""))
    for mark in reversed(node.get("marks", [])):  # the first is the outermost
        if mark["type"] in _MARK_TAGS:
            tag = _MARK_TAGS[mark["type"]]
            html = f"<{tag}>{html}</{tag}>"
        elif mark["type"] == "link":
            html = _link(mark.get("attrs"), html)
    return html


def _link(attrs: object, inner: str) -> str:
    href = attrs.get("href") if isinstance(attrs, Mapping) else None
    if not isinstance(href, str) or not _SAFE_LINK.match(href):
        return inner
    return f'<a href="{escape(href)}" rel="noopener noreferrer nofollow">{inner}</a>'


def _heading(attrs: Mapping[str, object], inner: str) -> str:
    level = _number(attrs, "level", most=6)
    return f'<h{level} dir="auto">{inner or "<br>"}</h{level}>'


def _ordered(attrs: Mapping[str, object], inner: str) -> str:
    start = _number(attrs, "start", most=1_000_000)
    first = f' start="{start}"' if start > 1 else ""
    return f'<ol dir="auto"{first}>{inner}</ol>'


def _code_block(attrs: Mapping[str, object], inner: str) -> str:
    language = attrs.get("language")
    mark = f' class="language-{escape(language)}"' if isinstance(language, str) else ""
    return f"<pre><code{mark}>{inner}</code></pre>"


def _task(attrs: Mapping[str, object], inner: str) -> str:
    ticked = attrs.get("checked") in (True, "true")
    return (
        f'<li data-type="taskItem" data-checked="{str(ticked).lower()}" dir="auto">'
        f'<label><input type="checkbox" disabled{" checked" if ticked else ""}>'
        f"<span></span></label><div>{inner}</div></li>"
    )


def _cell(tag: str, attrs: Mapping[str, object], inner: str) -> str:
    spans = "".join(
        f' {name}="{span}"'
        for name in ("colspan", "rowspan")
        if (span := _number(attrs, name, most=100)) > 1
    )
    return f"<{tag}{spans}>{inner}</{tag}>"


def _number(attrs: Mapping[str, object], name: str, most: int) -> int:
    value = attrs.get(name)
    text = str(value) if isinstance(value, int | str) else ""
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() else 1


_LEAVES = {"hardBreak": "<br>", "horizontalRule": "<hr>"}
_ELEMENTS: dict[str, Callable[[Mapping[str, object], str], str]] = {
    "heading": _heading,
    "orderedList": _ordered,
    "codeBlock": _code_block,
    "taskList": lambda _attrs, inner: f'<ul data-type="taskList">{inner}</ul>',
    "taskItem": _task,
    "tableCell": lambda attrs, inner: _cell("td", attrs, inner),
    "tableHeader": lambda attrs, inner: _cell("th", attrs, inner),
}
