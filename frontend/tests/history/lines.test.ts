import { joinBackward, setBlockType, splitBlock } from '@tiptap/pm/commands'
import type { Command } from '@tiptap/pm/state'
import { describe, expect, it } from 'vitest'
import { schema } from '../../src/editor/schema-of'
import { compare } from '../../src/history/compare'
import { gapsOf } from '../../src/history/lining'
import { Past } from '../../src/history/past'
import { Desk, randomDesk } from './writers'

const put =
  (...texts: string[]): Command =>
  (state, dispatch) => {
    const blocks = texts.map((text) => schema.node('paragraph', null, schema.text(text)))
    dispatch?.(state.tr.insert(state.selection.from, blocks))
    return true
  }

const erase: Command = (state, dispatch) => {
  dispatch?.(state.tr.deleteSelection())
  return true
}

/** What stands beside each other before and after some edits, in words. */
function lines(before: [number, number, Command][], after: [number, number, Command][]) {
  const desk = new Desk(2)
  for (const edit of before) desk.writer(1).edit(...edit)
  desk.sync()
  const since = desk.ledger.head
  for (const edit of after) desk.writer(2).edit(...edit)
  desk.sync()
  const past = new Past(schema, desk.ledger.log(), desk.ledger.columns())
  const comparison = compare(past, since, desk.ledger.head)
  return comparison
    .beside()
    .map((one) => [
      comparison.before.doc.nodeAt(one.before)?.textContent,
      comparison.after.doc.nodeAt(one.after)?.textContent,
    ])
}

const THREE: [number, number, Command][] = [[0, 0, put('One', 'Two', 'Three')]]

describe('blocks beside each other', () => {
  it('are those that both have, whatever was put between or taken away', () => {
    expect(
      lines(THREE, [
        [6, 11, erase],
        [6, 6, put('New')],
      ]),
    ).toEqual([
      ['', ''],
      ['One', 'One'],
      ['Three', 'Three'],
    ])
  })

  it('are the same words under other ids', () => {
    const heading = schema.nodes.heading
    if (!heading) throw new Error('no headings')
    expect(lines(THREE, [[8, 8, setBlockType(heading, { level: 2 })]])).toEqual([
      ['', ''],
      ['One', 'One'],
      ['Two', 'Two'],
      ['Three', 'Three'],
    ])
  })

  it('are the words, where a new block before them took their id', () => {
    expect(lines(THREE, [[8, 8, splitBlock]])).toEqual([
      ['', ''],
      ['One', 'One'],
      ['Two', 'Two'],
      ['Three', 'Three'],
    ])
  })

  it('are the words, where an empty block before them kept its id', () => {
    const before: [number, number, Command][] = [[0, 0, put('One', 'Two')]]
    expect(lines([...before, [6, 6, splitBlock]], [[8, 8, joinBackward]])).toEqual([
      ['', ''],
      ['One', 'One'],
      ['Two', 'Two'],
    ])
  })

  it('keep the order of both, also where much was moved', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const { ledger } = randomDesk(seed, 60)
      const past = new Past(schema, ledger.log(), ledger.columns())
      const comparison = compare(past, Math.ceil(ledger.head / 2), ledger.head)
      const beside = comparison.beside()
      for (const side of ['before', 'after'] as const) {
        const places = beside.map((one) => one[side])
        expect(places).toEqual(places.toSorted((a, b) => a - b))
        for (const pos of places) expect(comparison[side].doc.nodeAt(pos)).not.toBeNull()
      }
    }
  })
})

describe('gaps', () => {
  const at = (left: number, right: number) => ({
    before: left,
    after: right,
    item: false,
    left,
    right,
  })

  it('are none where both begin at the same height', () => {
    expect(gapsOf([at(0, 0), at(20, 20.2)])).toEqual({ left: [], right: [] })
  })

  it('are put where one is behind, and are counted from then on', () => {
    expect(gapsOf([at(0, 0), at(20, 60), at(80, 90), at(100, 110)])).toEqual({
      left: [{ pos: 20, size: 40, item: false }],
      right: [{ pos: 90, size: 30, item: false }],
    })
  })
})
