// @vitest-environment jsdom

import type { Editor } from '@tiptap/core'
import { setBlockType, splitBlock, toggleMark } from '@tiptap/pm/commands'
import type { Node } from '@tiptap/pm/model'
import { EditorState, TextSelection } from '@tiptap/pm/state'
import { deleteRow, fixTables } from '@tiptap/pm/tables'
import { yUndoPluginKey } from '@tiptap/y-tiptap'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { schema } from '../../src/editor/schema-of'
import { Blame } from '../../src/history/blame'
import { Past } from '../../src/history/past'
import {
  type Live,
  perform,
  putBack,
  restoreBlocks,
  restoreMoment,
  type Turn,
  undoTurn,
} from '../../src/history/restoring'
import { search } from '../../src/history/search'
import { mounted } from '../page'
import { Desk, dice, randomDesk, type Writer } from './writers'

const [ANA, BO, CEM] = [1, 2, 3]
const pastOf = ({ ledger }: Desk): Past => new Past(schema, ledger.log(), ledger.columns())

/** A live editor on what a writer has. */
function open({ doc }: Writer): Editor {
  return mounted(doc)
}

const liveOf = ({ state }: Editor, { fragment }: Writer): Live => ({ state, root: fragment })

/** What an editor shows of a document: it makes the rows of a table equally long. */
function mended(doc: Node): Node {
  return fixTables(EditorState.create({ doc }))?.doc ?? doc
}

/** Three paragraphs by Ana; "Zwei" is then Bo's. */
function desk(): Desk {
  const made = new Desk(3)
  const ana = made.writer(ANA)
  ana.type(1, 'Eins steht hier.')
  ana.edit(17, 17, splitBlock)
  ana.type(19, 'Zwei steht hier.')
  ana.edit(35, 35, splitBlock)
  ana.type(37, 'Drei steht hier.')
  made.sync()
  return made
}

function erase(made: Desk, user: number, from: number, to: number): void {
  made.writer(user).edit(from, to, (state, dispatch) => {
    dispatch?.(state.tr.delete(from, to))
    return true
  })
  made.sync()
}

const textOf = (writer: Writer): string[] => {
  const lines: string[] = []
  for (const node of writer.page.children) lines.push(node.textContent)
  return lines
}

const idOf = (writer: Writer, paragraph: number, index: number): unknown => {
  const line = writer.fragment.get(paragraph) as Y.XmlElement
  return Y.createRelativePositionFromTypeIndex(line.get(0) as Y.XmlText, index).item
}

describe('a whole moment', () => {
  it('comes back as one edit that all see, and what was the same keeps its ids', () => {
    const made = desk()
    const then = made.ledger.head
    erase(made, BO, 1, 6)
    erase(made, BO, 13, 31)
    made.writer(ANA).type(1, 'Neu: ')
    made.sync()
    const writer = made.writer(CEM)
    const kept = [idOf(writer, 0, 7), idOf(writer, 1, 3)]
    const editor = open(writer)
    const past = pastOf(made)
    perform(editor.view, writer.doc, restoreMoment(liveOf(editor, writer), past, then))
    expect(writer.outbox).toHaveLength(1)
    expect(editor.state.doc.toJSON()).toEqual(past.at(then).doc.toJSON())
    expect([idOf(writer, 0, 7), idOf(writer, 2, 3)]).toEqual(kept)
    made.sync()
    expect(textOf(made.writer(ANA))).toEqual([
      'Eins steht hier.',
      'Zwei steht hier.',
      'Drei steht hier.',
    ])
    const all = pastOf(made)
    const { ranges } = new Blame(all.at(all.head), all.columns)
    expect([...new Set(ranges.map(({ author }) => author))]).toEqual([ANA])
  })

  it('is undone in one step, and no more than it', () => {
    const made = desk()
    const then = made.ledger.head
    erase(made, BO, 1, 6)
    erase(made, BO, 20, 25)
    const writer = made.writer(CEM)
    const editor = open(writer)
    const before = editor.state.doc.toJSON()
    perform(editor.view, writer.doc, restoreMoment(liveOf(editor, writer), pastOf(made), then))
    editor.commands.insertContentAt(1, 'later ')
    expect(yUndoPluginKey.getState(editor.state)).toBeDefined()
    editor.commands.undo()
    editor.commands.undo()
    expect(editor.state.doc.toJSON()).toEqual(before)
    editor.commands.redo()
    expect(editor.getText()).toContain('Eins steht')
  })

  it('writes only what differs in a text: two words apart, and what is between stays', () => {
    const made = desk()
    const then = made.ledger.head
    erase(made, BO, 1, 3)
    erase(made, BO, 10, 12)
    const writer = made.writer(CEM)
    const between = idOf(writer, 0, 4)
    const editor = open(writer)
    perform(editor.view, writer.doc, restoreMoment(liveOf(editor, writer), pastOf(made), then))
    expect(textOf(writer)[0]).toBe('Eins steht hier.')
    expect(idOf(writer, 0, 6)).toEqual(between)
  })

  it('keeps the caret', () => {
    const made = desk()
    const then = made.ledger.head
    erase(made, BO, 1, 6)
    const writer = made.writer(CEM)
    const editor = open(writer)
    const at = editor.state.doc.content.size - 3
    editor.view.dispatch(editor.state.tr.setSelection(TextSelection.create(editor.state.doc, at)))
    perform(editor.view, writer.doc, restoreMoment(liveOf(editor, writer), pastOf(made), then))
    expect(editor.state.selection.head).toBe(at + 5)
  })

  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'is exactly that in history %i',
    (seed) => {
      const made = randomDesk(seed, 50)
      const past = pastOf(made)
      const random = dice(seed)
      const writer = made.writer(1 + Math.floor(random() * 3))
      const editor = open(writer)
      const then = 1 + Math.floor(random() * past.head)
      const restored = restoreMoment(liveOf(editor, writer), past, then)
      expect(restored.doc.toJSON()).toEqual(past.at(then).doc.toJSON())
      perform(editor.view, writer.doc, restored)
      const shown = mended(restored.doc).toJSON()
      expect(editor.state.doc.toJSON()).toEqual(shown)
      made.sync()
      for (const other of made.writers) expect(mended(other.page).toJSON()).toEqual(shown)
    },
  )
})

describe('some blocks', () => {
  it('come back between their neighbours, and nothing else changes', () => {
    const made = desk()
    const then = made.ledger.head
    erase(made, BO, 18, 36)
    erase(made, BO, 1, 6)
    const writer = made.writer(CEM)
    const editor = open(writer)
    const past = pastOf(made)
    perform(editor.view, writer.doc, restoreBlocks(liveOf(editor, writer), past, then, 20, 22))
    expect(textOf(writer)).toEqual(['steht hier.', 'Zwei steht hier.', 'Drei steht hier.'])
  })

  it('become what they were where they still are', () => {
    const made = desk()
    const then = made.ledger.head
    erase(made, BO, 19, 24)
    made.writer(BO).edit(3, 3, setBlockType(schema.nodes.heading as never, { level: 1 }))
    made.sync()
    const writer = made.writer(CEM)
    const editor = open(writer)
    const past = pastOf(made)
    perform(editor.view, writer.doc, restoreBlocks(liveOf(editor, writer), past, then, 20, 22))
    expect(textOf(writer)).toEqual(['Eins steht hier.', 'Zwei steht hier.', 'Drei steht hier.'])
    expect(writer.page.firstChild?.type.name).toBe('heading')
  })

  it('are whole rows in a table', () => {
    const cell = (text: string) =>
      schema.node('tableCell', null, schema.node('paragraph', null, schema.text(text)))
    const rows = ['a', 'b', 'c'].map((text) =>
      schema.node('tableRow', null, [cell(text), cell(`${text}2`)]),
    )
    const made = new Desk(2)
    made.writer(ANA).edit(1, 1, (state, dispatch) => {
      dispatch?.(state.tr.replaceSelectionWith(schema.node('table', null, rows)))
      return true
    })
    made.sync()
    const then = made.ledger.head
    const past = pastOf(made)
    let at = 0
    past.at(then).doc.descendants((node, pos) => {
      if (node.text === 'b') at = pos
    })
    made.writer(BO).edit(at, at, deleteRow)
    made.sync()
    const writer = made.writer(ANA)
    const editor = open(writer)
    const now = pastOf(made)
    perform(editor.view, writer.doc, restoreBlocks(liveOf(editor, writer), now, then, at, at))
    expect(writer.page.toJSON()).toEqual(now.at(then).doc.toJSON())
  })
})

describe('a phrase that was found', () => {
  it.each<[string, number, number]>([
    ['in its line', 19, 24],
    ['in a line of its own', 18, 36],
  ])('comes back %s', (_name, from, to) => {
    const made = desk()
    erase(made, BO, from, to)
    made.writer(ANA).edit(3, 3, setBlockType(schema.nodes.heading as never, { level: 1 }))
    made.sync()
    const past = pastOf(made)
    const find = search(past, 'zwei')[0]
    const writer = made.writer(CEM)
    const editor = open(writer)
    if (find) perform(editor.view, writer.doc, putBack(liveOf(editor, writer), past, find))
    expect(textOf(writer)).toHaveLength(3)
    expect(textOf(writer)[1]).toContain('Zwei')
    made.sync()
    const all = pastOf(made)
    const again = search(all, 'zwei')
    expect(again.every(({ died, authors }) => died === null && authors[0] === ANA)).toBe(true)
    expect(putBack(liveOf(editor, writer), all, find as never).docChanged).toBe(false)
  })
})

/** The text without what one wrote in some rows. */
function lettersBut({ moment, columns }: Blame, { author, first, last }: Turn): string {
  let letters = ''
  for (const { pos, client, clock, length } of moment.runs) {
    for (let k = 0; k < length; k++) {
      const said = columns.firstOf(client, clock + k)
      const seq = columns.birth(said.client, said.clock)
      const theirs = seq >= first && seq <= last && columns.author(seq) === author
      if (!theirs) letters += moment.doc.textBetween(pos + k, pos + k + 1)
    }
  }
  return letters
}

/** Whether all letters are in a text, in their order. */
function isWithin(letters: string, text: string): boolean {
  let at = 0
  for (const letter of letters.split('')) {
    at = text.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}

describe("a person's sitting", () => {
  it('is taken back, and nothing of others', () => {
    const made = desk()
    const first = made.ledger.head + 1
    erase(made, BO, 24, 30)
    made.writer(BO).type(1, 'Bo war hier. ')
    made.sync()
    made.writer(ANA).type(1, 'Ana auch. ')
    made.sync()
    made.writer(BO).edit(3, 3, splitBlock)
    made.sync()
    const last = made.ledger.head
    made.writer(ANA).type(1, 'Und wieder. ')
    made.writer(ANA).edit(3, 5, toggleMark(schema.marks.bold as never))
    made.sync()
    const writer = made.writer(CEM)
    const editor = open(writer)
    const turn = { author: BO, first, last }
    const undone = undoTurn(liveOf(editor, writer), pastOf(made), turn)
    perform(editor.view, writer.doc, undone)
    const lines = textOf(writer)
    expect(lines.join('')).toBe(
      'Und wieder. Ana auch. Eins steht hier.Zwei steht hier.Drei steht hier.',
    )
    expect(editor.state.doc.toJSON()).toEqual(undone.doc.toJSON())
  })

  it('brings back what was deleted letter by letter, also a heading since', () => {
    const made = desk()
    const first = made.ledger.head + 1
    for (let at = 29; at > 23; at--) erase(made, BO, at, at + 1)
    erase(made, BO, 1, 2)
    const last = made.ledger.head
    made.writer(ANA).edit(20, 20, setBlockType(schema.nodes.heading as never, { level: 1 }))
    made.sync()
    const writer = made.writer(CEM)
    const editor = open(writer)
    const turn = { author: BO, first, last }
    perform(editor.view, writer.doc, undoTurn(liveOf(editor, writer), pastOf(made), turn))
    expect(textOf(writer)).toEqual(['Eins steht hier.', 'Zwei steht hier.', 'Drei steht hier.'])
    expect(writer.page.child(1).type.name).toBe('heading')
  })

  it('brings back the copy that was deleted, of two that stood', () => {
    const made = desk()
    const heading = setBlockType(schema.nodes.heading as never, { level: 1 })
    made.writer(ANA).edit(1, 1, heading)
    made.writer(BO).edit(1, 1, heading)
    made.sync()
    const first = made.ledger.head + 1
    erase(made, BO, 2, 5)
    const writer = made.writer(CEM)
    const editor = open(writer)
    const turn = { author: BO, first, last: made.ledger.head }
    perform(editor.view, writer.doc, undoTurn(liveOf(editor, writer), pastOf(made), turn))
    expect(textOf(writer).slice(0, 2)).toEqual(['Eins steht hier.', 'Eins steht hier.'])
  })

  it('leaves an empty document a paragraph', () => {
    const made = new Desk(2)
    const first = made.ledger.head + 1
    made.writer(BO).type(1, 'alles')
    made.writer(BO).edit(6, 6, splitBlock)
    made.sync()
    const writer = made.writer(ANA)
    const editor = open(writer)
    const turn = { author: BO, first, last: made.ledger.head }
    perform(editor.view, writer.doc, undoTurn(liveOf(editor, writer), pastOf(made), turn))
    expect(textOf(writer)).toEqual([''])
  })

  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'never touches others in history %i',
    (seed) => {
      const made = randomDesk(seed, 50)
      const past = pastOf(made)
      const random = dice(seed)
      const first = 2 + Math.floor(random() * (past.head - 2))
      const turn = { author: BO, first, last: Math.min(past.head, first + 15) }
      const writer = made.writer(CEM)
      const editor = open(writer)
      const blame = new Blame(past.at(past.head), past.columns)
      const undone = undoTurn(liveOf(editor, writer), past, turn)
      const kept = lettersBut(blame, turn)
      expect(isWithin(kept, undone.doc.textContent), kept).toBe(true)
      perform(editor.view, writer.doc, undone)
      made.sync()
      for (const other of made.writers) expect(other.page.toJSON()).toEqual(writer.page.toJSON())
    },
  )
})
