"""A document as HTML, text and first line."""

import pytest

from documents.engine.rendering import Mark, Node, excerpt_of, html_of, text_of


def text(words: str, *marks: Mark) -> Node:
    return {"type": "text", "text": words, "marks": list(marks)}


def block(kind: str, *content: Node, **attrs: object) -> Node:
    return {"type": kind, "attrs": attrs, "content": list(content)}


def link(href: object) -> Mark:
    return {"type": "link", "attrs": {"href": href}}


@pytest.mark.parametrize(
    ("node", "html"),
    [
        (block("paragraph", text("a")), '<p dir="auto">a</p>'),
        (block("paragraph"), '<p dir="auto"><br></p>'),
        (block("heading", text("a"), level=2), '<h2 dir="auto">a</h2>'),
        (block("heading", text("a"), level=99), '<h6 dir="auto">a</h6>'),
        (block("heading", text("a"), level="x"), '<h1 dir="auto">a</h1>'),
        (block("orderedList", start=3), '<ol dir="auto" start="3"></ol>'),
        (block("horizontalRule"), "<hr>"),
        (
            block("codeBlock", text("a < b"), language='x" onclick="'),
            '<pre><code class="language-x&quot; onclick=&quot;">a &lt; b</code></pre>',
        ),
        (
            block("table", block("tableRow", block("tableCell", colspan=2))),
            '<table><tbody><tr><td colspan="2"></td></tr></tbody></table>',
        ),
        (
            block("taskItem", checked=True),
            (
                '<li data-type="taskItem" data-checked="true" dir="auto"><label>'
                '<input type="checkbox" disabled checked><span></span></label>'
                "<div></div></li>"
            ),
        ),
    ],
)
def test_known_nodes(node: Node, html: str) -> None:
    assert html_of(block("doc", node)) == html


def test_marks_lie_in_each_other() -> None:
    marks: list[Mark] = [{"type": "bold", "attrs": {}}, {"type": "italic", "attrs": {}}]
    html = html_of(block("doc", text("a", *marks)))
    assert html == "<strong><em>a</em></strong>"


def test_what_people_write_is_escaped() -> None:
    html = html_of(block("doc", block("paragraph", text("<script>&\"'</script>"))))
    assert "<script>" not in html
    assert "&lt;script&gt;&amp;&quot;&#x27;&lt;/script&gt;" in html


@pytest.mark.parametrize("kind", ["script", "iframe", "svg onload=x", "img", ""])
def test_unknown_nodes_are_shown_by_their_text(kind: str) -> None:
    node = block(kind, text("a"), src="x", onerror="y")
    assert html_of(block("doc", node)) == "a"


def test_unknown_marks_are_left_out() -> None:
    mark: Mark = {"type": "script", "attrs": {"src": "x"}}
    assert html_of(block("doc", text("a", mark))) == "a"


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
        "/relative",
        "https:",
        None,
        3,
        {"a": 1},
    ],
)
def test_a_link_that_could_run_code_is_only_text(href: object) -> None:
    assert html_of(block("doc", text("a", link(href)))) == "a"


@pytest.mark.parametrize("href", ["https://a.example/?b=\"'<>", "mailto:a@b", "tel:1"])
def test_a_link_keeps_its_address_and_tells_it_nothing(href: str) -> None:
    html = html_of(block("doc", text("a", link(href))))
    assert html.startswith('<a href="')
    assert html.count('"') == 4
    assert 'rel="noopener noreferrer nofollow"' in html


def test_a_mark_without_attributes_harms_nothing() -> None:
    assert html_of(block("doc", text("a", {"type": "link", "attrs": True}))) == "a"


def test_text_is_a_line_a_block() -> None:
    items = [block("listItem", block("paragraph", text(word))) for word in "ab"]
    cells = [block("tableCell", block("paragraph", text(word))) for word in "cd"]
    tree = block(
        "doc",
        block("heading", text("Title"), level=1),
        block("bulletList", *items),
        block("table", block("tableRow", *cells)),
        block("paragraph", text("e"), block("hardBreak"), text("f")),
        block("unknown", text("g")),
    )
    assert text_of(tree) == "Title\na\nb\nc\td\ne\nf\ng"


def test_the_first_line_is_not_the_title_again() -> None:
    heading = block("heading", text("Minutes"), level=1)
    said = block("paragraph", text("  It \n rains. "))
    assert excerpt_of(block("doc", heading, block("paragraph"), said)) == "It rains."
    assert excerpt_of(block("doc", heading, block("paragraph"))) == "Minutes"
    assert excerpt_of(block("doc")) == ""


def test_a_long_first_line_is_shortened() -> None:
    assert len(excerpt_of(block("doc", block("paragraph", text("a" * 999))))) == 200
