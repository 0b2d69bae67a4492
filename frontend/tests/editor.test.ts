// @vitest-environment jsdom
import { afterEach, describe, expect, it } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { mount } from '../src/editor/editor'
import { knows, knowsChanged } from '../src/editor/foreign'
import { addressOf, isSafe } from '../src/editor/link'
import { showPlain } from '../src/editor/plain'
import { schema } from '../src/editor/schema-of'
import { goTo, whereabouts } from '../src/editor/whereabouts'
import type { Shared } from '../src/wire/replica'

type Part = { name: string; attrs?: Record<string, unknown>; children?: (Part | Run[])[] }
type Run = { insert: string | object; attributes?: Record<string, unknown> }

/** A document of another client, made with yjs alone. */
function documentOf(...parts: Part[]): Y.Doc {
  const doc = new Y.Doc()
  fill(doc.getXmlFragment('default'), parts)
  return copyOf(doc)
}

function fill(parent: Y.XmlFragment, parts: (Part | Run[])[]): void {
  for (const [i, part] of parts.entries()) {
    if (Array.isArray(part)) {
      const text = new Y.XmlText()
      parent.insert(i, [text])
      text.applyDelta(part)
    } else {
      const node = new Y.XmlElement(part.name)
      parent.insert(i, [node])
      for (const [key, value] of Object.entries(part.attrs ?? {})) {
        node.setAttribute(key, value as string)
      }
      fill(node, part.children ?? [])
    }
  }
}

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}

const p = (...runs: Run[]): Part => ({ name: 'paragraph', children: [runs] })
const plain = (insert: string): Part => p({ insert })
const cell = (name: string, text: string): Part => ({
  name,
  attrs: { colspan: 1, rowspan: 1 },
  children: [plain(text)],
})

/** One of everything that the editor can write, and shapes that people leave by deleting at once. */
const RICH: Part[] = [
  { name: 'heading', attrs: { level: 1 }, children: [[{ insert: 'Title' }]] },
  p(
    { insert: 'bold', attributes: { bold: {} } },
    { insert: ' and ' },
    { insert: 'https://example.org bare ' },
    { insert: 'both', attributes: { italic: {}, underline: {}, strike: {} } },
    { insert: 'code', attributes: { code: {}, bold: {} } },
    { insert: 'link', attributes: { link: { href: 'https://example.org', target: '_blank' } } },
  ),
  { name: 'bulletList', children: [{ name: 'listItem', children: [plain('one')] }] },
  {
    name: 'orderedList',
    attrs: { start: 1 },
    children: [{ name: 'listItem', children: [plain('two')] }],
  },
  {
    name: 'taskList',
    children: [{ name: 'taskItem', attrs: { checked: true }, children: [plain('done')] }],
  },
  { name: 'blockquote', children: [plain('quoted')] },
  { name: 'codeBlock', children: [[{ insert: 'let x = 1\nlet y' }]] },
  { name: 'horizontalRule' },
  {
    name: 'table',
    children: [
      { name: 'tableRow', children: [cell('tableHeader', 'A'), cell('tableHeader', 'B')] },
      { name: 'tableRow', children: [cell('tableCell', 'only one cell')] },
    ],
  },
  { name: 'bulletList' },
  { name: 'bulletList', children: [{ name: 'listItem' }] },
  { name: 'table' },
  { name: 'blockquote' },
  { name: 'paragraph' },
]

const UNKNOWN: [string, Part[]][] = [
  ['a node', [{ name: 'video' }]],
  ['a node inside a known one', [{ name: 'blockquote', children: [{ name: 'video' }] }]],
  ['an attribute', [{ name: 'paragraph', attrs: { align: 'right' } }]],
  ['a mark', [p({ insert: 'x', attributes: { highlight: {} } })]],
  ['an attribute of a mark', [p({ insert: 'x', attributes: { bold: { weight: 900 } } })]],
  ['an embed in text', [p({ insert: { image: 'x.png' } })]],
  ['a known node where it does not fit', [{ name: 'listItem', children: [plain('x')] }]],
  ['text where it does not fit', [{ name: 'bulletList', children: [[{ insert: 'x' }]] }]],
  [
    'a mark where it does not fit',
    [{ name: 'codeBlock', children: [[{ insert: 'x', attributes: { bold: {} } }]] }],
  ],
]

/** What would throw in whoever draws it, hang, or take all memory there. */
const HOSTILE: [string, Part[]][] = [
  ['a value that is no text', [{ name: 'orderedList', attrs: { start: { toString: 1 } } }]],
  ['a value that is no number', [cells({ colspan: 2n ** 60n })]],
  ['a cell wider than any table', [cells({ colspan: 1e9 })]],
  ['a cell that is higher', [cells({ rowspan: Number.POSITIVE_INFINITY })]],
  ['a cell of no width', [cells({ colspan: 0 })]],
  ['a table of too many cells', [cells(...Array(60).fill({ colspan: 1000 }))]],
  ['a table that is large through its spans', [high(300)]],
  [
    'an address that is no text',
    [p({ insert: 'x', attributes: { link: { href: { toString: 1 } } } })],
  ],
  ['a node with a name of JavaScript', [{ name: 'constructor' }]],
  ['an attribute with one', [{ name: 'paragraph', attrs: { toString: 'x' } }]],
  ['a mark with one', [p({ insert: 'x', attributes: { valueOf: {} } })]],
  [
    'a mark in the prototype',
    [p({ insert: 'x', attributes: JSON.parse('{"__proto__": {"highlight": {}}}') })],
  ],
]

/** A table of one row. */
function cells(...attrs: Record<string, unknown>[]): Part {
  const children = attrs.map((given) => ({ name: 'tableCell', attrs: given }))
  return { name: 'table', children: [{ name: 'tableRow', children }] }
}

/** A table whose every row holds a cell that reaches into the next ones. */
function high(rows: number): Part {
  const row = () => ({ name: 'tableRow', children: [{ name: 'tableCell', attrs: { rowspan: 2 } }] })
  return { name: 'table', children: Array.from({ length: rows }, row) }
}

const opened: { destroy: () => void }[] = []

function open(doc: Y.Doc, editable = true) {
  const place = document.createElement('article')
  document.body.append(place)
  const awareness = new Awareness(doc)
  const editor = mount(place, { doc, awareness, hold: () => {} }, editable)
  opened.push(editor, awareness)
  return editor
}

function updatesOf(doc: Y.Doc): Uint8Array[] {
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  return updates
}

/** Which types an update changes, in a document that holds them. */
function changedBy(doc: Y.Doc, change: () => void): Set<Shared> {
  const types = new Set<Shared>()
  doc.once('afterTransaction', ({ changed }: Y.Transaction) => {
    for (const type of changed.keys()) types.add(type)
  })
  doc.transact(change)
  return types
}

afterEach(() => {
  for (const one of opened.splice(0)) one.destroy()
  document.body.replaceChildren()
})

describe('opening', () => {
  it.each([true, false])('emits nothing (editable: %s)', (editable) => {
    const doc = documentOf(...RICH)
    const updates = updatesOf(doc)
    expect(knows(schema, doc)).toBe(true)
    const editor = open(doc, editable)
    editor.commands.setTextSelection(3)
    editor.commands.selectAll()
    editor.setEditable(!editable)
    editor.view.dispatch(editor.state.tr.setMeta('anything', true))
    expect(updates).toEqual([])
    expect(editor.getText()).toContain('only one cell')
  })

  it('emits nothing when others edit, link their addresses or empty everything', () => {
    const doc = documentOf(...RICH)
    const editor = open(doc)
    const updates = updatesOf(doc)
    const other = copyOf(doc)
    const fragment = other.getXmlFragment('default')
    fragment.insert(0, [new Y.XmlElement('paragraph')])
    ;(fragment.get(0) as Y.XmlElement).insert(0, [new Y.XmlText('see example.org and ')])
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), 'remote')
    editor.commands.setTextSelection(3)
    fragment.delete(0, fragment.length)
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), 'remote')
    editor.commands.setTextSelection(1)
    expect(updates).toHaveLength(2)
    expect(copyOf(doc).getXmlFragment('default').toString()).toBe('')
  })

  it('does not link the bare addresses of others with the next edit', () => {
    const doc = documentOf(plain('mine'))
    const editor = open(doc)
    const other = copyOf(doc)
    const fragment = other.getXmlFragment('default')
    fill(fragment, [plain('see https://example.org')])
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), 'remote')
    editor.commands.insertContentAt(editor.state.doc.content.size - 1, 'x')
    expect(doc.getXmlFragment('default').toString()).toContain('minex')
    expect(doc.getXmlFragment('default').toString()).not.toContain('<link')
  })

  it('writes nothing from a read-only editor', () => {
    const doc = documentOf(plain('fixed'))
    const editor = open(doc, false)
    const updates = updatesOf(doc)
    editor.commands.insertContentAt(1, 'smuggled')
    expect(updates).toEqual([])
  })
})

describe('editing', () => {
  it('writes what is typed as one update', () => {
    const doc = documentOf(plain('Hello'))
    const editor = open(doc)
    const updates = updatesOf(doc)
    editor.commands.insertContentAt(6, ' world')
    expect(updates).toHaveLength(1)
    expect(doc.getXmlFragment('default').toString()).toContain('Hello world')
  })

  it('writes it when the first edit deletes everything', () => {
    const doc = documentOf(plain('Hello'), plain('world'))
    const editor = open(doc)
    const updates = updatesOf(doc)
    editor.chain().selectAll().deleteSelection().run()
    expect(updates).toHaveLength(1)
    expect(copyOf(doc).getXmlFragment('default').toString()).not.toContain('Hello')
    editor.commands.undo()
    expect(editor.getText()).toContain('Hello')
  })

  it("takes back only one's own changes", () => {
    const doc = documentOf(plain('Hello'))
    const editor = open(doc)
    editor.commands.insertContentAt(6, ' mine')
    const other = copyOf(doc)
    const line = other.getXmlFragment('default').get(0) as Y.XmlElement
    ;(line.get(0) as Y.XmlText).insert(0, 'theirs ')
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), 'remote')
    expect(editor.getText()).toBe('theirs Hello mine')
    editor.commands.undo()
    expect(editor.getText()).toBe('theirs Hello')
    expect(editor.can().undo()).toBe(false)
  })

  it('does not nest deeper than the server takes', () => {
    const nested = (deep: number) =>
      `${'<blockquote>'.repeat(deep)}x${'</blockquote>'.repeat(deep)}`
    const doc = documentOf(plain(''))
    const editor = open(doc)
    const updates = updatesOf(doc)
    editor.commands.insertContentAt(1, nested(120))
    editor.commands.insertContentAt(1, nested(96))
    expect(updates).toEqual([])
    editor.commands.insertContentAt(1, nested(50))
    expect(updates).toHaveLength(1)
    const deep = copyOf(doc)
    fill(deep.getXmlFragment('default'), [
      Array(98)
        .fill(0)
        .reduce<Part>((child) => ({ name: 'blockquote', children: [child] }), plain('theirs')),
    ])
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(deep), 'remote')
    expect(editor.getText()).toContain('theirs')
    editor.commands.insertContentAt(1, 'mine')
    expect(editor.getText()).toContain('mine')
  })

  it('does not wrap what is as deep as it may be', () => {
    const doc = documentOf(plain(''))
    const editor = open(doc)
    editor.commands.insertContentAt(1, `${'<blockquote>'.repeat(92)}x`)
    const updates = updatesOf(doc)
    editor.chain().selectAll().setBlockquote().run()
    expect(updates).toHaveLength(1)
    editor.chain().selectAll().setBlockquote().run()
    expect(updates).toHaveLength(1)
    editor.commands.undo()
    expect(updates).toHaveLength(2)
  })

  it('puts a paragraph into every cell of a new table', () => {
    const doc = documentOf(plain(''))
    const editor = open(doc)
    editor.commands.insertTable({ rows: 2, cols: 2 })
    editor.commands.addRowAfter()
    const cells = doc
      .getXmlFragment('default')
      .toString()
      .match(/<table(cell|header)/gi)
    const filled = doc
      .getXmlFragment('default')
      .toString()
      .match(/<table(cell|header)[^>]*><paragraph>/gi)
    expect(cells).toHaveLength(6)
    expect(filled).toHaveLength(6)
  })

  it('survives two people emptying a list from both ends', () => {
    const item = (text: string): Part => ({ name: 'listItem', children: [plain(text)] })
    const doc = documentOf({ name: 'bulletList', children: [item('a'), item('b')] })
    const editor = open(doc)
    const updates = updatesOf(doc)
    const other = copyOf(doc)
    const list = (of: Y.Doc) => of.getXmlFragment('default').get(0) as Y.XmlElement
    list(doc).delete(0, 1)
    list(other).delete(1, 1)
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), 'remote')
    expect(updates).toHaveLength(2)
    expect(list(doc).length).toBe(0)
    expect(editor.getText().trim()).toBe('')
  })
})

describe('an editor that is rebuilt', () => {
  /** "wo" is selected, and the editor rebuilt on a document with more text before it. */
  function rebuilt(make: (doc: Y.Doc) => Y.Doc) {
    const doc = documentOf(plain('zero'), plain('one two'))
    const before = open(doc)
    before.commands.setTextSelection({ from: 12, to: 14 })
    before.view.focus()
    const next = make(doc)
    const first = next.getXmlFragment('default').get(0) as Y.XmlElement
    ;(first.get(0) as Y.XmlText).insert(0, 'much more than ')
    const updates = updatesOf(next)
    const left = whereabouts(before)
    before.destroy()
    const editor = open(next)
    goTo(editor, left)
    expect(updates).toEqual([])
    const { from, to } = editor.state.selection
    return { editor, text: editor.state.doc.textBetween(from, to) }
  }

  it('has the caret and the focus where they were', () => {
    const { editor, text } = rebuilt(copyOf)
    expect(text).toBe('wo')
    expect(document.activeElement).toBe(editor.view.dom)
  })

  it('has it somewhere when the text has other ids', () => {
    const { editor } = rebuilt(() => documentOf(plain('short')))
    expect(editor.state.selection.head).toBeGreaterThan(0)
  })
})

describe('parts that the editor does not know', () => {
  it.each(UNKNOWN)('finds %s', (_name, parts) => {
    expect(knows(schema, documentOf(...parts))).toBe(false)
  })

  it.each(UNKNOWN)('finds %s when it arrives', (_name, parts) => {
    const doc = documentOf(plain('known'))
    const root = doc.getXmlFragment('default')
    const types = changedBy(doc, () => fill(root, parts))
    expect(knowsChanged(schema, doc, types)).toBe(false)
  })

  it.each(HOSTILE)('bears %s', (_name, parts) => {
    const doc = documentOf(...parts)
    expect(knows(schema, doc)).toBe(false)
    const place = document.createElement('article')
    showPlain(place, doc)
    expect(place.childElementCount).toBe(1)
    const known = documentOf(plain('known'))
    const types = changedBy(known, () => fill(known.getXmlFragment('default'), parts))
    expect(knowsChanged(schema, known, types)).toBe(false)
  })

  it('finds a table that a new cell makes too large', () => {
    const doc = documentOf(cells(...Array(40).fill({ colspan: 1000 })))
    expect(knows(schema, doc)).toBe(true)
    const row = (doc.getXmlFragment('default').get(0) as Y.XmlElement).get(0) as Y.XmlElement
    const more = Array(20).fill({ name: 'tableCell', attrs: { colspan: 1000 } })
    const types = changedBy(doc, () => fill(row, more))
    expect(knowsChanged(schema, doc, types)).toBe(false)
  })

  it('finds them in a document of which nothing was asked before', () => {
    const doc = new Y.Doc()
    const types = changedBy(doc, () =>
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(documentOf({ name: 'video' }))),
    )
    expect(knowsChanged(schema, doc, types)).toBe(false)
  })

  it('lets known parts and other root types arrive', () => {
    const doc = documentOf(plain('known'))
    const types = changedBy(doc, () => {
      fill(doc.getXmlFragment('default'), RICH)
      doc.getMap('settings of another client').set('a', 1)
    })
    expect(knowsChanged(schema, doc, types)).toBe(true)
  })

  it('shows them plainly and writes nothing', () => {
    const doc = documentOf({ name: 'video', children: [plain('caption')] }, ...RICH)
    const updates = updatesOf(doc)
    const place = document.createElement('article')
    showPlain(place, doc)
    expect(place.querySelector('.unknown-part')?.textContent).toBe('caption')
    expect(place.querySelector('h1')?.textContent).toBe('Title')
    expect(place.querySelector('a')?.getAttribute('href')).toBe('https://example.org')
    expect(updates).toEqual([])
  })
})

describe('links', () => {
  it('lead to web pages and mailboxes only', () => {
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc']) {
      expect(isSafe(bad)).toBe(false)
      expect(addressOf(bad)).toBeNull()
    }
    expect(addressOf(' example.org/a ')).toBe('https://example.org/a')
    expect(addressOf('ada@example.org')).toBe('mailto:ada@example.org')
    expect(addressOf('http://example.org')).toBe('http://example.org')
    expect(addressOf('')).toBeNull()
  })

  it('of others say only where they lead', () => {
    const link = { href: 'https://example.org/', rel: 'opener', class: 'banner', target: '_top' }
    const doc = documentOf(p({ insert: 'x', attributes: { link } }))
    const anchor = open(doc).view.dom.querySelector('a') as HTMLAnchorElement
    expect(anchor.rel).toBe('noopener noreferrer nofollow')
    expect([anchor.className, anchor.target]).toEqual(['', '_blank'])
    expect(doc.getXmlFragment('default').toString()).toContain('opener')
  })

  it('of others are never rendered as scripts', () => {
    const attributes = { link: { href: 'javascript:alert(1)' } }
    const editor = open(documentOf(p({ insert: 'x', attributes })))
    expect(editor.view.dom.innerHTML).not.toContain('javascript')
  })
})
