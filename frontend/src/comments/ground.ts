/**
 * A page as the editor shows it and as Yjs holds it: positions of the one, ids of the other.
 *
 * Holds for as long as both stay as they are. Each part is measured once, and only those that are asked for.
 */
import type { EditorState } from '@tiptap/pm/state'
import { type ProsemirrorBinding, ySyncPluginKey } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import type { Stretch } from '../editor/carries'
import { later } from '../editor/copies'
import { between } from '../editor/letters'
import { itemAt } from '../editor/standing'
import type { Edges, Passage } from './anchor'

type Part = { type: unknown; at: number; length: number }

/** Where a letter is, or was. `inText`: the text that it was in still stands. */
export type Place = { pos: number; inText: boolean }

export class Ground {
  readonly #root: Y.XmlFragment
  readonly #mapping: ProsemirrorBinding['mapping']
  readonly #parts = new Map<Y.XmlFragment, readonly Part[]>()
  readonly #starts = new Map<unknown, number>()
  readonly #offsets = new Map<Y.XmlText, Map<Y.Item, number>>()
  readonly store: Y.Doc['store']

  constructor(state: EditorState) {
    const { binding } = ySyncPluginKey.getState(state) as { binding: ProsemirrorBinding }
    this.#root = binding.type
    this.#mapping = binding.mapping
    this.store = binding.doc.store
  }

  /** Whether there has been such a letter here yet. */
  isKnown({ client, clock }: Y.ID): boolean {
    return clock < Y.getState(this.store, client)
  }

  /** Whether both letters stand; measures nothing. */
  stands({ first, last }: Edges): boolean {
    const [a, b] = [itemAt(this.store, first), itemAt(this.store, last)]
    return a !== null && b !== null && isLetters(a) && isLetters(b)
  }

  /** Where a letter stands. */
  position(id: Y.ID): number | null {
    const item = itemAt(this.store, id)
    return item && isLetters(item) ? this.#shifted(item, id.clock - item.id.clock) : null
  }

  /** Where a letter stands or, brought back by an undo here, does again; or where it stood. */
  place(id: Y.ID, behind: number): Place | null {
    const now = redone(this.store, id)
    const pos = this.position(now)
    if (pos !== null) return { pos: pos + behind, inText: true }
    for (let item = itemAt(this.store, now); item; ) {
      const parent = item.parent as Y.XmlFragment | Y.XmlText
      const at = parent._item?.deleted ? null : this.#placeIn(parent, item)
      if (at !== null) return { pos: at, inText: parent instanceof Y.XmlText }
      item = parent._item
    }
    return null
  }

  /** The letters from one position to another. */
  *letters({ from, to }: Passage, parent = this.#root): Generator<Stretch> {
    for (const { run, low, high } of between(this.#partsOf(parent), from, to)) {
      if (run.type instanceof Y.XmlText) yield* lettersIn(run.type, low - run.at, high - run.at)
      else if (run.type instanceof Y.XmlElement) yield* this.letters({ from, to }, run.type)
    }
  }

  /** Whether both letters are, or were, in one text. */
  isOneText({ first, last }: Edges): boolean {
    return itemAt(this.store, first)?.parent === itemAt(this.store, last)?.parent
  }

  /**
   * The letters of one text from the first to the last; of two texts these alone. If both stand, those
   * that stand: what an Enter took away and a Backspace brought back lies deleted between them, and goes on.
   */
  *named({ first, last }: Edges): Generator<Stretch> {
    if (!this.isOneText({ first, last })) {
      yield* [first, last].map((id) => ({ ...id, length: 1 }))
      return
    }
    const stands = this.stands({ first, last })
    const [start, end] = [itemAt(this.store, first), itemAt(this.store, last)]
    for (let item = start; item; item = item === end ? null : item.right) {
      const { client, clock } = item.id
      const from = item === start ? first.clock : clock
      const to = item === end ? last.clock + 1 : clock + item.length
      const isNamed = isText(item) && !(stands && item.deleted)
      if (isNamed) yield { client, clock: from, length: to - from }
    }
  }

  /** Whether all letters from one position to another are such. */
  isAll(passage: Passage, isSuch: (id: Y.ID) => boolean): boolean {
    for (const { client, clock, length } of this.letters(passage)) {
      for (let by = 0; by < length; by++) if (!isSuch(Y.createID(client, clock + by))) return false
    }
    return true
  }

  /** Those letters of a stretch that stand, and where. */
  *standing({ client, clock, length }: Stretch): Generator<Passage> {
    const end = Math.min(clock + length, Y.getState(this.store, client))
    for (let at = clock; at < end; ) {
      const struct = Y.getItem(this.store, Y.createID(client, at))
      const rest = Math.min(end, struct.id.clock + struct.length)
      const from = this.position(Y.createID(client, at))
      if (from !== null) yield { from, to: from + rest - at }
      at = rest
    }
  }

  /** From the first of two letters to the last, if both stand. */
  between({ first, last }: Edges): Passage | null {
    const [from, end] = [this.position(first), this.position(last)]
    return from !== null && end !== null && from <= end ? { from, to: end + 1 } : null
  }

  #shifted(item: Y.Item, by: number): number | null {
    const { parent } = item
    const start = parent instanceof Y.XmlText ? this.#start(parent) : null
    if (start === null) return null
    return start + (this.#offsetsIn(parent as Y.XmlText).get(item) ?? 0) + by
  }

  #placeIn(parent: Y.XmlFragment | Y.XmlText, item: Y.Item): number | null {
    if (parent instanceof Y.XmlText) return this.#shifted(item, 0)
    const parts = this.#partsOf(parent)
    for (let left = item.left; left; left = left.left) {
      const type = left.content instanceof Y.ContentType ? left.content.type : null
      const part = left.deleted ? null : parts.find((one) => one.type === type)
      if (part) return part.at + part.length
    }
    return this.#inside(parent)
  }

  /** Where a type begins; null: it is not in the page. */
  #start(type: Y.XmlText | Y.XmlFragment): number | null {
    if (type._item?.deleted || !(type.parent instanceof Y.XmlFragment)) return null
    if (this.#inside(type.parent) === null) return null
    this.#partsOf(type.parent)
    return this.#starts.get(type) ?? null
  }

  #inside(parent: Y.XmlFragment): number | null {
    if (parent === this.#root) return 0
    const start = this.#start(parent)
    return start === null ? null : start + 1
  }

  #partsOf(parent: Y.XmlFragment): readonly Part[] {
    const known = this.#parts.get(parent)
    if (known) return known
    let at = this.#inside(parent) ?? 0
    const parts: Part[] = []
    for (const type of parent.toArray()) {
      const length = this.#lengthOf(type)
      parts.push({ type, at, length })
      this.#starts.set(type, at)
      at += length
    }
    this.#parts.set(parent, parts)
    return parts
  }

  #lengthOf(type: Y.XmlElement | Y.XmlText | Y.XmlHook): number {
    if (type instanceof Y.XmlText) return type.length
    const node = this.#mapping.get(type)
    return node && 'nodeSize' in node ? node.nodeSize : 0
  }

  #offsetsIn(text: Y.XmlText): Map<Y.Item, number> {
    const known = this.#offsets.get(text)
    if (known) return known
    const offsets = new Map<Y.Item, number>()
    let offset = 0
    for (let item = text._start; item; item = item.right) {
      offsets.set(item, offset)
      if (!item.deleted && item.countable) offset += item.length
    }
    this.#offsets.set(text, offsets)
    return offsets
  }
}

const isLetters = ({ deleted, content }: Y.Item): boolean =>
  !deleted && content instanceof Y.ContentString

/** Whether it is letters, or was. */
const isText = ({ content }: Y.Item): boolean =>
  content instanceof Y.ContentString || content instanceof Y.ContentDeleted

function* lettersIn(text: Y.XmlText, start: number, end: number): Generator<Stretch> {
  let at = 0
  for (let item = text._start; item && at < end; item = item.right) {
    if (item.deleted || !item.countable) continue
    const [low, high] = [Math.max(start, at), Math.min(end, at + item.length)]
    const { client, clock } = item.id
    if (low < high && isLetters(item)) yield { client, clock: clock + low - at, length: high - low }
    at += item.length
  }
}

function redone(store: Y.Doc['store'], id: Y.ID): Y.ID {
  for (let at = id; ; ) {
    const item = itemAt(store, at)
    if (!item?.redone) return at
    at = later(item.redone, at.clock - item.id.clock)
  }
}
