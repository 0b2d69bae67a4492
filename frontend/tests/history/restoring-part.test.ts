// @vitest-environment jsdom

import type { Editor } from '@tiptap/core'
import { Fragment, type Node } from '@tiptap/pm/model'
import { Plugin } from '@tiptap/pm/state'
import { describe, expect, it } from 'vitest'
import { words } from '../../src/catalogue'
import { schema } from '../../src/editor/schema-of'
import { Acting, type Done } from '../../src/history/acting'
import { Tokens } from '../../src/history/compare-tokens'
import { Past, present } from '../../src/history/past'
import { isWhole, perform } from '../../src/history/restoring'
import { Edits } from '../../src/history/restoring-edits'
import { tell } from '../../src/history/telling'
import { mounted } from '../page'
import { Desk, type Writer } from './writers'

function open({ doc }: Writer): Editor {
  return mounted(doc)
}

/** One line in a live editor, which edits are to be made of. */
function line() {
  const made = new Desk(1)
  const writer = made.writer(1)
  writer.type(1, 'one two')
  made.sync()
  const editor = open(writer)
  const now = new Tokens(present(schema, writer.fragment), made.ledger.columns())
  const [block = null] = now.root.children
  return { made, writer, editor, block, edits: new Edits(editor.state, editor.state.doc) }
}

const text = (said: string): Fragment => Fragment.from(schema.text(said))

/** An editor that takes away a line as soon as it says something. */
function mending(editor: Editor, said: string): void {
  const plugin = new Plugin({
    appendTransaction: (_, __, { doc, tr }) =>
      doc.firstChild?.textContent.includes(said) && doc.childCount > 1
        ? tr.delete(0, doc.firstChild.nodeSize)
        : null,
  })
  editor.registerPlugin(plugin, (mine, others) => [...others, mine])
}

/** A list in a list in a list. */
function deep(levels: number): Node {
  const inner = schema.node('paragraph', null, schema.text('deep'))
  return Array.from({ length: levels }).reduce<Node>(
    (node) => schema.node('blockquote', null, [node]),
    inner,
  )
}

describe('what a restoration leaves out', () => {
  it('is nothing where all fits', () => {
    const { edits, block, editor, writer } = line()
    edits.replace(block, 1, 1, text('zero '))
    edits.replace(block, 8, 8, text(' three'))
    const transaction = edits.transaction()
    expect(isWhole(transaction)).toBe(true)
    expect(perform(editor.view, writer.doc, transaction)).toBe(true)
    expect(editor.getText()).toBe('zero one two three')
  })

  it('is told where its place is gone in the midst of it', () => {
    const { edits, block, editor, writer } = line()
    edits.replace(null, 9, 9, Fragment.from(schema.node('paragraph', null, schema.text('end'))))
    edits.replace(block, 1, 1, text('zero '))
    edits.replace(block, 8, 8, text(' three'))
    mending(editor, 'zero')
    expect(perform(editor.view, writer.doc, edits.transaction())).toBe(false)
    expect(editor.getText()).toBe('end')
  })

  it('is told where a block cannot take it', () => {
    const { edits, editor, writer } = line()
    editor.commands.setNode('codeBlock')
    const { doc } = editor.state
    const now = new Tokens(present(schema, writer.fragment), new Desk(1).ledger.columns())
    const inCode = new Edits(editor.state, doc)
    const rule = Fragment.fromArray([schema.text('a'), schema.node('hardBreak')])
    inCode.replace(now.root.children[0] ?? null, 1, 1, rule)
    const transaction = inCode.transaction()
    expect(edits.transaction().docChanged).toBe(false)
    expect(isWhole(transaction)).toBe(false)
    expect(perform(editor.view, writer.doc, transaction)).toBe(false)
    expect(editor.getText()).toBe('aone two')
  })

  it('is told where a block takes the words and not their style', () => {
    const { block, editor, writer } = line()
    editor.commands.setNode('codeBlock')
    const edits = new Edits(editor.state, editor.state.doc)
    edits.replace(block, 1, 1, Fragment.from(schema.text('zero ', [schema.mark('bold')])))
    const transaction = edits.transaction()
    expect(isWhole(transaction)).toBe(false)
    expect(perform(editor.view, writer.doc, transaction)).toBe(false)
    expect(editor.getText()).toBe('zero one two')
  })

  it('is all of it where the editor refuses it', () => {
    const { edits, editor, writer } = line()
    edits.replace(null, 0, 0, Fragment.from(deep(200)))
    const before = editor.state.doc
    expect(perform(editor.view, writer.doc, edits.transaction())).toBe(false)
    expect(editor.state.doc.eq(before)).toBe(true)
  })
})

describe('what is said of it', () => {
  const heard = (done: Done | null): [boolean, string, number] => {
    const acting = new Acting({ editor: null, doc: line().writer.doc })
    const isAll = tell(acting, done, 'It is back.')
    const toast = document.querySelector('.toast')
    return [
      isAll,
      toast?.querySelector('span')?.textContent ?? '',
      toast?.querySelectorAll('button').length ?? 0,
    ]
  }

  it.each<[string, Done | null, boolean, string, number]>([
    ['all of it', { at: 1, isWhole: true }, true, 'It is back.', 2],
    ['a part of it', { at: 1, isWhole: false }, false, words.partRestored, 2],
    ['none of it', { at: null, isWhole: false }, false, words.noneRestored, 1],
    ['nothing to do', null, false, words.nothingToDo, 1],
  ])('when %s is done', (_, done, isAll, sentence, buttons) => {
    expect(heard(done)).toEqual([isAll, sentence, buttons])
  })
})

describe('an act', () => {
  it('that the editor refuses changed nothing, and cannot be undone', () => {
    const { made, writer, editor } = line()
    const past = new Past(schema, made.ledger.log(), made.ledger.columns())
    editor.commands.insertContentAt(1, 'later ')
    editor.registerPlugin(new Plugin({ filterTransaction: ({ docChanged }) => !docChanged }))
    const done = new Acting({ editor, doc: writer.doc }).restore(past, past.head)
    expect(done).toEqual({ at: null, isWhole: false })
    expect(editor.getText()).toBe('later one two')
  })
})
