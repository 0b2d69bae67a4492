/** What updates say of ids: which they wrote, which they deleted, and which say others again. */
import * as Y from 'yjs'
import { type Copy, declaredBy } from './carries'

type Decoded = ReturnType<typeof Y.decodeUpdate>
type Ranges = ReturnType<typeof Y.createDeleteSet>

/** So many letters may be declared beyond those that the same rows wrote: large rows come in pieces. */
const SPARE = 100_000

/** So many ids of a client are looked for at once. */
const SHELF = 64

export const keyOf = ({ client, clock }: Y.ID): string => `${client} ${clock}`

export const later = ({ client, clock }: Y.ID, by: number): Y.ID => Y.createID(client, clock + by)

/** Own updates are asked about at each hearing until they have a receipt. */
const read = new WeakMap<Uint8Array, Decoded>()

function decoded(update: Uint8Array): Decoded {
  const found = read.get(update) ?? Y.decodeUpdate(update)
  read.set(update, found)
  return found
}

/** Some updates, as one. */
export class Rows {
  readonly copies: readonly Copy[]
  /** Under which client ids they wrote, and which ids. */
  readonly #written: Ranges
  readonly #deleted: Ranges

  constructor(updates: readonly Uint8Array[]) {
    const all = updates.map(decoded)
    const written = Y.createDeleteSet()
    const copies: Copy[] = []
    let room = SPARE
    for (const struct of all.flatMap(({ structs }) => structs)) {
      const { id, length } = struct
      listed(written.clients, id.client).push({ clock: id.clock, len: length })
      room += length
      if (struct instanceof Y.Item && struct.content instanceof Y.ContentBinary) {
        copies.push(...declaredBy(id, struct.content.content))
      }
    }
    // What says again is written in the same row: who declares much more wants to keep others busy.
    for (const { source } of copies) room -= source.length
    this.copies = room < 0 ? [] : copies
    this.#written = Y.mergeDeleteSets([written])
    this.#deleted = Y.mergeDeleteSets(all.map(({ ds }) => ds))
  }

  wrote(id: Y.ID): boolean {
    return Y.isDeleted(this.#written, id)
  }

  deleted(id: Y.ID): boolean {
    return Y.isDeleted(this.#deleted, id)
  }

  /** Whether something that these wrote is among others, so that these may be among them too. */
  isAmong(others: Rows): boolean {
    const firsts = [...this.#written.clients].map(([client, [first]]) =>
      Y.createID(client, first?.clock ?? 0),
    )
    return firsts.length === 0 || firsts.some((id) => others.wrote(id))
  }
}

/** Ids that say others again, found by either. */
export class Copies {
  readonly #bySource = new Map<string, Copy[]>()
  readonly #byCopy = new Map<string, Copy[]>()

  constructor(copies: Iterable<Copy>) {
    for (const copy of copies) this.add(copy)
  }

  add(copy: Copy): void {
    const { source } = copy
    for (const shelf of shelves(source, source.length)) listed(this.#bySource, shelf).push(copy)
    for (const shelf of shelves(copy, source.length)) listed(this.#byCopy, shelf).push(copy)
  }

  /** What says an id again. */
  of(id: Y.ID): Y.ID[] {
    const some = this.#bySource.get(shelfOf(id)) ?? []
    return some.flatMap((copy) => within(id, copy.source, copy, copy.source.length))
  }

  /** What an id says again. */
  sources(id: Y.ID): Y.ID[] {
    const some = this.#byCopy.get(shelfOf(id)) ?? []
    return some.flatMap((copy) => within(id, copy, copy.source, copy.source.length))
  }

  /** What an id says again in the end. */
  root(id: Y.ID): Y.ID {
    const passed = new Set<string>()
    let root = id
    for (let next: Y.ID | undefined = id; next && !passed.has(keyOf(next)); ) {
      root = next
      passed.add(keyOf(next))
      ;[next] = this.sources(next)
    }
    return root
  }

  /** An id, and all that says the same. */
  alike(id: Y.ID, found = new Map<string, Y.ID>()): Y.ID[] {
    if (!found.has(keyOf(id))) {
      found.set(keyOf(id), id)
      for (const one of [...this.of(id), ...this.sources(id)]) this.alike(one, found)
    }
    return [...found.values()]
  }

  /** An id, and all that says it again, also what says again what says so. */
  from(id: Y.ID, found = new Map<string, Y.ID>()): Y.ID[] {
    if (!found.has(keyOf(id))) {
      found.set(keyOf(id), id)
      for (const copy of this.of(id)) this.from(copy, found)
    }
    return [...found.values()]
  }
}

/** The id as far behind `to` as `id` is behind `from`, if that is less than a length. */
function within(id: Y.ID, from: Y.ID, to: Y.ID, length: number): Y.ID[] {
  const by = id.clock - from.clock
  return id.client === from.client && by >= 0 && by < length ? [later(to, by)] : []
}

const shelfOf = ({ client, clock }: Y.ID): string => `${client} ${Math.floor(clock / SHELF)}`

function shelves(id: Y.ID, length: number): Set<string> {
  const count = Math.ceil(length / SHELF) + 1
  return new Set(
    Array.from({ length: count }, (_, i) => shelfOf(later(id, Math.min(i * SHELF, length - 1)))),
  )
}

function listed<K, V>(map: Map<K, V[]>, key: K): V[] {
  const some = map.get(key) ?? []
  map.set(key, some)
  return some
}

/** The longest stretches from 0 to `length` in which all are so. */
export function* runs(
  length: number,
  isSo: (at: number) => boolean,
): Generator<[from: number, to: number]> {
  let from = 0
  for (let at = 0; at <= length; at++) {
    if (at < length && isSo(at)) continue
    if (from < at) yield [from, at]
    from = at + 1
  }
}
