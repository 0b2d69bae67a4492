/**
 * Keeps each letter once when people write, and take texts away, before they have heard of one another.
 *
 * Yjs deletes with a text what came into it meanwhile, and of a text that two have written again it
 * keeps both copies. Whoever hears of the other before the receipt for their own mends it. That may be
 * both: of two copies ids tell which one stays.
 */
import * as Y from 'yjs'
import { HEARD, type Heard } from '../wire/replica'
import type { Carry, Copy } from './carries'
import { Copies, keyOf, later, Rows, runs } from './copies'
import { type Late, Latecomers } from './latecomers'
import { Restyled } from './restyling'
import { letterOf, remove, takenWith } from './standing'

/** Since own rows had no receipt: what was written again, and which ids went unseen with their text. */
type Memory = { known: Map<string, Copy>; unseen: Set<string> }

const memory = new WeakMap<Y.Doc, Memory>()

/** What was heard, and what had been done here of which nobody who is heard knew. */
export class Meeting {
  readonly #own: Rows
  readonly #others: Rows
  readonly #known: Memory['known']
  readonly #unseen: Memory['unseen']
  readonly #copies: Copies
  readonly #late: Late[] = []
  readonly #restyled = new Restyled()
  /** Own rows, and what was heard, each by itself. */
  #apart: Rows[][] | null = null
  readonly #gone = new Set<string>()

  static in(transaction: Y.Transaction): Meeting | null {
    const heard = transaction.meta.get(HEARD) as Heard | undefined
    if (heard && heard.own.length > 0) return new Meeting(transaction, heard)
    if (heard) memory.delete(transaction.doc)
    return null
  }

  constructor(
    transaction: Y.Transaction,
    readonly heard: Heard,
  ) {
    this.#own = new Rows(heard.own)
    this.#others = new Rows(heard.rows)
    const kept = memory.get(transaction.doc) ?? { known: new Map(), unseen: new Set() }
    memory.set(transaction.doc, kept)
    this.#known = kept.known
    this.#unseen = kept.unseen
    for (const copy of [...this.#own.copies, ...this.#theirs]) this.#known.set(keyOf(copy), copy)
    this.#copies = new Copies(this.#known.values())
    Y.iterateDeletedStructs(transaction, transaction.deleteSet, (item) => this.#find(item))
  }

  get #theirs(): Copy[] {
    return this.#others.copies.filter((copy) => !this.#own.wrote(copy))
  }

  get isQuiet(): boolean {
    return this.#late.length === 0 && this.#known.size === 0 && this.#restyled.isNone
  }

  /** Writes again what is lost, and takes back what stands twice; tells what carries what. */
  mend(transaction: Y.Transaction, moved: readonly Carry[]): Carry[][] {
    const { clientID: client } = transaction.doc
    for (const carry of moved) this.#copies.add({ ...carry, client })
    this.#follow(transaction)
    for (const own of this.#own.copies) {
      for (const other of this.#known.values()) this.#part(transaction, own, other)
    }
    const met = { own: this.#own, copies: this.#copies, gone: this.#gone }
    const latecomers = new Latecomers(transaction, this.#late, met)
    const made = latecomers.carryAll()
    this.#restyled.mend([this.#own, this.#others], (id) => latecomers.standing(id))
    return made
  }

  #find(item: Y.Item | Y.GC): void {
    if (!(item instanceof Y.Item)) return
    const { id, content, length } = item
    if (!(content instanceof Y.ContentString || content instanceof Y.ContentFormat)) return
    const taken = takenWith(item)
    const isTakenHere = taken.some((one) => this.#own.deleted(one))
    const isUnseen = (at: number) => !this.#isDeleted(later(id, at))
    const isLate = (at: number) => isUnseen(at) && (isTakenHere || this.#own.wrote(later(id, at)))
    const end = taken.length > 0 ? length : 0
    for (const [from, to] of runs(end, isUnseen)) {
      for (let at = from; at < to; at++) this.#unseen.add(keyOf(later(id, at)))
    }
    for (const [from, to] of runs(end, isLate)) {
      if (content instanceof Y.ContentFormat) this.#restyled.add(item)
      else this.#late.push({ item, clock: id.clock + from, letters: content.str.slice(from, to) })
    }
  }

  /** By somebody who knew it: what only goes with its text nobody tells. */
  #isDeleted(id: Y.ID): boolean {
    return this.#own.deleted(id) || this.#others.deleted(id)
  }

  /** What somebody deleted is gone, also where another has written it again meanwhile. */
  #follow(transaction: Y.Transaction): void {
    const [own, theirs] = [this.#own.copies, this.#theirs]
    // What was heard may be one's own: then it tells nothing.
    const isHeard = (id: Y.ID) => {
      this.#apart ??= [this.heard.own, this.heard.rows].map((all) =>
        all.map((one) => new Rows([one])),
      )
      const [mine, heard] = this.#apart.map((all) => all.filter((rows) => rows.deleted(id)))
      return heard?.some((one) => !mine?.some((rows) => rows.isAmong(one))) ?? false
    }
    this.#drop(
      transaction,
      own,
      new Copies(theirs),
      (id) => this.#others.deleted(id) && isHeard(id),
    )
    this.#drop(transaction, theirs, new Copies(own), (id) => this.#own.deleted(id))
  }

  #drop(
    transaction: Y.Transaction,
    copies: readonly Copy[],
    others: Copies,
    isGone: (id: Y.ID) => boolean,
  ): void {
    const gone: Y.ID[] = []
    for (const copy of copies) {
      for (let by = 0; by < copy.source.length; by++) {
        const source = later(copy.source, by)
        if (others.of(source).length > 0 || !isGone(source) || this.#isParted(source)) continue
        gone.push(...this.#copies.from(later(copy, by)))
      }
    }
    for (const id of gone) this.#gone.add(keyOf(id))
    remove(transaction, gone)
  }

  /** Deleted as one copy too many, by somebody who had not heard that the other went with its text. */
  #isParted(id: Y.ID): boolean {
    const others = this.#copies.alike(id).filter((one) => keyOf(one) !== keyOf(id))
    return others.some((one) => this.#unseen.has(keyOf(one)) && !this.#isDeleted(one))
  }

  /** Of two copies of one text, each unheard of by the other's author, one goes. */
  #part(transaction: Y.Transaction, own: Copy, other: Copy): void {
    if (own.client === other.client || own.source.client !== other.source.client) return
    const { store } = transaction.doc
    const isFirst = rank(own) - rank(other) || own.client - other.client
    const end = ({ source }: Copy) => source.clock + source.length
    const twice: Y.ID[] = []
    let clock = Math.max(own.source.clock, other.source.clock)
    for (; clock < Math.min(end(own), end(other)); clock++) {
      const [mine, theirs] = [own, other].map((copy) => {
        const all = this.#copies.from(later(copy, clock - copy.source.clock))
        return all.filter((id) => letterOf(store, id))
      }) as [Y.ID[], Y.ID[]]
      const [a, b] = [mine, theirs].map(([id]) => id && letterOf(store, id))
      if (a && a === b) twice.push(...(isFirst < 0 ? theirs : mine))
    }
    remove(transaction, twice)
  }
}

/** Who writes their own again comes first: they need not be believed. */
const rank = ({ client, source }: Copy): number => (client === source.client ? 0 : 1)
