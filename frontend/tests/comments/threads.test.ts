import { describe, expect, it } from 'vitest'
import { type Row, rows } from '../../src/comments/rows'
import { type Thread, Threads } from '../../src/comments/threads'
import { comment, thread } from './people'

const told = (...threads: Thread[]): Threads => {
  const known = new Threads()
  known.take({ revision: threads.at(-1)?.revision ?? 0, threads, more: false })
  return known
}

describe('the threads that are known', () => {
  it('are as they were last changed, whatever comes late', () => {
    const known = told(thread(1, { revision: 4, quote: 'now' }))
    known.hear(thread(1, { revision: 3, quote: 'before' }))
    expect(known.of(1)?.quote).toBe('now')
    known.hear(thread(1, { revision: 5, quote: 'later' }))
    expect(known.of(1)?.quote).toBe('later')
  })

  it('are complete up to the last answer, and no further by what one hears of alone', () => {
    const known = told(thread(1))
    known.hear(thread(7, { revision: 7 }))
    expect(known.revision).toBe(1)
    known.take({ revision: 9, threads: [thread(2, { revision: 2 })], more: true })
    expect(known.revision).toBe(2)
    known.take({ revision: 9, threads: [thread(3, { revision: 8 })], more: false })
    expect(known.revision).toBe(9)
  })

  it('are of another past where the revision is smaller, or a number was given again', () => {
    const known = told(thread(1, { revision: 3 }))
    expect(known.take({ revision: 2, threads: [], more: false })).toBe(false)
    const other = thread(1, { revision: 9, comments: [comment(1, { key: 'other' })] })
    expect(known.take({ revision: 9, threads: [other], more: false })).toBe(false)
    expect(known.of(1)?.revision).toBe(3)
  })

  it('wait for somebody unless they are settled, or nothing is left of them', () => {
    const settled = { at: 1, by: null }
    const gone = [comment(1, { key: 't3', removed: true, text: '' })]
    const known = told(thread(1), thread(2, { settled }), thread(3, { comments: gone }))
    expect(known.open.map(({ number }) => number)).toEqual([1])
  })
})

describe('the rows', () => {
  const places: Record<number, { from: number; to: number } | null> = {
    1: { from: 30, to: 40 },
    2: { from: 5, to: 20 },
    3: { from: 5, to: 8 },
    4: null,
    5: null,
    6: { from: 1, to: 2 },
  }
  const settled = (at: number) => ({ settled: { at, by: null } })
  const all = [
    ...[1, 2, 3, 4].map((number) => thread(number)),
    thread(5, settled(10)),
    thread(6, settled(20)),
  ]
  const look = { standing: (number: number) => places[number] ?? null, unfolded: false }
  const said = (row: Row) => (row.kind === 'thread' ? row.thread.number : row.count)

  it('stand in the order of the text, then those that are no longer in it', () => {
    const shown = rows(all, { ...look, isAnswered: () => false })
    expect(shown.map(said)).toEqual([3, 2, 1, 4, 2])
    expect(shown.filter((row) => row.kind === 'thread' && row.isGone).map(said)).toEqual([4])
    expect(shown.at(-1)).toEqual({ kind: 'settled', id: 'settled', count: 2 })
  })

  it('show the settled ones when asked, the last settled first', () => {
    const shown = rows(all, { ...look, unfolded: true, isAnswered: () => false })
    expect(shown.slice(-2).map(said)).toEqual([6, 5])
  })

  it('keep the place of one that is answered here, whatever others do to it', () => {
    const isAnswered = ({ number }: Thread) => number === 6 || number === 7
    const comments = [comment(1, { removed: true })]
    const shown = rows([...all, thread(7, { comments })], { ...look, isAnswered })
    expect(shown.map(said)).toEqual([6, 3, 2, 1, 4, 7, 1])
  })

  it('say of none that it is gone while that cannot be told', () => {
    const shown = rows(all, { ...look, standing: () => undefined, isAnswered: () => false })
    expect(shown.some((row) => row.kind === 'thread' && row.isGone)).toBe(false)
  })
})
