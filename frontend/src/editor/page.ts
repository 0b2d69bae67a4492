/**
 * A page before and after a change, letter by letter: where each came from, and under which id it stood.
 *
 * ProseMirror knows the one, Yjs the other. No text is compared.
 */
import type { Node } from '@tiptap/pm/model'
import * as Y from 'yjs'
import type { Carry, Stretch } from './carries'
import { type Change, mappingOf } from './changes'
import { between, Letters, lettersOf, Places, textOf } from './letters'
import { inverted, type Kept, keptBy, type Origin, originsOf } from './origins'

/** Under which ids something was said that a change puts somewhere: by its positions in the end. */
export type Said = ReadonlyMap<number, Y.ID>

/** Letters that are taken away, and their ids. */
export type Lost = { letters: string; ids: readonly (Y.ID | null)[] }

/** A page before and after a change, in ProseMirror and in Yjs. */
export class Page {
  readonly store: Y.Doc['store']
  #before = new Letters()
  #now = new Letters()
  readonly #old: Places
  readonly #shown: Places
  readonly #kept: readonly Kept[]
  readonly #origins: readonly Origin[]
  #found: readonly Origin[] | null = null

  constructor(
    readonly transaction: Y.Transaction,
    readonly root: Y.XmlFragment,
    readonly change: Change,
  ) {
    this.store = transaction.doc.store
    this.#old = new Places(change.before)
    this.#shown = new Places(change.after)
    this.#kept = keptBy(mappingOf(change).maps)
    this.#origins = originsOf(this.#shown, this.#old, this.#kept)
    this.#read()
  }

  /** Where the letters of before are now. */
  get #fates(): readonly Origin[] {
    this.#found ??= originsOf(this.#old, this.#shown, inverted(this.#kept))
    return this.#found
  }

  #read(): void {
    const { before, now } = lettersOf(this.root, this.transaction)
    this.#before = before
    this.#now = now
  }

  /** Whether the editor shows every letter that Yjs holds, and no other. */
  get isWhole(): boolean {
    return this.#before.length === this.#old.length && this.#now.length === this.#shown.length
  }

  /** The letters that the change put, and where. */
  get added(): { letters: string; positions: number[] } {
    const { letters, among } = lone(this.#origins)
    return { letters, positions: among.map(({ pos }) => pos) }
  }

  /** The letters that the change took away. */
  get removed(): Lost {
    const { letters, among } = lone(this.#fates)
    return { letters, ids: among.map(({ at }) => this.#before.id(at)) }
  }

  /**
   * Writes anew what stands under the id of an equal letter beside it: y-tiptap compares texts. More than
   * a few are no such neighbours.
   */
  tellApart(): void {
    const confused = [...this.#confused()].sort((a, b) => a - b)
    if (confused.length === 0 || confused.length > NEIGHBOURS) return
    for (const { at, letters } of this.#stretches(confused)) {
      const found = HALF.test(letters) ? null : textOf(this.root, at)
      found?.text.insert(found.index + letters.length, letters) // behind them: as they are formatted
      found?.text.delete(found.index, letters.length)
    }
    this.#read()
  }

  /** Letters side by side in one text, of one format. */
  #stretches(letters: readonly number[]): { at: number; letters: string }[] {
    const found: { at: number; letters: string; pos: number; node: Node | null }[] = []
    for (const at of letters) {
      const pos = this.#shown.pos(at)
      const node = this.change.after.nodeAt(pos)
      const letter = this.change.after.textBetween(pos, pos + 1)
      const last = found.at(-1)
      if (last?.node === node && last.pos + last.letters.length === pos) last.letters += letter
      else found.push({ at, letters: letter, pos, node })
    }
    return found
  }

  /** The letters that stand where ProseMirror knows others to stand. */
  *#confused(): Generator<number> {
    for (const { at, length, other } of this.#now.alone) {
      for (const { run, low, high } of between(this.#origins, at, at + length)) {
        const isOwn = run.from !== null && run.from - run.at === other - at
        if (!isOwn) yield* places(low, high)
      }
    }
    for (const { client, clock, length, at } of this.#now.runs) {
      if (clock >= (this.transaction.beforeState.get(client) ?? 0)) continue
      for (const { run, low, high } of between(this.#origins, at, at + length)) {
        if (run.from === null) yield* places(low, high)
        else yield* this.#leftAlone(run.at - run.from, low, high)
        for (const was of this.#sources(run, low, high)) {
          const isOwn = was.client === client && was.clock === clock + was.at - at
          if (!isOwn) yield* places(was.at, was.at + was.length)
        }
      }
    }
  }

  /** The letters from one place to another that stood, so far behind, in texts that are left alone. */
  *#leftAlone(ahead: number, low: number, high: number): Generator<number> {
    for (const was of between(this.#before.alone, low - ahead, high - ahead)) {
      yield* places(was.low + ahead, was.high + ahead)
    }
  }

  /** What was written again of what stood there. */
  rewritten(): Carry[] {
    const { doc, beforeState } = this.transaction
    const since = beforeState.get(doc.clientID) ?? 0
    return this.#now.runs.flatMap(({ client, clock, length, at }) => {
      const carries: Carry[] = []
      if (client !== doc.clientID) return carries
      const start = at + Math.max(0, since - clock)
      for (const gone of this.#gone(start, at + length)) add(carries, clock + gone.at - at, gone)
      return carries
    })
  }

  /**
   * What stood, and stands no more, of the letters from one place to another. Where y-tiptap let those
   * stand, and took them for others that are equal, it is the others.
   */
  *#gone(start: number, end: number): Generator<Source> {
    const open = [{ start, end, ahead: 0 }]
    for (const { start, end, ahead } of open) {
      for (const { run, low, high } of between(this.#origins, start, end)) {
        if (run.from === null) continue
        for (const source of this.#sources(run, low, high)) {
          for (const gone of goneOf(this.store, source)) {
            yield { ...gone, at: source.at + gone.clock - source.clock + ahead }
          }
        }
        const since = run.at - run.from
        for (const was of between(this.#before.alone, low - since, high - since)) {
          const there = was.run.other + was.low - was.run.at
          const end = there + was.high - was.low
          open.push({ start: there, end, ahead: ahead + was.low + since - there })
        }
      }
    }
  }

  /** What was said before of what the change put there. */
  put(said: Said): Carry[] {
    const carries: Carry[] = []
    for (const [pos, { client, clock }] of said) {
      const at = this.#shown.at(pos)
      const [origin] = between(this.#origins, at, at + 1)
      const own = this.#now.id(this.#meant(at))
      if (origin?.run.from !== null || !own || !this.#isNew(own)) continue
      for (const gone of goneOf(this.store, { client, clock, length: 1 })) {
        add(carries, own.clock, gone)
      }
    }
    return carries
  }

  /** Where what is meant to be at a place was written, if y-tiptap let an equal text stand there. */
  #meant(at: number): number {
    for (let place = at; ; ) {
      const [alone] = between(this.#now.alone, place, place + 1)
      if (!alone) return place
      const was = alone.run.other + place - alone.run.at
      const [other] = between(this.#fates, was, was + 1)
      if (!other || other.run.from === null) return place
      place = other.run.from + was - other.run.at
    }
  }

  #isNew({ client, clock }: Y.ID): boolean {
    const { doc, beforeState } = this.transaction
    return client === doc.clientID && clock >= (beforeState.get(client) ?? 0)
  }

  /** Under which ids the letters from one place to another stood before. */
  #sources({ at, from }: Origin, low: number, high: number): Source[] {
    if (from === null) return []
    const ahead = at - from
    return [...between(this.#before.runs, low - ahead, high - ahead)].map(({ run, ...was }) => ({
      client: run.client,
      clock: run.clock + was.low - run.at,
      length: was.high - was.low,
      at: was.low + ahead,
    }))
  }
}

/** Ids of letters, and their place now. */
type Source = Stretch & { at: number }

/** What is not there: deleted, or not heard of yet by who puts back what a history tells. */
function* goneOf(store: Y.Doc['store'], { client, clock, length }: Stretch): Generator<Stretch> {
  const [end, known] = [clock + length, Y.getState(store, client)]
  for (let next = clock; next < end; ) {
    const item = next < known ? Y.getItem(store, Y.createID(client, next)) : null
    const from = next
    next = item ? Math.min(end, item.id.clock + item.length) : end
    if (!item || item.deleted) yield { client, clock: from, length: next - from }
  }
}

const places = (low: number, high: number): number[] =>
  Array.from({ length: high - low }, (_, k) => low + k)

/** The letters that stand only here, and where. */
function lone(origins: readonly Origin[]): {
  letters: string
  among: Pick<Origin, 'at' | 'pos'>[]
} {
  const found = origins
    .filter(({ from }) => from === null)
    .flatMap(({ at, pos, letters }) =>
      letters.split('').map((letter, k) => ({ at: at + k, pos: pos + k, letter })),
    )
    .filter(({ letter }) => letter !== NEW_LINE)
  return { letters: found.map(({ letter }) => letter).join(''), among: found }
}

/** So many equal letters are told apart. */
const NEIGHBOURS = 16

/** Half a letter, which Yjs cannot write, at an edge. */
const HALF = /^[\udc00-\udfff]|[\ud800-\udbff]$/

/** Between paragraphs there is none; between the same lines as code there is. */
const NEW_LINE = '\n'

function add(carries: Carry[], clock: number, { client, clock: from, length }: Stretch): void {
  const last = carries.at(-1)
  const { source } = last ?? {}
  const so = source?.length ?? 0
  if (
    last &&
    source?.client === client &&
    last.clock + so === clock &&
    source.clock + so === from
  ) {
    source.length += length
  } else carries.push({ clock, source: { client, clock: from, length } })
}
