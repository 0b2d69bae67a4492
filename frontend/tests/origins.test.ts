// @vitest-environment jsdom
/** Where letters stood before a change: as ProseMirror tells it letter by letter, but not letter by letter. */
import type { Editor } from '@tiptap/core'
import { Mapping, StepMap } from '@tiptap/pm/transform'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { Places } from '../src/editor/letters'
import { inverted, type Kept, keptBy, originsOf } from '../src/editor/origins'
import { schema } from '../src/editor/schema-of'
import { mounted } from './page'

afterEach(() => {
  vi.restoreAllMocks()
})

const LENGTH = 60

/** Steps that each delete, insert and replace here and there, and around what they keep. */
function stepsOf(seed: number): StepMap[] {
  let state = seed
  const below = (count: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state >> 8) % count
  }
  return Array.from({ length: below(12) }, () => {
    const ranges: number[] = []
    for (let start = below(9); start < LENGTH / 2 && ranges.length < 9; start += 1 + below(9)) {
      const gone = below(4)
      ranges.push(start, gone, below(4))
      start += gone
    }
    return new StepMap(ranges)
  })
}

const whence = (kept: readonly Kept[], pos: number): number | null => {
  const run = kept.find(({ at, length }) => pos >= at && pos < at + length)
  return run ? run.from + pos - run.at : null
}

const toldBy = (mapping: Mapping, at: number): number | null => {
  const { pos, deletedAfter } = mapping.mapResult(at, 1)
  return deletedAfter ? null : pos
}

it('what steps leave standing is what ProseMirror maps, there and back', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const maps = stepsOf(seed)
    const [mapping, kept] = [new Mapping(maps), keptBy(maps)]
    const back = mapping.invert()
    for (let pos = 0; pos < LENGTH; pos++) {
      expect([seed, pos, whence(kept, pos)]).toEqual([seed, pos, toldBy(back, pos)])
      expect([seed, pos, whence(inverted(kept), pos)]).toEqual([seed, pos, toldBy(mapping, pos)])
    }
  }
})

it('a letter in the middle is told from one of equal length that took its place', () => {
  const page = (text: string) =>
    new Places(schema.node('doc', null, schema.node('paragraph', null, schema.text(text))))
  const kept = keptBy([new StepMap([3, 1, 1])])
  const told = originsOf(page('abXd'), page('abcd'), kept)
  expect(told.map(({ letters, from }) => [letters, from])).toEqual([
    ['ab', 0],
    ['X', null],
    ['d', 3],
  ])
})

describe('a change of many blocks', () => {
  function open(blocks: number, letters: number): Editor {
    const doc = new Y.Doc()
    const paragraphs = Array.from({ length: blocks }, () => {
      const paragraph = new Y.XmlElement('paragraph')
      paragraph.insert(0, [new Y.XmlText('x'.repeat(letters))])
      return paragraph
    })
    doc.getXmlFragment('default').insert(0, paragraphs)
    return mounted(doc)
  }

  /** How often anybody asks a step's map while all blocks become headings. */
  function asked(blocks: number, letters: number): number {
    const editor = open(blocks, letters)
    editor.commands.selectAll()
    const asks = [vi.spyOn(StepMap.prototype, 'mapResult'), vi.spyOn(StepMap.prototype, 'forEach')]
    editor.commands.toggleHeading({ level: 2 })
    const count = asks.reduce((sum, { mock }) => sum + mock.calls.length, 0)
    vi.restoreAllMocks()
    expect(editor.state.doc.firstChild?.type.name).toBe('heading')
    expect(editor.state.doc.childCount).toBe(blocks)
    return count
  }

  it('asks no step about single letters', () => {
    expect(asked(20, 200)).toBe(asked(20, 2))
  })
})
