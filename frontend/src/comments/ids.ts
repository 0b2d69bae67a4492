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

/** What says some ids again, also what says again what says so; `back`: and what they say again. */
export function saidAgain(ids: Ids, copies: readonly Copy[], back = false): Stretch[] {
  const all = back ? [...copies, ...copies.map(turned)] : copies
  const found: Stretch[] = []
  for (let known = ids; ; known = idsOf(found, ids)) {
    const isNew = (one: Stretch) => !covers(known, one)
    const more = all.flatMap((copy) => [...copied(known, copy)]).filter(isNew)
    if (more.length === 0) return found
    found.push(...more)
  }
}

function turned({ client, clock, source }: Copy): Copy {
  const { length } = source
  return { client: source.client, clock: source.clock, source: { client, clock, length } }
}

function* copied({ clients }: Ids, { client, clock, source }: Copy): Generator<Stretch> {
  for (const range of clients.get(source.client) ?? []) {
    const low = Math.max(range.clock, source.clock)
    const high = Math.min(range.clock + range.len, source.clock + source.length)
    if (low < high) yield { client, clock: clock + low - source.clock, length: high - low }
  }
}

function covers({ clients }: Ids, { client, clock, length }: Stretch): boolean {
  const ranges = clients.get(client) ?? []
  return ranges.some((one) => one.clock <= clock && clock + length <= one.clock + one.len)
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
    for (const [client, structs] of doc.store.clients) {
      const since = beforeState.get(client) ?? 0
      for (let at = structs.length - 1; (structs[at]?.id.clock ?? -1) >= since; at--) {
        const item = structs[at]
        if (item instanceof Y.Item) this.#add(item)
      }
    }
  }

  #add({ id, length, content, deleted }: Y.Item): void {
    if (content instanceof Y.ContentBinary) this.copies.push(...declaredBy(id, content.content))
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
