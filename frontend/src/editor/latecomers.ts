/** Letters that went with their text, unseen by whoever took it away: written again beside what stood there. */
import * as Y from 'yjs'
import type { Carry, Stretch } from './carries'
import { type Copies, keyOf, later, type Rows, runs } from './copies'
import { broughtBack, isReadable, itemAt, letterOf, type Place, placeOf } from './standing'

export type Late = { item: Y.Item; clock: number; letters: string }

/** The rows written here, what says again what, and what of it somebody deleted. */
type Met = { own: Rows; copies: Copies; gone: ReadonlySet<string> }

/** What is said again, from so many letters behind a beginning. */
type Rooted = Stretch & { by: number }

export class Latecomers {
  /** The texts that come again, for want of another place. */
  readonly #again = new Map<Y.XmlText, Y.XmlText>()
  readonly #made: Carry[][] = []

  constructor(
    readonly transaction: Y.Transaction,
    readonly late: Late[],
    readonly met: Met,
  ) {}

  /** Writes again what is lost; tells what carries what. */
  carryAll(): Carry[][] {
    for (let late = this.late.pop(); late; late = this.late.pop()) this.#carry(late)
    return this.#made
  }

  /** Where a letter stands that says what an id says. */
  standing(id: Y.ID): Place | null {
    const { store } = this.transaction.doc
    const said = this.#said(id).find((one) => letterOf(store, one))
    return said ? placeOf(store, said, 0) : null
  }

  #carry({ item, clock, letters }: Late): void {
    const { store, clientID } = this.transaction.doc
    const { client } = item.id
    const isLost = (at: number) => {
      const id = Y.createID(client, clock + at)
      this.#said(id) // may write it again
      const isSaid = this.#said(id).some((one) => letterOf(store, one))
      return !isSaid && !this.met.gone.has(keyOf(id))
    }
    for (const [from, to] of runs(letters.length, isLost)) {
      const source = { client, clock: clock + from, length: to - from }
      const { text, index } = this.#place(item, source.clock)
      const written = Y.getState(store, clientID)
      text.insert(index, letters.slice(from, to))
      if (this.met.own.wrote(source)) link(this.transaction, source, written)
      const carries = this.#roots(source).map(({ by, ...root }) => ({
        clock: written + by,
        source: root,
      }))
      for (const carry of carries) this.met.copies.add({ ...carry, client: clientID })
      this.#made.push(carries)
    }
  }

  /** What ids say again in the end: who mends the same from another copy names the same. */
  #roots(source: Stretch): Rooted[] {
    const found: Rooted[] = []
    for (let by = 0; by < source.length; by++) {
      const { client, clock } = this.met.copies.root(later(source, by))
      const last = found.at(-1)
      if (last?.client === client && last.clock + last.length === clock) last.length += 1
      else found.push({ by, client, clock, length: 1 })
    }
    return found
  }

  /** All that says what an id says; what of it is late is written again before. */
  #said(id: Y.ID, found = new Map<string, Y.ID>()): Y.ID[] {
    for (const one of [...this.met.copies.of(id), ...this.met.copies.sources(id)]) {
      if (found.has(keyOf(one))) continue
      found.set(keyOf(one), one)
      const at = this.late.findIndex(({ item, clock, letters }) => {
        const by = one.clock - clock
        return item.id.client === one.client && by >= 0 && by < letters.length
      })
      const [late] = at < 0 ? [] : this.late.splice(at, 1)
      if (late) this.#carry(late)
      this.#said(one, found)
    }
    return [...found.values()]
  }

  #place(item: Y.Item, clock: number): Place {
    const found = this.#beside(item, clock, new Set())
    if (found) return found
    const text = item.parent as Y.XmlText
    const again = this.#again.get(text) ?? broughtBack(text)
    this.#again.set(text, again)
    return { text: again, index: again.length }
  }

  /** Behind what stood before it, or else before what stood behind it. */
  #beside(item: Y.Item, clock: number, passed: Set<unknown>): Place | null {
    // Each text is searched once, on whatever way it is come to.
    if (passed.has(item.parent)) return null
    passed.add(item.parent)
    for (let left: Y.Item | null = item; left; left = left.left) {
      const end = left === item ? clock - left.id.clock : left.length
      for (let at = end - 1; at >= 0; at--) {
        const found = this.#placeBy(later(left.id, at), 1, passed)
        if (found) return found
      }
    }
    for (let right: Y.Item | null = item; right; right = right.right) {
      for (let at = right === item ? clock + 1 - right.id.clock : 0; at < right.length; at++) {
        const found = this.#placeBy(later(right.id, at), 0, passed)
        if (found) return found
      }
    }
    return null
  }

  /** Where a letter has gone, or what stood beside it there. */
  #placeBy(id: Y.ID, behind: number, passed: Set<unknown>): Place | null {
    const { store } = this.transaction.doc
    const all = this.#said(id)
    const one =
      all.find((copy) => letterOf(store, copy)) ?? all.find((copy) => isReadable(store, copy))
    if (one) return placeOf(store, one, behind)
    for (const copy of all) {
      const item = itemAt(store, copy)
      const found = item && this.#beside(item, copy.clock, passed)
      if (found) return found
    }
    return null
  }
}

/** So an undo of what was written takes back what was written again. */
function link(transaction: Y.Transaction, source: Stretch, clock: number): void {
  const { store, clientID } = transaction.doc
  const first = Y.getItemCleanStart(transaction, source)
  Y.getItemCleanEnd(transaction, store, later(source, source.length - 1))
  first.redone = Y.createID(clientID, clock)
}
