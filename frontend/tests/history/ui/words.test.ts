import { describe, expect, it } from 'vitest'
import { schema } from '../../../src/editor/schema-of'
import { parts, stepped } from '../../../src/editor/selecting'
import { idsOf } from '../../../src/history/erasing'
import { Past } from '../../../src/history/past'
import { placeOf, samePlace } from '../../../src/history/scrolling'
import { Desk } from '../writers'

const pastOf = ({ ledger }: Desk): Past => new Past(schema, ledger.log(), ledger.columns())

function typed(...texts: string[]): Desk {
  const desk = new Desk(2)
  for (const text of texts) desk.writer(1).type(1, text)
  desk.sync()
  return desk
}

describe('the ids of words that are removed for ever', () => {
  it('are those under which they were said, in runs', () => {
    const past = pastOf(typed('keep the secret here'))
    const ids = idsOf(past.at(past.head), past.columns, 10, 16)
    expect(ids.map(([client, , length]) => [client, length])).toEqual([[100, 6]])
    expect(placeOf(past.at(past.head), stretches(ids))).toEqual({ from: 10, to: 16 })
  })

  it('are those of every place where they were ever said again', () => {
    const desk = typed('secret')
    const again = desk.writer(2)
    again.edit(1, 7, (state, dispatch) => {
      const quote = schema.nodes.blockquote?.create(null, state.doc.firstChild)
      if (quote) dispatch?.(state.tr.replaceWith(0, state.doc.content.size, quote))
      return true
    })
    desk.sync()
    const past = pastOf(desk)
    const clients = idsOf(past.at(past.head), past.columns, 2, 8).map(([client]) => client)
    expect(new Set(clients)).toEqual(new Set([100, 101]))
  })

  it('are none where nothing is selected', () => {
    const past = pastOf(typed('text'))
    expect(idsOf(past.at(past.head), past.columns, 2, 2)).toEqual([])
  })
})

const stretches = (ids: [number, number, number][]) =>
  ids.map(([client, clock, length]) => ({ client, clock, length }))

describe('the line that is read', () => {
  it('is where its words are in another moment', () => {
    const past = pastOf(typed('one', 'two '))
    const [then, now] = [past.at(2), past.at(3)]
    expect(samePlace(then, 2, now)).toBe(6)
    expect(samePlace(now, 6, then)).toBe(2)
  })

  it('is near where its words were, when they are gone', () => {
    const past = pastOf(typed('one', 'two '))
    expect(samePlace(past.at(3), 2, past.at(2))).toBe(1)
    expect(samePlace(past.at(3), 2, past.at(1))).toBe(null)
  })
})

describe('selecting by keys', () => {
  const past = pastOf(typed('Don’t look, it is 5 o’clock.'))
  const { doc } = past.at(past.head)
  const words = parts(doc, 'word')
  const said = (range: { from: number; to: number } | null) =>
    range && doc.textBetween(range.from, range.to)

  it('goes from word to word, and stops at either end', () => {
    const [first, second] = words
    expect(words.map(said)).toEqual(['Don’t', 'look', ',', 'it', 'is', '5', 'o’clock', '.'])
    expect(said(stepped(words, null, 0, true))).toBe('Don’t')
    expect(said(stepped(words, first ?? null, 0, true))).toBe('look')
    expect(said(stepped(words, second ?? null, 0, false))).toBe('Don’t')
    expect(stepped(words, first ?? null, 0, false)).toBe(null)
    expect(stepped(words, words.at(-1) ?? null, 0, true)).toBe(null)
  })

  it('goes from a word to its paragraph first', () => {
    const all = parts(doc, 'paragraph')
    expect(stepped(all, words[1] ?? null, 0, true)).toEqual(all[0])
    expect(stepped(all, all[0] ?? null, 0, true)).toBe(null)
  })
})
