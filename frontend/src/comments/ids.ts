/** Ids of letters, and which say them again. */
import * as Y from 'yjs'
import { type Copy, declaredBy, type Stretch } from '../editor/carries'

export type Ids = ReturnType<typeof Y.createDeleteSet>

export function idsOf(stretches: Iterable<Stretch>, ...more: Ids[]): Ids {
  const ids = Y.createDeleteSet()
  for (const { client, clock, length } of stretches) {
    const ranges = ids.clients.get(client) ?? []
    ids.clients.set(client, ranges)
    ranges.push({ clock, len: length })
  }
  return Y.mergeDeleteSets([ids, ...more])
}

export function* stretchesOf({ clients }: Ids): Generator<Stretch> {
  for (const [client, ranges] of clients) {
    for (const { clock, len } of ranges) yield { client, clock, length: len }
  }
}

/** So many stretches are followed: who declares more in a row of one another wants to keep others busy. */
const FOLLOWED = 10_000

/** What says ids again, found by those. */
export class Copied {
  readonly #bySource = new Map<number, Copy[]>()

  constructor(copies: Iterable<Copy> = []) {
    for (const copy of copies) this.add(copy)
  }

  add(copy: Copy): void {
    const { client } = copy.source
    const some = this.#bySource.get(client) ?? []
    this.#bySource.set(client, some)
    some.push(copy)
  }

  /** What says some ids again, also what says again what says so. */
  of(ids: Ids): Stretch[] {
    const found: Stretch[] = []
    let known = ids
    let last = [...stretchesOf(ids)]
    for (; last.length > 0 && found.length < FOLLOWED; known = idsOf(last, known)) {
      last = last.flatMap((one) => this.#ofOne(one)).filter((one) => !covers(known, one))
      found.push(...last)
    }
    return found
  }

  #ofOne(stretch: Stretch): Stretch[] {
    const some = this.#bySource.get(stretch.client) ?? []
    return some.flatMap((copy) => [...copied(stretch, copy)])
  }
}

/** All that was ever declared in a document. */
export class Declared {
  readonly #copies = new Copied()
  /** Up to where each client's ids were read. */
  readonly #read = new Map<number, number>()

  constructor(readonly store: Y.Doc['store']) {}

  /** What says what some ids say, before them or after. */
  kin(ids: Ids): Stretch[] {
    for (const item of itemsSince(this.store, this.#read)) {
      for (const copy of copiesIn(item)) {
        this.#copies.add(copy)
        this.#copies.add(turned(copy))
      }
    }
    for (const client of this.store.clients.keys()) {
      this.#read.set(client, Y.getState(this.store, client))
    }
    return this.#copies.of(ids)
  }
}

function* itemsSince({ clients }: Y.Doc['store'], read: Map<number, number>): Generator<Y.Item> {
  for (const [client, structs] of clients) {
    const since = read.get(client) ?? 0
    for (let at = structs.length - 1; (structs[at]?.id.clock ?? -1) >= since; at--) {
      const item = structs[at]
      if (item instanceof Y.Item) yield item
    }
  }
}

function turned({ client, clock, source }: Copy): Copy {
  const { length } = source
  return { client: source.client, clock: source.clock, source: { client, clock, length } }
}

/** What of a copy says a stretch of the same client again. */
function* copied(stretch: Stretch, { client, clock, source }: Copy): Generator<Stretch> {
  const low = Math.max(stretch.clock, source.clock)
  const high = Math.min(stretch.clock + stretch.length, source.clock + source.length)
  if (low < high) yield { client, clock: clock + low - source.clock, length: high - low }
}

function covers({ clients }: Ids, { client, clock, length }: Stretch): boolean {
  const ranges = clients.get(client) ?? []
  return ranges.some((one) => one.clock <= clock && clock + length <= one.clock + one.len)
}

function copiesIn({ id, content }: Y.Item): Copy[] {
  return content instanceof Y.ContentBinary ? declaredBy(id, content.content) : []
}

/** What came into a document with a transaction, and with what was joined to it. */
export class Written {
  /** What of it is declared to say other ids again. */
  readonly copies: Copy[] = []
  /** The letters of it that stand. */
  readonly letters: Stretch[] = []
  readonly #before: Map<number, number>

  constructor({ doc, beforeState }: Y.Transaction) {
    this.#before = beforeState
    for (const item of itemsSince(doc.store, beforeState)) this.#add(item)
  }

  #add(item: Y.Item): void {
    const { id, length, content, deleted } = item
    this.copies.push(...copiesIn(item))
    if (content instanceof Y.ContentString && !deleted) this.letters.push({ ...id, length })
  }

  /** Whether a letter came with it, and says none again. */
  isFirst({ client, clock }: Y.ID): boolean {
    if (clock < (this.#before.get(client) ?? 0)) return false
    return !this.copies.some(
      (copy) =>
        copy.client === client && copy.clock <= clock && clock < copy.clock + copy.source.length,
    )
  }
}
