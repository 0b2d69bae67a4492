/** What an anchor says, and how words are found again. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { anchorOf, edgesOf, isSame, wordsOf } from '../../src/comments/anchor'
import { Copied, idsOf } from '../../src/comments/ids'
import { Lettering } from '../../src/comments/quote'
import { schema } from '../../src/editor/schema-of'

const bytesOf = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

function page(...texts: string[]) {
  const paragraphs = texts.map((text) => ({
    type: 'paragraph',
    content: text ? [{ type: 'text', text }] : [],
  }))
  return schema.nodeFromJSON({ type: 'doc', content: paragraphs })
}

describe('an anchor', () => {
  const edges = { first: Y.createID(2 ** 32 - 1, 7), last: Y.createID(1, 2 ** 40) }

  it('names its letters, so that what comes at its edges is outside', () => {
    const { start, end } = anchorOf(edges, 'words')
    const [first, last] = [start, end].map((one) => Y.decodeRelativePosition(bytesOf(one)))
    expect(first).toMatchObject({ item: edges.first, assoc: 0 })
    expect(last).toMatchObject({ item: edges.last, assoc: -1 })
    expect(isSame(edgesOf(anchorOf(edges, '')), edges)).toBe(true)
  })

  it('is short enough to be stored', () => {
    const { start, end } = anchorOf(edges, '')
    expect(Math.max(bytesOf(start).length, bytesOf(end).length)).toBeLessThanOrEqual(64)
  })

  it.each([
    ['', ''],
    ['no base64!', 'AA=='],
    ['BQ==', 'BQ=='],
    [btoa('\x01\x01a\x00'), btoa('\x01\x01a\x00')],
  ])('that names no letters is none (%s)', (start, end) => {
    expect(edgesOf({ start, end, quote: null })).toBeNull()
  })

  it('tells the beginning of long words, and no half character', () => {
    const told = (words: string) => anchorOf(edges, words).quote
    expect(told('x'.repeat(1_000))).toBe('x'.repeat(1_000))
    expect(told('x'.repeat(1_001))).toBe('x'.repeat(1_000))
    expect(told(`${'x'.repeat(999)}😀`)).toBe('x'.repeat(999))
    expect(told(`${'x'.repeat(998)}😀!`)).toBe(`${'x'.repeat(998)}😀`)
  })
})

describe('words', () => {
  it('have a line for each block and each break', () => {
    const doc = page('one', 'two')
    expect(wordsOf(doc, { from: 2, to: 8 })).toBe('ne\ntw')
    const broken = schema.nodeFromJSON({
      type: 'doc',
      content: [
        {
          type: 'paragraph',
          content: [
            { type: 'text', text: 'a' },
            { type: 'hardBreak' },
            { type: 'text', text: 'b' },
          ],
        },
      ],
    })
    expect(wordsOf(broken, { from: 1, to: 4 })).toBe('a\nb')
  })

  it('are found nearest to where they stood', () => {
    const found = new Lettering(page('some words', 'some words', 'some words'))
    expect(found.find('some words', 2)).toEqual({ from: 1, to: 11 })
    expect(found.find('some words', 26)).toEqual({ from: 25, to: 35 })
    expect(found.find('some words', 18)).toEqual({ from: 13, to: 23 })
  })

  it('are found in other blocks, however many', () => {
    const found = new Lettering(page('one two', 'three'))
    expect(found.find('one \ntwothree', 1)).toEqual({ from: 1, to: 15 })
    const code = schema.nodeFromJSON({
      type: 'doc',
      content: [{ type: 'codeBlock', content: [{ type: 'text', text: 'one\ntwo' }] }],
    })
    expect(new Lettering(code).find('one\ntwo', 1)).toEqual({ from: 1, to: 8 })
  })

  it('are taken for the same the further away the longer they are', () => {
    const found = new Lettering(page('the', 'x'.repeat(60), 'a phrase'))
    expect(found.find('the', 12)).toEqual({ from: 1, to: 4 })
    expect(found.find('the', 14)).toBeNull()
    expect(found.find('a phrase', 10)).toEqual({ from: 68, to: 76 })
  })

  it('are found where nobody knows where they stood only if there is one', () => {
    const words = 'a long sentence'
    expect(new Lettering(page(words)).find(words, null)).toEqual({ from: 1, to: 16 })
    expect(new Lettering(page(words, words)).find(words, null)).toBeNull()
  })

  it('that are none are nowhere', () => {
    expect(new Lettering(page('', 'text')).find('\n', 1)).toBeNull()
  })
})

it('follows what says again what says ids again', () => {
  const ids = idsOf([{ client: 1, clock: 10, length: 5 }])
  const copies = [
    { client: 3, clock: 0, source: { client: 2, clock: 101, length: 2 } },
    { client: 2, clock: 100, source: { client: 1, clock: 8, length: 4 } },
    { client: 4, clock: 0, source: { client: 1, clock: 15, length: 4 } },
  ]
  const all = idsOf(new Copied(copies).of(ids))
  expect([...all.clients]).toEqual([
    [2, [{ clock: 102, len: 2 }]],
    [3, [{ clock: 1, len: 1 }]],
  ])
})

it('follows what is declared to say itself again for a while only', () => {
  const copy = { client: 1, clock: 1, source: { client: 1, clock: 0, length: 2 ** 40 } }
  const all = new Copied([copy]).of(idsOf([{ client: 1, clock: 0, length: 1 }]))
  expect(all.length).toBe(10_000)
})
