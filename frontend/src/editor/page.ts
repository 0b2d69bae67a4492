/**
 * A page before and after a change, letter by letter: where each came from, and under which id it stood.
 *
 * ProseMirror knows the one, Yjs the other. No text is compared.
 */
import type { Node } from '@tiptap/pm/model'
import type { Mapping } from '@tiptap/pm/transform'
import * as Y from 'yjs'
import type { Carry } from './carries'
import { type Change, mappingOf } from './changes'
import { Letters, lettersOf, Places, textOf } from './letters'

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
  readonly #mapping: Mapping
  readonly #back: Mapping

  constructor(
    readonly transaction: Y.Transaction,
    readonly root: Y.XmlFragment,
    readonly change: Change,
  ) {
    this.store = transaction.doc.store
    this.#old = new Places(change.before)
    this.#shown = new Places(change.after)
    this.#mapping = mappingOf(change)
    this.#back = this.#mapping.invert()
    this.#read()
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
    return lettersBy(this.#mapping, this.#back, this.change.after)
  }

  /** The letters that the change took away. */
  get removed(): Lost {
    const { letters, positions } = lettersBy(this.#back, this.#mapping, this.change.before)
    return { letters, ids: positions.map((pos) => this.#before.id(this.#old.at(pos))) }
  }

  /**
   * Writes anew what stands under the id of an equal letter beside it: y-tiptap compares texts. More than
   * a few are no such neighbours.
   */
  tellApart(): void {
    const confused = this.#confused()
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

  /** The letters that stand under ids which ProseMirror knows to be others'. */
  #confused(): number[] {
    const found: number[] = []
    const from = (at: number) => {
      const pos = this.#from(this.#shown.pos(at))
      return pos === null ? null : this.#old.at(pos)
    }
    const isOwn = (at: number) => {
      const place = from(at)
      if (place === null) return false
      const [is, was] = [this.#now.id(at), this.#before.id(place)]
      // What stood in a text that is left alone stands there still.
      return was === null || (is?.client === was.client && is.clock === was.clock)
    }
    for (const { client, clock, length, at } of this.#now.runs) {
      if (clock >= (this.transaction.beforeState.get(client) ?? 0)) continue
      const last = at + length - 1
      const isOnEnd = (from(last) ?? 0) - (from(at) ?? 0) === length - 1
      if (isOnEnd && isOwn(at) && isOwn(last)) continue
      for (let k = at; k <= last; k++) if (!isOwn(k)) found.push(k)
    }
    return found
  }

  /** What was written again of what stood there. */
  rewritten(): Carry[] {
    return this.#carries((from) => this.#before.id(this.#old.at(from)))
  }

  /** What was said before of what the change put there. */
  put(said: Said): Carry[] {
    return this.#carries(
      () => null,
      (pos) => said.get(pos) ?? null,
    )
  }

  #carries(ofOld: Sources, ofNew: Sources = () => null): Carry[] {
    const { doc, beforeState } = this.transaction
    const since = beforeState.get(doc.clientID) ?? 0
    return this.#now.runs.flatMap(({ client, clock, length, at }) => {
      const carries: Carry[] = []
      if (client !== doc.clientID) return carries
      for (let k = Math.max(0, since - clock); k < length; k++) {
        const pos = this.#shown.pos(at + k)
        const from = this.#from(pos)
        const source = from === null ? ofNew(pos) : ofOld(from)
        if (source && isGone(this.store, source)) add(carries, clock + k, source)
      }
      return carries
    })
  }

  /** Where a letter stood that stands at a position in the end; null if the change put it there. */
  #from(shown: number): number | null {
    const { pos, deletedAfter } = this.#back.mapResult(shown, 1)
    return deletedAfter ? null : pos
  }
}

/** Under which id the letter at a position was said. */
type Sources = (pos: number) => Y.ID | null

/** Whether a letter is not there: deleted, or not heard of yet by who puts back what a history tells. */
function isGone(store: Y.Doc['store'], id: Y.ID): boolean {
  return id.clock >= Y.getState(store, id.client) || Y.getItem(store, id).deleted
}

/** The letters of a document that a mapping put there, and where. */
function lettersBy(mapping: Mapping, back: Mapping, doc: Node) {
  const found = new Map<number, string>()
  for (const [i, map] of mapping.maps.entries()) {
    const rest = mapping.slice(i + 1)
    map.forEach((_from, _to, start, end) => {
      const [low, high] = [rest.map(start, -1), rest.map(end, 1)]
      doc.nodesBetween(low, high, ({ text }, pos) => {
        for (let k = Math.max(0, low - pos); k < Math.min(text?.length ?? 0, high - pos); k++) {
          const letter = text?.[k] ?? ''
          if (letter !== NEW_LINE && back.mapResult(pos + k, 1).deletedAfter)
            found.set(pos + k, letter)
        }
      })
    })
  }
  const positions = [...found.keys()].sort((a, b) => a - b)
  return { positions, letters: positions.map((pos) => found.get(pos)).join('') }
}

/** So many equal letters are told apart. */
const NEIGHBOURS = 16

/** Half a letter, which Yjs cannot write, at an edge. */
const HALF = /^[\udc00-\udfff]|[\ud800-\udbff]$/

/** Between paragraphs there is none; between the same lines as code there is. */
const NEW_LINE = '\n'

function add(carries: Carry[], clock: number, { client, clock: from }: Y.ID): void {
  const last = carries.at(-1)
  const { source } = last ?? {}
  const length = source?.length ?? 0
  if (
    last &&
    source?.client === client &&
    last.clock + length === clock &&
    source.clock + length === from
  ) {
    source.length++
  } else carries.push({ clock, source: { client, clock: from, length: 1 } })
}
