/** What others did in a document since somebody last saw it. */
import type { Summary } from './book'
import type { Columns } from './columns'

/** How many rows others wrote, and who they were, the busiest first. */
export type News = { changes: number; authors: number[] }

/** The first row that was not seen; null when there is none, or nothing was ever seen. */
export function firstUnseen({ seen, head }: Summary): number | null {
  return seen === null || seen >= head ? null : seen + 1
}

/** What others than `reader` did in some rows; null: nothing. */
export function newsIn(columns: Columns, reader: number): News | null {
  const counts = new Map<number, number>()
  for (let seq = columns.first; seq <= columns.last; seq++) {
    const author = columns.author(seq)
    if (author !== reader) counts.set(author, (counts.get(author) ?? 0) + 1)
  }
  if (counts.size === 0) return null
  const busiest = [...counts].sort(([, some], [, others]) => others - some)
  return {
    changes: busiest.reduce((sum, [, count]) => sum + count, 0),
    authors: busiest.map(([author]) => author),
  }
}
