// @vitest-environment jsdom

import {
  joinBackward,
  lift,
  setBlockType,
  splitBlock,
  toggleMark,
  wrapIn,
} from '@tiptap/pm/commands'
import type { Node } from '@tiptap/pm/model'
import { wrapInList } from '@tiptap/pm/schema-list'
import type { Command } from '@tiptap/pm/state'
import { addRowAfter, deleteRow } from '@tiptap/pm/tables'
import { describe, expect, it } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import { mount } from '../../src/editor/editor'
import { schema } from '../../src/editor/schema-of'
import { type Change, compare } from '../../src/history/compare'
import { Past } from '../../src/history/past'
import { perform, restoreBlocks } from '../../src/history/restoring'
import { Desk, dice, randomDesk } from './writers'

const { nodes, marks } = schema
const [ANA, BO] = [1, 2]

const pastOf = ({ ledger }: Desk): Past => new Past(schema, ledger.log(), ledger.columns())

const erase: Command = (state, dispatch) => {
  dispatch?.(state.tr.deleteSelection())
  return true
}

/** Ana wrote these paragraphs; then Bo does something. */
function afterBo(paragraphs: string[], from: number, to: number, ...commands: Command[]) {
  const desk = new Desk(2)
  const ana = desk.writer(ANA)
  for (const [i, text] of paragraphs.entries()) {
    const end = ana.page.content.size - 1
    if (i > 0) ana.edit(end, end, splitBlock)
    ana.type(ana.page.content.size - 1, text)
  }
  desk.sync()
  const since = desk.ledger.head
  for (const command of commands) desk.writer(BO).edit(from, to, command)
  desk.sync()
  const past = pastOf(desk)
  return { desk, past, since, ...compare(past, since, desk.ledger.head) }
}

const brief = ({ kind, by, authors, marks }: Change) => ({
  kind,
  by,
  authors,
  gone: marks.map(({ gone }) => gone?.textBetween(0, gone.size, '|') ?? '').join(''),
})

describe('what another did to a text', () => {
  it('is inserted text of its author', () => {
    const { changes, after, counts } = afterBo(['Hello world'], 6, 6, (state, dispatch) => {
      dispatch?.(state.tr.insertText(', dear'))
      return true
    })
    expect(changes.map(brief)).toEqual([{ kind: 'inserted', by: BO, authors: [BO], gone: '' }])
    const [{ from, to } = { from: 0, to: 0 }] = changes
    expect(after.doc.textBetween(from, to)).toBe(', dear')
    expect(counts).toEqual({ inserted: 6, deleted: 0, restyled: 0, changes: 1 })
  })

  it('is deleted text with author and deleter, in its place', () => {
    const { changes, former } = afterBo(['Hello dear world'], 6, 11, erase)
    expect(changes.map(brief)).toEqual([{ kind: 'deleted', by: BO, authors: [ANA], gone: 'dear ' }])
    expect(changes[0]).toMatchObject({ from: 7, to: 7 })
    expect(former).toMatchObject([{ kind: 'deleted', from: 7, to: 12 }])
  })

  it('is one deletion when it goes through paragraphs', () => {
    const { changes } = afterBo(['one two', 'three', 'four five'], 5, 21, erase)
    expect(changes.map(brief)).toEqual([
      { kind: 'deleted', by: BO, authors: [ANA], gone: 'twothreefour' },
    ])
  })

  it('is a whole paragraph at its place', () => {
    const { changes, after } = afterBo(['one', 'two', 'three'], 5, 10, (state, dispatch) => {
      dispatch?.(state.tr.delete(5, 10))
      return true
    })
    expect(changes.map(brief)).toEqual([{ kind: 'deleted', by: BO, authors: [ANA], gone: 'two' }])
    expect(changes[0]?.marks[0]).toMatchObject({ node: true, from: 5, before: { from: 5, to: 10 } })
    expect(after.doc.childCount).toBe(2)
  })

  it.each<[string, Command, string]>([
    ['a heading', setBlockType(nodes.heading as never, { level: 2 }), 'heading'],
    ['a quote', wrapIn(nodes.blockquote as never), 'paragraph'],
    ['a list', wrapInList(nodes.bulletList as never), 'paragraph'],
    ['bold', toggleMark(marks.bold as never), 'bold'],
  ])('is restyling when it makes %s', (_name, command, what) => {
    const { changes } = afterBo(['one', 'two'], 1, 4, command)
    expect(changes).toHaveLength(1)
    expect(changes[0]).toMatchObject({ kind: 'restyled', by: BO, authors: [ANA] })
    expect(changes[0]?.what[0]).toBe(what)
  })

  it('is restyling when it unmakes a quote', () => {
    const quote = wrapIn(nodes.blockquote as never)
    const { past, since, desk } = afterBo(['one', 'two'], 1, 4, quote)
    const quoted = desk.ledger.head
    desk.writer(ANA).edit(2, 5, lift)
    desk.sync()
    const again = pastOf(desk)
    expect(
      compare(again, quoted, desk.ledger.head).changes.map(({ kind, by }) => [kind, by]),
    ).toEqual([['restyled', ANA]])
    expect(compare(again, since, desk.ledger.head).changes).toEqual([])
    expect(past.head).toBe(quoted)
  })

  it('is a division when it presses Enter inside', () => {
    const { changes } = afterBo(['one two', 'three'], 4, 4, splitBlock)
    expect(changes.map(brief)).toEqual([{ kind: 'split', by: BO, authors: [], gone: '' }])
  })

  it('is a union when it presses Backspace at the start', () => {
    const { changes } = afterBo(['one', 'two'], 6, 6, joinBackward)
    expect(changes.map(brief)).toEqual([{ kind: 'joined', by: BO, authors: [], gone: '' }])
  })

  it('is nothing when it is taken back', () => {
    const { desk, since } = afterBo(['one two'], 1, 4, erase)
    const gone = desk.ledger.head
    desk.writer(BO).type(1, 'one')
    desk.sync()
    const past = pastOf(desk)
    expect(compare(past, since, desk.ledger.head).changes).toEqual([])
    const back = compare(past, gone, desk.ledger.head).changes
    expect(back.map(brief)).toEqual([{ kind: 'inserted', by: BO, authors: [ANA], gone: '' }])
  })
})

describe('other changes', () => {
  it('are all insertions from the very beginning', () => {
    const { past, desk } = afterBo(['one two'], 4, 4, splitBlock)
    const { changes, before } = compare(past, 0, desk.ledger.head)
    expect(before.doc.textContent).toBe('')
    expect(changes.map(({ kind, by }) => [kind, by])).toEqual([['inserted', ANA]])
  })

  it('are moves when a paragraph is put elsewhere', () => {
    const { changes } = afterBo(['one', 'and two', 'three'], 1, 1, (state, dispatch) => {
      const first = state.doc.child(0)
      const { tr } = state
      dispatch?.(tr.insert(state.doc.content.size, first).delete(0, first.nodeSize))
      return true
    })
    expect(changes.map(({ kind, by }) => [kind, by])).toEqual([['moved', BO]])
  })

  it('are restyling when a task is ticked', () => {
    const list = wrapInList(nodes.taskList as never)
    const { desk } = afterBo(['do it'], 1, 1, list)
    const since = desk.ledger.head
    desk.writer(ANA).edit(4, 4, (state, dispatch) => {
      dispatch?.(state.tr.setNodeAttribute(1, 'checked', true))
      return true
    })
    desk.sync()
    const { changes } = compare(pastOf(desk), since, desk.ledger.head)
    expect(changes.map(({ kind, by, authors }) => [kind, by, authors])).toEqual([
      ['restyled', ANA, [ANA]],
    ])
  })
})

describe('tables and breaks', () => {
  const row = (...texts: string[]) =>
    schema.node(
      'tableRow',
      null,
      texts.map((text) =>
        schema.node('tableCell', null, schema.node('paragraph', null, schema.text(text))),
      ),
    )
  const table: Command = (state, dispatch) => {
    const rows = [row('a', 'b'), row('c', 'd')]
    dispatch?.(state.tr.replaceSelectionWith(schema.node('table', null, rows)))
    return true
  }

  it('come as a whole', () => {
    const { changes } = afterBo(['one', ''], 6, 6, table)
    expect(changes.map(({ kind, by }) => [kind, by])).toContainEqual(['inserted', BO])
    const blocks = changes.flatMap((change) => change.marks).filter((mark) => mark.node)
    expect(blocks.map(({ kind }) => kind)).toEqual(['deleted', 'inserted'])
  })

  it('have a restored row with an empty cell as it was, and no cell more', () => {
    const cells = (first: string, last: string) =>
      schema.node('tableRow', null, [
        ...row(first).children,
        schema.node('tableCell', null, schema.node('paragraph')),
        ...row(last).children,
      ])
    const rows = [cells('a', 'k'), cells('x', 'y'), cells('c', 'm')]
    const { desk } = afterBo(['one', ''], 6, 6, (state, dispatch) => {
      dispatch?.(state.tr.replaceSelectionWith(schema.node('table', null, rows)))
      return true
    })
    const then = desk.ledger.head
    const { page } = desk.writer(ANA)
    let at = 0
    page.descendants((node, pos) => {
      if (node.text === 'x') at = pos
    })
    desk.writer(BO).edit(at, at, deleteRow)
    desk.sync()
    const { doc, fragment } = desk.writer(ANA)
    const place = document.createElement('article')
    const awareness = new Awareness(doc)
    const editor = mount(place, { doc, awareness, hold: () => {} }, true)
    const live = { state: editor.state, root: fragment }
    perform(editor.view, doc, restoreBlocks(live, pastOf(desk), then, at, at))
    for (const one of [editor, awareness]) one.destroy()
    desk.sync()
    const past = pastOf(desk)
    expect(past.at(past.head).doc.eq(past.at(then).doc)).toBe(true)
    expect(compare(past, then, past.head).changes).toEqual([])
  })

  it('lose and win rows', () => {
    const { desk } = afterBo(['one', ''], 6, 6, table)
    const since = desk.ledger.head
    const ana = desk.writer(ANA)
    const at = (text: string) => {
      let found = 0
      ana.page.descendants((node, pos) => {
        if (node.text === text) found = pos
      })
      return found
    }
    ana.edit(at('a'), at('a'), deleteRow)
    ana.edit(at('c'), at('c'), addRowAfter)
    desk.sync()
    const { changes, after } = compare(pastOf(desk), since, desk.ledger.head)
    const [gone] = changes.filter(({ kind }) => kind === 'deleted')
    expect(gone).toMatchObject({ by: ANA, authors: [BO] })
    expect(gone?.marks[0]?.gone?.firstChild?.type.name).toBe('tableRow')
    expect(after.doc.resolve(gone?.from ?? 0).parent.type.name).toBe('table')
    const come = changes.filter(({ kind }) => kind === 'inserted')
    expect(come).toHaveLength(1)
    expect(after.doc.nodeAt(come[0]?.from ?? 0)?.type.name).toBe('tableRow')
  })

  it('keep a break when its paragraph becomes a heading', () => {
    const hard: Command = (state, dispatch) => {
      const node = nodes.hardBreak?.create()
      if (node) dispatch?.(state.tr.replaceSelectionWith(node))
      return true
    }
    const { desk } = afterBo(['one two'], 4, 4, hard)
    const since = desk.ledger.head
    desk.writer(BO).edit(1, 3, setBlockType(nodes.heading as never, { level: 1 }))
    desk.sync()
    const { changes } = compare(pastOf(desk), since, desk.ledger.head)
    expect(changes.map(({ kind }) => kind)).toEqual(['restyled'])
  })
})

describe('random histories', () => {
  const SEEDS = Array.from({ length: 20 }, (_, seed) => seed)

  it.each(SEEDS)('%i: what was, less the deleted, more the inserted, is what is', (seed) => {
    const desk = randomDesk(seed, 70)
    const past = pastOf(desk)
    const random = dice(seed)
    for (let i = 0; i < 25; i++) {
      const [a, b] = [1, 1].map(() => 1 + Math.floor(random() * past.head))
      const { before, after, changes, former, counts } = compare(past, a ?? 1, b ?? 1)
      const sum = before.doc.textContent.length - counts.deleted + lettersIn(changes, after.doc)
      expect(sum).toBe(after.doc.textContent.length)
      for (const { from, to, marks } of [...changes]) {
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeLessThanOrEqual(after.doc.content.size)
        for (const mark of marks) if (mark.node) expectNode(after.doc, mark)
      }
      for (const { to } of former) expect(to).toBeLessThanOrEqual(before.doc.content.size)
      const starts = changes.map(({ from }) => from)
      expect(starts).toEqual(starts.toSorted((x, y) => x - y))
    }
  })

  it.each(SEEDS)('%i: nothing differs from itself', (seed) => {
    const past = pastOf(randomDesk(seed, 30))
    expect(compare(past, past.head, past.head).changes).toEqual([])
  })

  function lettersIn(changes: readonly Change[], doc: Node) {
    return changes
      .flatMap((change) => change.marks)
      .filter(({ kind, node }) => kind === 'inserted' && !node)
      .reduce((sum, { from, to }) => sum + doc.textBetween(from, to).length, 0)
  }
  function expectNode(doc: Node, mark: Change['marks'][number]): void {
    if (mark.kind === 'deleted') return
    expect(doc.nodeAt(mark.from)?.nodeSize).toBe(mark.to - mark.from)
  }
})
