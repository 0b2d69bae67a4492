// @vitest-environment jsdom

import { Fragment, Slice } from '@tiptap/pm/model'
import { Transform } from '@tiptap/pm/transform'
import * as decoding from 'lib0/decoding'
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { type Carry, declare } from '../../src/editor/carries'
import { schema } from '../../src/editor/schema-of'
import { Tokens } from '../../src/history/compare-tokens'
import { Past, present } from '../../src/history/past'
import { perform, restoreMoment, undoTurn } from '../../src/history/restoring'
import { letters, Pieces } from '../../src/history/restoring-carries'
import { Edits } from '../../src/history/restoring-edits'
import { parsed } from '../../src/wire/structs'
import { mounted } from '../page'
import { Desk, type Writer } from './writers'

const [ANA, BO, CEM] = [1, 2, 3]
function declarations(update: Uint8Array | undefined): Uint8Array[] {
  return parsed(update ?? new Uint8Array()).structs.flatMap((item) =>
    item instanceof Y.Item && item.content instanceof Y.ContentBinary ? [item.content.content] : [],
  )
}

/** What an update says again: of each of its declarations the clocks under which it was said. */
function sources(update: Uint8Array | undefined): number[][] {
  return declarations(update).map((body) => {
    const clocks: number[] = []
    for (const decoder = decoding.createDecoder(body); decoding.hasContent(decoder); ) {
      const parts = Array.from({ length: 4 }, () => decoding.readVarUint(decoder))
      const [, length = 0, , clock = 0] = parts
      for (let k = 0; k < length; k++) clocks.push(clock + k)
    }
    return clocks
  })
}

function open({ doc, fragment }: Writer) {
  const editor = mounted(doc)
  return { editor, doc, live: { state: editor.state, root: fragment } }
}

const pastOf = ({ ledger }: Desk): Past => new Past(schema, ledger.log(), ledger.columns())

function erase(made: Desk, user: number, from: number, to: number): void {
  made.writer(user).edit(from, to, (state, dispatch) => {
    dispatch?.(state.tr.delete(from, to))
    return true
  })
  made.sync()
}

const textOf = ({ fragment }: Writer): Y.XmlText =>
  (fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText

const idOf = (writer: Writer): Y.ID => (textOf(writer)._start as Y.Item).id

function clocksOf(writer: Writer): number[] {
  const clocks: number[] = []
  for (let item = textOf(writer)._start; item; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue
    for (let k = 0; k < item.length; k++) clocks.push(item.id.clock + k)
  }
  return clocks
}

it('declares in the update itself, and leaves nothing behind', () => {
  const doc = new Y.Doc()
  const manager = new Y.UndoManager(doc.getXmlFragment('default'), {
    trackedOrigins: new Set(['us']),
  })
  const text = new Y.XmlText('abc')
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [text])
  doc.getXmlFragment('default').insert(0, [paragraph])
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const since = Y.getState(doc.store, doc.clientID)
  doc.transact((transaction) => {
    text.insert(1, 'xy')
    const carry: Carry = { clock: since, source: { client: 7, clock: 300, length: 2 } }
    declare(transaction, [carry])
  }, 'us')
  expect(text.getAttributes()).toEqual({})
  expect(declarations(updates[0]).map((bytes) => [...bytes])).toEqual([[2, 2, 7, 172, 2]])
  expect(updates).toHaveLength(1)
  manager.undo()
  expect(text.toString()).toBe('abc')
})

it('tells apart what comes back before equal letters', () => {
  const made = new Desk(3)
  made.writer(ANA).type(1, 'tata!')
  made.sync()
  const then = made.ledger.head
  const all = clocksOf(made.writer(CEM))
  textOf(made.writer(BO)).delete(0, 2)
  made.sync()
  const writer = made.writer(CEM)
  const left = clocksOf(writer)
  const gone = all.filter((clock) => !left.includes(clock))
  const { editor, doc, live } = open(writer)
  perform(editor.view, doc, restoreMoment(live, pastOf(made), then))
  expect(editor.getText()).toBe('tata!')
  expect(new Set(sources(writer.outbox[0]).flat())).toEqual(
    new Set([...gone, ...left.slice(0, -1)]),
  )
  expect(clocksOf(writer).at(-1)).toBe(left.at(-1))
})

it('declares by itself what stood at another moment', () => {
  const made = new Desk(3)
  made.writer(ANA).type(1, 'one two')
  made.sync()
  const first = made.ledger.head + 1
  erase(made, BO, 5, 8)
  made.writer(ANA).type(5, 'three')
  made.sync()
  erase(made, BO, 5, 10)
  const writer = made.writer(CEM)
  const { editor, doc, live } = open(writer)
  const turn = { author: BO, first, last: made.ledger.head }
  perform(editor.view, doc, undoTurn(live, pastOf(made), turn))
  const said = sources(writer.outbox[0])
  expect(said.map(({ length }) => length).sort()).toEqual([3, 5])
})

it('declares what is put where the editor mends what is put above it', () => {
  const made = new Desk(1)
  const writer = made.writer(ANA)
  writer.type(1, 'one two three')
  made.sync()
  const { client, clock } = idOf(writer)
  const { editor, doc } = open(writer)
  editor.view.dispatch(editor.state.tr.delete(8, 14).delete(1, 5))
  const left = clocksOf(writer)
  const now = new Tokens(present(schema, writer.fragment), made.ledger.columns())
  const [block = null] = now.root.children
  const edits = new Edits(editor.state, editor.state.doc)
  const text = (words: string) => Fragment.from(schema.text(words))
  edits.replace(block, 1, 1, text('one '), [{ client, clock, length: 4 }])
  edits.replace(block, 4, 4, text(' three'), [{ client, clock: clock + 7, length: 6 }])
  const rows = ['tableRow', 'tableRow'].map((name) => schema.node(name))
  edits.replace(null, 0, 0, Fragment.from(schema.node('table', null, rows)))
  perform(editor.view, doc, edits.transaction())
  expect(editor.getText({ blockSeparator: '|' })).toBe('one two three')
  const clocks = (from: number, length: number) => Array.from({ length }, (_, k) => from + k)
  expect(sources(writer.outbox.at(-1))).toEqual([clocks(clock, 4), clocks(clock + 7, 6)])
  expect(clocksOf(writer).slice(4, 7)).toEqual(left)
})

it('declares what is put before a text that is equal', () => {
  const text = 'more than sixteen letters'
  const made = new Desk(1)
  const writer = made.writer(ANA)
  writer.type(1, text + text)
  made.sync()
  const { client, clock } = idOf(writer)
  const { editor, doc } = open(writer)
  editor.view.dispatch(editor.state.tr.delete(1, 1 + text.length))
  const edits = new Edits(editor.state, editor.state.doc)
  const line = schema.node('paragraph', null, schema.text(text))
  edits.replace(null, 0, 0, Fragment.from(line), [{ client, clock, length: text.length }])
  perform(editor.view, doc, edits.transaction())
  expect(editor.getText({ blockSeparator: '|' })).toBe(`${text}|${text}`)
  expect(sources(writer.outbox.at(-1))).toEqual([Array.from(text, (_, k) => clock + k)])
})

it('knows what is put where it does not fit as it is', () => {
  const page = schema.node('doc', null, [schema.node('paragraph', null, schema.text('ab'))])
  const list = schema.node('blockquote', null, [
    schema.node('paragraph', null, schema.text('x')),
    schema.node('paragraph', null, schema.text('yz')),
  ])
  const made = new Transform(page)
  const pieces = new Pieces(made)
  made.replace(2, 2, new Slice(Fragment.from(list), 0, 0))
  pieces.put('xyz', [[{ client: 7, clock: 3, length: 2 }], [{ client: 8, clock: 1, length: 1 }]])
  made.insert(0, schema.node('paragraph'))
  const found = letters(pieces.placed()).map((said) =>
    [...said].map(([pos, id]) => [made.doc.textBetween(pos, pos + 1), id]),
  )
  expect(found).toEqual([
    [
      ['x', { client: 7, clock: 3 }],
      ['y', { client: 7, clock: 4 }],
    ],
    [['z', { client: 8, clock: 1 }]],
  ])
})
