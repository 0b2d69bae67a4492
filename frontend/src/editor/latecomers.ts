/**
 * Keeps each letter once when people write, and take texts away, before they have heard of one another.
 *
 * Yjs deletes with a text what came into it meanwhile, and of a text that two have written again it
 * keeps both copies. Whoever hears of the other before the receipt for their own mends it. That may be
 * both: of two copies ids tell which one stays.
 */
import * as Y from 'yjs'
import { HEARD, type Heard } from '../wire/replica'
import type { Carry, Copy, Stretch } from './carries'
import { Copies, keyOf, later, Rows, runs } from './copies'
import { restyledIn, type Styles } from './restyling'
import { schema } from './schema-of'
import {
  broughtBack,
  isReadable,
  itemAt,
  letterOf,
  type Place,
  placeOf,
  remove,
  takenWith,
} from './standing'

/** Letters that went with their text, unseen by whoever took it away. */
type Late = { item: Y.Item; clock: number; letters: string }

/** What is said again, from so many letters behind a beginning. */
type Rooted = Stretch & { by: number }

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
  /** The texts that are gone with styles, unseen by whoever took them away. */
  readonly #restyled = new Map<Y.XmlText, Set<string>>()
  /** Own rows, and what was heard, each by itself. */
  #apart: Rows[][] | null = null
  readonly #gone = new Set<string>()
  /** The texts that come again, for want of another place. */
  readonly #again = new Map<Y.XmlText, Y.XmlText>()
  readonly #made: Carry[][] = []

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
    return this.#late.length === 0 && this.#known.size === 0 && this.#restyled.size === 0
  }

  /** Writes again what is lost, and takes back what stands twice; tells what carries what. */
  mend(transaction: Y.Transaction, moved: readonly Carry[]): Carry[][] {
    const { clientID: client } = transaction.doc
    for (const carry of moved) this.#copies.add({ ...carry, client })
    this.#follow(transaction)
    for (const own of this.#own.copies) {
      for (const other of this.#known.values()) this.#part(transaction, own, other)
    }
    for (let late = this.#late.pop(); late; late = this.#late.pop()) this.#carry(transaction, late)
    for (const [text, late] of this.#restyled) this.#restyle(transaction, text, late)
    return this.#made
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
      if (content instanceof Y.ContentFormat) this.#restyledBy(item)
      else this.#late.push({ item, clock: id.clock + from, letters: content.str.slice(from, to) })
    }
  }

  #restyledBy({ id, parent }: Y.Item): void {
    const late = this.#restyled.get(parent as Y.XmlText) ?? new Set()
    this.#restyled.set(parent as Y.XmlText, late.add(keyOf(id)))
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

  #carry(transaction: Y.Transaction, { item, clock, letters }: Late): void {
    const { store, clientID } = transaction.doc
    const { client } = item.id
    const isLost = (at: number) => {
      const id = Y.createID(client, clock + at)
      this.#said(transaction, id) // may write it again
      const isSaid = this.#said(transaction, id).some((one) => letterOf(store, one))
      return !isSaid && !this.#gone.has(keyOf(id))
    }
    for (const [from, to] of runs(letters.length, isLost)) {
      const source = { client, clock: clock + from, length: to - from }
      const { text, index } = this.#place(transaction, item, source.clock)
      const written = Y.getState(store, clientID)
      text.insert(index, letters.slice(from, to))
      if (this.#own.wrote(source)) link(transaction, source, written)
      const carries = this.#roots(source).map(({ by, ...root }) => ({
        clock: written + by,
        source: root,
      }))
      for (const carry of carries) this.#copies.add({ ...carry, client: clientID })
      this.#made.push(carries)
    }
  }

  /** What says now what stood in a text looks as whoever restyled it saw it. */
  #restyle(transaction: Y.Transaction, text: Y.XmlText, late: ReadonlySet<string>): void {
    const { store } = transaction.doc
    const isTaken = (by: Rows) => takenWith({ parent: text }).some((one) => by.deleted(one))
    const sides = [this.#own, this.#others]
    const takers = sides.filter(isTaken)
    const writers = sides.filter((one) => !isTaken(one))
    const isKnown = (id: Y.ID) => takers.some((one) => one.deleted(id))
    const isLeft = (id: Y.ID) =>
      late.has(keyOf(id)) || (isKnown(id) && !writers.some((one) => one.deleted(id)))
    for (const [id, length, styles] of [...restyledIn(text, { isKnown, isLeft })]) {
      for (let by = 0; by < length; by++) {
        const said = this.#said(transaction, later(id, by)).find((one) => letterOf(store, one))
        if (said) style(placeOf(store, said, 0), styles)
      }
    }
  }

  /** What ids say again in the end: who mends the same from another copy names the same. */
  #roots(source: Stretch): Rooted[] {
    const found: Rooted[] = []
    for (let by = 0; by < source.length; by++) {
      const { client, clock } = this.#root(later(source, by))
      const last = found.at(-1)
      if (last?.client === client && last.clock + last.length === clock) last.length += 1
      else found.push({ by, client, clock, length: 1 })
    }
    return found
  }

  #root(id: Y.ID): Y.ID {
    const passed = new Set<string>()
    let root = id
    for (let next: Y.ID | undefined = id; next && !passed.has(keyOf(next)); ) {
      root = next
      passed.add(keyOf(next))
      ;[next] = this.#copies.sources(next)
    }
    return root
  }

  /** All that says what an id says; what of it is late is written again before. */
  #said(transaction: Y.Transaction, id: Y.ID, found = new Map<string, Y.ID>()): Y.ID[] {
    for (const one of [...this.#copies.of(id), ...this.#copies.sources(id)]) {
      if (found.has(keyOf(one))) continue
      found.set(keyOf(one), one)
      const at = this.#late.findIndex(({ item, clock, letters }) => {
        const by = one.clock - clock
        return item.id.client === one.client && by >= 0 && by < letters.length
      })
      const [late] = at < 0 ? [] : this.#late.splice(at, 1)
      if (late) this.#carry(transaction, late)
      this.#said(transaction, one, found)
    }
    return [...found.values()]
  }

  #place(transaction: Y.Transaction, item: Y.Item, clock: number): Place {
    const found = this.#beside(transaction, item, clock, new Set())
    if (found) return found
    const text = item.parent as Y.XmlText
    const again = this.#again.get(text) ?? broughtBack(text)
    this.#again.set(text, again)
    return { text: again, index: again.length }
  }

  /** Behind what stood before it, or else before what stood behind it. */
  #beside(
    transaction: Y.Transaction,
    item: Y.Item,
    clock: number,
    passed: Set<unknown>,
  ): Place | null {
    // Each text is searched once, on whatever way it is come to.
    if (passed.has(item.parent)) return null
    passed.add(item.parent)
    for (let left: Y.Item | null = item; left; left = left.left) {
      const end = left === item ? clock - left.id.clock : left.length
      for (let at = end - 1; at >= 0; at--) {
        const found = this.#placeBy(transaction, later(left.id, at), 1, passed)
        if (found) return found
      }
    }
    for (let right: Y.Item | null = item; right; right = right.right) {
      for (let at = right === item ? clock + 1 - right.id.clock : 0; at < right.length; at++) {
        const found = this.#placeBy(transaction, later(right.id, at), 0, passed)
        if (found) return found
      }
    }
    return null
  }

  /** Where a letter has gone, or what stood beside it there. */
  #placeBy(
    transaction: Y.Transaction,
    id: Y.ID,
    behind: number,
    passed: Set<unknown>,
  ): Place | null {
    const { store } = transaction.doc
    const all = this.#said(transaction, id)
    const one =
      all.find((copy) => letterOf(store, copy)) ?? all.find((copy) => isReadable(store, copy))
    if (one) return placeOf(store, one, behind)
    for (const copy of all) {
      const item = itemAt(store, copy)
      const found = item && this.#beside(transaction, item, copy.clock, passed)
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

/** Puts styles on a letter that it may have where it is. */
function style({ text, index }: Place, styles: Styles): void {
  const { nodeName } = text.parent as Y.XmlElement
  const isAllowed = ([name]: [string, unknown]) => {
    const mark = schema.marks[name]
    return mark && schema.nodes[nodeName]?.allowsMarkType(mark)
  }
  text.format(index, 1, Object.fromEntries(Object.entries(styles).filter(isAllowed)))
}

/** Who writes their own again comes first: they need not be believed. */
const rank = ({ client, source }: Copy): number => (client === source.client ? 0 : 1)
