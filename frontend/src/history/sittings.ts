/**
 * The stretches in which people sat at a document, and how much they did when: the same grouping of
 * stamps as the server's (documents/history/versions.py), and the skyline of the timeline.
 *
 * Counts ids, of which text has one a letter. What only says again what was said is not counted.
 */
import type { Columns } from './columns'

/** A longer pause, of everybody, begins another sitting (ms). */
export const PAUSE = 10 * 60_000

/** Rows `first` to `last`, from a time to another (ms). */
export type Sitting = {
  first: number
  last: number
  from: number
  to: number
  /** Who took part, in the order in which they began. */
  authors: number[]
  changes: number
  added: number
  removed: number
}

export type Bucket = { first: number; last: number; added: number; removed: number }

/** How much was added and removed, for any rows. */
export class Activity {
  readonly #added: Float64Array
  readonly #removed: Float64Array

  constructor(readonly columns: Columns) {
    const { born, died, carried } = columns.tally()
    this.#added = sums(born, (count, row) => count - (carried[row] ?? 0))
    // What is carried on in the row that deletes it was not removed.
    this.#removed = sums(died, (count, row) => Math.max(0, count - (carried[row] ?? 0)))
  }

  added(first: number, last: number): number {
    return this.#between(this.#added, first, last)
  }

  removed(first: number, last: number): number {
    return this.#between(this.#removed, first, last)
  }

  /** At most `count` stretches of as many rows each. */
  skyline(count: number): Bucket[] {
    const { first, last } = this.columns
    const rows = last - first + 1
    const buckets = Math.min(count, rows)
    return Array.from({ length: buckets }, (_, i) => {
      const from = first + Math.floor((i * rows) / buckets)
      const to = first + Math.floor(((i + 1) * rows) / buckets) - 1
      return this.bucket(from, to)
    })
  }

  bucket(first: number, last: number): Bucket {
    return { first, last, added: this.added(first, last), removed: this.removed(first, last) }
  }

  #between(all: Float64Array, first: number, last: number): number {
    const start = this.columns.first
    return (all[last - start + 1] ?? 0) - (all[first - start] ?? 0)
  }
}

function sums(counts: Uint32Array, of: (count: number, row: number) => number): Float64Array {
  const all = new Float64Array(counts.length + 1)
  for (const [row, count] of counts.entries()) all[row + 1] = (all[row] ?? 0) + of(count, row)
  return all
}

/** All sittings, the oldest first. */
export function sittings(activity: Activity, pause = PAUSE): Sitting[] {
  const { columns } = activity
  const found: Sitting[] = []
  let first = columns.first
  for (let seq = columns.first; seq <= columns.last; seq++) {
    const isLast = seq === columns.last
    if (!isLast && columns.stamp(seq + 1).at - columns.stamp(seq).at <= pause) continue
    found.push(sitting(activity, first, seq))
    first = seq + 1
  }
  return found
}

/** Some rows as one sitting. */
export function sitting(activity: Activity, first: number, last: number): Sitting {
  const { columns } = activity
  const authors = new Set<number>()
  for (let seq = first; seq <= last; seq++) authors.add(columns.author(seq))
  return {
    ...activity.bucket(first, last),
    from: columns.stamp(first).at,
    to: columns.stamp(last).at,
    authors: [...authors],
    changes: last - first + 1,
  }
}
