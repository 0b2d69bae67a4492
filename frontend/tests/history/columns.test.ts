import { describe, expect, it } from 'vitest'
import { Columns, Malformed, NEVER } from '../../src/history/columns'
import { dice, randomDesk } from './writers'

/** Every part of the form once, written by hand from docs/protocol.md. */
const BYTES = Uint8Array.from([
  ...[5, 8], // rows 5 to 8
  ...[2, 1, 3, 0, 1], // three by user 1, one by nobody
  ...[0xd0, 0x0f, 20, 5, 0], // 1000, +10, -3, +0 ms
  ...[1, 2, 1], // row 7 was recovered
  ...[2, 3, 2, 10, 10, 0, 1, 3, 2, 9, 1, 0, 8, 0], // births of clients 3 and 9
  ...[1, 3, 1, 10, 3, 6], // deaths
  ...[1, 9, 1, 1, 1, 3, 12], // carries
])

describe('columns', () => {
  const columns = Columns.decode(BYTES)

  it('tell rows', () => {
    expect([columns.first, columns.last]).toEqual([5, 8])
    expect([5, 6, 7, 8].map((seq) => columns.stamp(seq))).toEqual([
      { author: 1, at: 1000 },
      { author: 1, at: 1010 },
      { author: 1, at: 1007 },
      { author: 0, at: 1007 },
    ])
    expect([5, 6, 7, 8].map((seq) => columns.isRecovered(seq))).toEqual([false, false, true, false])
    expect(() => columns.stamp(9)).toThrow(RangeError)
  })

  it('tell ids', () => {
    expect([9, 10, 11, 12, 13, 14].map((clock) => columns.birth(3, clock))).toEqual([
      NEVER,
      5,
      6,
      7,
      NEVER,
      8,
    ])
    expect([0, 1, 2].map((clock) => columns.birth(9, clock))).toEqual([8, 7, NEVER])
    expect([columns.death(3, 10), columns.death(3, 11)]).toEqual([8, NEVER])
    expect(columns.firstOf(9, 1)).toEqual({ client: 3, clock: 12 })
    expect(columns.firstOf(9, 0)).toEqual({ client: 9, clock: 0 })
    expect(columns.firstsOf({ client: 9, clock: 0, length: 3 })).toEqual([
      { client: 9, clock: 0, length: 1 },
      { client: 3, clock: 12, length: 1 },
      { client: 9, clock: 2, length: 1 },
    ])
  })

  it('are refused whatever byte is missing, and with one more', () => {
    for (let end = 0; end < BYTES.length; end++) {
      expect(() => Columns.decode(BYTES.subarray(0, end))).toThrow(Malformed)
    }
    expect(() => Columns.decode(Uint8Array.from([...BYTES, 0]))).toThrow(Malformed)
  })

  it.each([
    ['rows before the first', [0, 0, 1, 1, 1, 0, 0, 0, 0, 0]],
    ['an author too few', [1, 2, 1, 1, 1, 0, 0, 0, 0, 0, 0]],
    ['an author too many', [1, 1, 1, 1, 2, 0, 0, 0, 0, 0]],
    ['an empty run', [1, 1, 1, 1, 1, 0, 0, 1, 7, 1, 0, 0, 0, 0, 0]],
    ['a seq that is not here', [1, 1, 1, 1, 1, 0, 0, 1, 7, 1, 0, 3, 2, 0, 0]],
    ['clients out of order', [1, 1, 1, 1, 1, 0, 0, 2, 7, 1, 0, 3, 0, 7, 1, 0, 3, 0, 0, 0]],
  ])('are refused with %s', (_name, bytes) => {
    expect(() => Columns.decode(Uint8Array.from(bytes))).toThrow(Malformed)
  })

  it('of parts are those of the whole', () => {
    const { ledger } = randomDesk(5, 80)
    const random = dice(1)
    let joined = ledger.columns(1, 3)
    while (joined.last < ledger.head) {
      const last = Math.min(ledger.head, joined.last + 1 + Math.floor(random() * 9))
      joined = joined.with(ledger.columns(joined.last + 1, last))
    }
    for (const [client, births] of ledger.births) {
      for (const clock of births.keys()) {
        expect(joined.birth(client, clock)).toBe(births[clock])
        expect(joined.death(client, clock)).toBe(ledger.deaths.get(client)?.[clock] ?? NEVER)
        const first = ledger.carries.get(client)?.[clock] ?? { client, clock }
        expect(joined.firstOf(client, clock)).toEqual(first)
      }
    }
    expect(joined.stamp(ledger.head)).toEqual(ledger.rows.at(-1))
    expect(() => joined.with(ledger.columns(1, 2))).toThrow(RangeError)
  })
})
