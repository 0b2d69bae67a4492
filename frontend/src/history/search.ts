/**
 * Phrases in all text that ever was: when they could first be read, who wrote them, and who deleted
 * them. Text that was only said again elsewhere is one find, not two.
 */
import { type Columns, type Id, NEVER, type Stamp, type Stretch } from './columns'
import type { Past } from './past'
import { Line, type Sighting } from './search-line'

export type Find = {
  /** As it was written. */
  text: string
  /** The seq after which it could first be read: the moment to show. */
  seq: number
  born: Stamp
  /** Who first wrote its letters. */
  authors: readonly number[]
  /** When and by whom the first letter of its last copy was deleted; null: it is all there. */
  died: (Stamp & { seq: number }) | null
  /** The ids of its last copy, for putting it back. */
  ids: readonly Stretch[]
}

type Copy = { seq: number; died: number; text: string; ids: Id[]; firsts: Id[] }

/** Up to `most` finds, those that appeared last before others. */
export function search(past: Past, phrase: string, most = 200): Find[] {
  const copies = new Map<string, Copy[]>()
  for (const { tape, died } of past.tapes()) {
    const line = new Line(tape, died)
    for (const sighting of line.sightings(phrase)) {
      const copy = copyOf(past.columns, line, sighting)
      const key = JSON.stringify(stretches(copy.firsts))
      const known = copies.get(key)
      if (known) known.push(copy)
      else copies.set(key, [copy])
    }
  }
  const finds = [...copies.values()].map((all) => findOf(past.columns, all))
  return finds.sort((a, b) => b.seq - a.seq).slice(0, most)
}

function copyOf(columns: Columns, line: Line, { seq, places }: Sighting): Copy {
  const ids = places.map((place) => {
    return { client: line.client[place] ?? 0, clock: line.clock[place] ?? 0 }
  })
  return {
    seq,
    ids,
    died: places.reduce((least, place) => Math.min(least, line.died[place] ?? NEVER), NEVER),
    text: places.map((place) => line.text[place] ?? '').join(''),
    firsts: ids.map(({ client, clock }) => columns.firstOf(client, clock)),
  }
}

function findOf(columns: Columns, copies: readonly Copy[]): Find {
  const first = copies.reduce((a, b) => (b.seq < a.seq ? b : a))
  const last = copies.reduce((a, b) => (b.died > a.died ? b : a))
  const authors = first.firsts.map(({ client, clock }) => columns.insertion(client, clock).author)
  const { died } = last
  return {
    text: first.text,
    seq: first.seq,
    born: columns.stamp(first.seq),
    authors: [...new Set(authors)],
    died: died === NEVER ? null : { seq: died, ...columns.stamp(died) },
    ids: stretches(last.ids),
  }
}

function stretches(ids: readonly Id[]): Stretch[] {
  const all: Stretch[] = []
  for (const { client, clock } of ids) {
    const last = all.at(-1)
    if (last?.client === client && last.clock + last.length === clock) last.length++
    else all.push({ client, clock, length: 1 })
  }
  return all
}
