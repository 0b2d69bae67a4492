import { describe, expect, it } from 'vitest'
import { schema } from '../../../src/editor/schema-of'
import type { Book } from '../../../src/history/book'
import { Past } from '../../../src/history/past'
import { NOW, type Place } from '../../../src/history/place'
import { played, type Speed } from '../../../src/history/playing'
import { Activity, PAUSE, type Sitting, sittings } from '../../../src/history/sittings'
import { days, EVERYTHING, passes } from '../../../src/history/versions-filter'
import { Walk } from '../../../src/history/walk'
import { Desk } from '../writers'

/** Three sittings: row 1, rows 2 and 3, rows 4 and 5. */
function written(): Desk {
  const desk = new Desk(2)
  for (const text of ['one', 'two']) {
    desk.wait(PAUSE + 1)
    for (const user of [1, 2]) {
      desk.writer(user).type(1, text)
      desk.sync()
    }
  }
  return desk
}

function walk(place: Partial<Place> = {}): Walk {
  const { ledger } = written()
  const past = new Past(schema, ledger.log(), ledger.columns())
  const activity = new Activity(past.columns)
  const book = { past, activity, sittings: sittings(activity) } as Book
  return new Walk(book, { ...NOW, ...place })
}

describe('a walk', () => {
  it('follows the text of now from the last edit on', () => {
    expect(walk().seq).toBe(5)
    expect(walk().to(5)).toEqual({ at: null })
    expect(walk().to(9)).toEqual({ at: null })
    expect(walk().to(4)).toEqual({ at: 4 })
    expect(walk().to(0)).toEqual({ at: 1 })
  })

  it('shows two texts side by side only where there is room for them', () => {
    const { book, place } = walk({ view: 'sides' })
    expect(new Walk(book, place, () => true).view).toBe('sides')
    expect(new Walk(book, place, () => false).view).toBe('compare')
    expect(walk({ view: 'authors' }).view).toBe('authors')
  })

  it('stays in the log, whatever an address says', () => {
    const beyond = walk({ at: 900, from: 800, view: 'compare' })
    expect([beyond.seq, beyond.since]).toEqual([5, 5])
    expect(walk({ at: 2, from: 4 }).since).toBe(2)
  })

  it.each([
    [5, -1, 3],
    [5, 1, null],
    [4, -1, 3],
    [4, 1, null],
    [3, 1, null],
    [3, -1, 1],
    [2, 1, 3],
    [2, -1, 1],
    [1, -1, 1],
    [1, 1, 3],
  ])('steps from %i by %i versions to the end of one, %s', (at, step, there) => {
    expect(walk({ at }).toVersion(step)).toEqual({ at: there })
  })

  it.each([
    [5, -1, 3],
    [3, -1, 1],
    [2, -1, 1],
    [1, -1, null],
    [null, 1, 1],
    [2, 1, 3],
    [4, 1, 4],
  ])('is compared with the end of a version, from %s by %i: %s', (from, step, there) => {
    expect(walk({ at: 4, from, view: 'compare' }).toSinceVersion(step)).toEqual({ from: there })
  })

  it('shows a version by what was done in it', () => {
    const here = walk({ view: 'sides' })
    const [first, second] = here.book.sittings as [Sitting, Sitting]
    expect(here.toSitting(first)).toEqual({ at: 1, from: null, view: 'sides' })
    expect(walk().toSitting(second)).toEqual({ at: 3, from: 1, view: 'compare' })
    const there = walk({ at: 3, from: 1, view: 'compare' })
    expect([there.isAt(first), there.isAt(second)]).toEqual([false, true])
  })
})

describe('playing', () => {
  const { columns } = walk().book.past
  const later = (seq: number, spent: number, speed: Speed) => played(columns, seq, spent, speed)

  it('goes at the pace of the writers, and leaves no time out', () => {
    expect(later(4, 300, 1)).toEqual({ seq: 4, rest: 300 })
    expect(later(4, 600, 1).seq).toBe(5)
    expect(later(4, 60, 10).seq).toBe(5)
  })

  it('shortens the pauses', () => {
    expect(later(3, 700, 1)).toEqual({ seq: 4, rest: 100 })
  })

  it('ends with the log', () => {
    expect(later(1, 1e6, 100)).toEqual({ seq: 5, rest: 0 })
  })
})

describe('versions', () => {
  const at = (day: number, hour: number) => new Date(2026, 9, day, hour).getTime()
  const sat = (day: number, hour: number, ...authors: number[]): Sitting => {
    const [from, to] = [at(day, hour), at(day, hour) + 3_600_000]
    return { first: 1, last: 1, from, to, authors, changes: 1, added: 1, removed: 0 }
  }
  const all = [sat(12, 9, 1), sat(14, 9, 1, 2), sat(14, 22, 2), sat(15, 8, 1)]

  it('come newest first, under their days', () => {
    const found = days(all, EVERYTHING, 3)
    expect(found.map(({ sittings: those }) => those)).toEqual([[all[3]], [all[2], all[1]]])
  })

  it('come in pages', () => {
    expect(days(all, EVERYTHING, 1).flatMap(({ sittings: those }) => those)).toEqual([all[3]])
    expect(days(all, EVERYTHING, 30).flatMap(({ sittings: those }) => those)).toHaveLength(4)
  })

  it.each([
    [{ person: 2 }, [1, 2]],
    [{ since: '2026-10-14' }, [1, 2, 3]],
    [{ until: '2026-10-14' }, [0, 1, 2]],
    [{ person: 1, since: '2026-10-13', until: '2026-10-14' }, [1]],
    [{ person: 3 }, []],
  ])('pass %o', (some, passing) => {
    const filter = { ...EVERYTHING, ...some }
    expect(all.flatMap((one, i) => (passes(one, filter) ? [i] : []))).toEqual(passing)
  })
})
