// @vitest-environment jsdom
/** Lists made of blocks of which some are lists already. */
import type { Editor } from '@tiptap/core'
import type { Node as Part } from '@tiptap/pm/model'
import { yUndoPluginKey } from '@tiptap/y-tiptap'
import { afterEach, describe, expect, it } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { mount } from '../src/editor/editor'

let editor: Editor

/** An editor in which `html` was pasted. */
function opened(html: string): Editor {
  const doc = new Y.Doc()
  doc.getXmlFragment('default').push([new Y.XmlElement('paragraph')])
  const place = document.createElement('div')
  editor = mount(place, { doc, awareness: new Awareness(doc), hold: () => {} }, true)
  editor.commands.setContent(html)
  return editor
}

afterEach(() => editor.destroy())

const SHORT: Record<string, string> = { bulletList: 'ul', orderedList: 'ol', listItem: 'li' }

/** The document as `name(children)`, its text as it is. */
function shape({ type: { name }, text, content }: Part = editor.state.doc): string {
  if (text !== undefined) return text
  const inner = content.content.map((one) => shape(one)).join(' ')
  if (name === 'doc' || name === 'paragraph') return inner
  return `${SHORT[name] ?? name}(${inner})`
}

const selected = (words: string) => {
  const { doc } = editor.state
  const text = doc.textBetween(0, doc.content.size, ' ')
  expect(text).toContain(words)
  const { from, to } = editor.state.selection
  return doc.textBetween(from, to, ' ')
}

const MIXED = '<h2>Head</h2><p>one</p><ul><li>a<ol><li>deep</li></ol></li><li>b</li></ul><p>end</p>'

describe('of all that is selected', () => {
  it.each([
    ['a bulleted list', 'toggleBulletList', 'ul'],
    ['a numbered list', 'toggleOrderedList', 'ol'],
  ] as const)('makes %s of its blocks and items', (_what, toggle, tag) => {
    opened(MIXED)
    editor.chain().selectAll()[toggle]().run()
    const items = 'li(heading(Head)) li(one) li(a ol(li(deep))) li(b) li(end)'
    expect(shape()).toBe(`${tag}(${items})`)
    editor.chain().selectAll()[toggle]().run()
    expect(shape()).toBe('heading(Head) one a ol(li(deep)) b end')
  })

  it('makes tasks, and of tasks a list again', () => {
    opened(MIXED)
    editor.chain().selectAll().toggleTaskList().run()
    expect(shape()).toBe(
      'taskList(taskItem(heading(Head)) taskItem(one) taskItem(a ol(li(deep))) taskItem(b) taskItem(end))',
    )
    editor.chain().selectAll().toggleBulletList().run()
    expect(shape()).toBe('ul(li(heading(Head)) li(one) li(a ol(li(deep))) li(b) li(end))')
  })

  it('makes one list where a table is among it, and leaves the table whole', () => {
    opened('<ul><li>a</li></ul><table><tr><td>cell</td></tr></table>')
    editor.chain().selectAll().toggleBulletList().run()
    expect(shape()).toContain('ul(li(a) li(table(tableRow(tableCell(cell)))))')
  })

  it('is undone by one undo', () => {
    opened(MIXED)
    const before = shape()
    const { undoManager } = yUndoPluginKey.getState(editor.state) as { undoManager: Y.UndoManager }
    undoManager.stopCapturing()
    editor.chain().selectAll().toggleBulletList().run()
    editor.commands.undo()
    expect(shape()).toBe(before)
  })
})

describe('of a part', () => {
  /** Selects from the first letter of one word to the last of another. */
  function select(first: string, last: string): void {
    const places = new Map<string, number>()
    editor.state.doc.descendants((node, at) => {
      if (node.isText) places.set(node.text ?? '', at)
    })
    const to = (places.get(last) ?? 0) + last.length
    editor.commands.setTextSelection({ from: places.get(first) ?? 0, to })
  }

  it('takes a list that it reaches into, and the same words stay selected', () => {
    opened(MIXED)
    select('b', 'end')
    editor.commands.toggleBulletList()
    expect(shape()).toBe('heading(Head) one ul(li(a ol(li(deep))) li(b) li(end))')
    expect(selected('b end')).toBe('b end')
    opened('<p>one</p><ul><li>a</li></ul>')
    select('one', 'a')
    editor.commands.toggleOrderedList()
    expect(shape()).toBe('ol(li(one) li(a))')
    expect(selected('one a')).toBe('one a')
  })

  it('changes the kind of the list that it is in, tasks too', () => {
    opened('<p>one</p><ul><li>a</li><li>b</li></ul>')
    select('b', 'b')
    editor.commands.toggleTaskList()
    expect(shape()).toBe('one taskList(taskItem(a) taskItem(b))')
    expect(selected('b')).toBe('b')
    editor.commands.toggleOrderedList()
    expect(shape()).toBe('one ol(li(a) li(b))')
    editor.commands.toggleBulletList()
    expect(shape()).toBe('one ul(li(a) li(b))')
    editor.commands.toggleBulletList()
    expect(shape()).toBe('one ul(li(a)) b')
  })

  it('leaves plain blocks to Tiptap', () => {
    opened('<p>one</p><p>two</p>')
    select('one', 'two')
    editor.commands.toggleBulletList()
    expect(shape()).toBe('ul(li(one) li(two))')
  })
})
