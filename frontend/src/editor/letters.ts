/**
 * The letters of a page one by one along it: in Yjs by their ids, in ProseMirror by their positions.
 *
 * Both count alike. Yjs is read in the middle of a transaction, in which what it deletes still stands
 * in its place: so one walk finds the letters of before and those of now.
 */
import type { Node } from '@tiptap/pm/model'
import * as Y from 'yjs'
import type { Stretch } from './carries'

/** Something from a place on, so long. */
type Run = { readonly at: number; readonly length: number }

/** What of some runs, sorted and apart, lies from one place to another. */
export function* between<T extends Run>(runs: readonly T[], start: number, end: number) {
  for (let i = Math.max(0, countOf(runs, ({ at }) => at <= start) - 1); ; i++) {
    const run = runs[i]
    if (!run || run.at >= end) return
    const [low, high] = [Math.max(start, run.at), Math.min(end, run.at + run.length)]
    if (low < high) yield { run, low, high }
  }
}

/** Letters by their ids, in order. */
export class Letters {
  readonly runs: (Stretch & Run)[] = []
  /** What was left alone: of its letters nobody will ask. `other`: their place among the other letters. */
  readonly alone: (Run & { other: number })[] = []
  length = 0

  push({ client, clock }: Y.ID, length: number): void {
    this.runs.push({ client, clock, length, at: this.length })
    this.length += length
  }

  skip(length: number, other: number): void {
    this.alone.push({ at: this.length, length, other })
    this.length += length
  }

  /** The id of the letter at a place; null where letters were skipped. */
  id(at: number): Y.ID | null {
    const run = last(this.runs, (one) => one.at <= at)
    const offset = at - (run?.at ?? 0)
    return run && offset < run.length ? Y.createID(run.client, run.clock + offset) : null
  }
}

/** Letters by their positions in a document of ProseMirror. */
export class Places {
  readonly #texts: { at: number; letters: string; pos: number }[] = []
  length = 0

  get texts(): readonly { at: number; letters: string; pos: number }[] {
    return this.#texts
  }

  constructor(doc: Node) {
    doc.descendants(({ text }, pos) => {
      if (text === undefined) return
      this.#texts.push({ pos, letters: text, at: this.length })
      this.length += text.length
    })
  }

  pos(at: number): number {
    const text = last(this.#texts, (one) => one.at <= at)
    return text ? text.pos + at - text.at : -1
  }

  /** How many letters stand before a position. */
  at(pos: number): number {
    const text = last(this.#texts, (one) => one.pos <= pos)
    return text ? text.at + Math.min(pos - text.pos, text.letters.length) : 0
  }
}

/** The last of those that come first, of some that are sorted by it. */
function last<T>(sorted: readonly T[], isFirst: (one: T) => boolean): T | undefined {
  return sorted[countOf(sorted, isFirst) - 1]
}

function countOf<T>(sorted: readonly T[], isFirst: (one: T) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const one = sorted[middle]
    if (one !== undefined && isFirst(one)) low = middle + 1
    else high = middle
  }
  return low
}

/** The letters of a fragment before a transaction and at this point of it; skips what it leaves alone. */
export function lettersOf(
  root: Y.XmlFragment,
  transaction: Y.Transaction,
): { before: Letters; now: Letters } {
  const { beforeState, deleteSet, changed } = transaction
  const gone = new Set<unknown>()
  Y.iterateDeletedStructs(transaction, deleteSet, (struct) => gone.add(struct))
  const isNew = ({ id }: Y.Item) => id.clock >= (beforeState.get(id.client) ?? 0)
  const [before, now] = [new Letters(), new Letters()]
  const walk = ({ _start }: Pick<Y.XmlFragment, '_start'>) => {
    for (let item = _start; item; item = item.right) {
      const { id, content, length, deleted } = item
      if (deleted && (isNew(item) || !gone.has(item))) continue
      if (content instanceof Y.ContentType) {
        const { type } = content
        const isLeftAlone = !deleted && !isNew(item) && !changed.has(type)
        if (type instanceof Y.XmlText && isLeftAlone) {
          const [was, is] = [before.length, now.length]
          before.skip(type.length, is)
          now.skip(type.length, was)
        } else walk(type)
      }
      if (!(content instanceof Y.ContentString)) continue
      if (!isNew(item)) before.push(id, length)
      if (!deleted) now.push(id, length)
    }
  }
  walk(root)
  return { before, now }
}

/** The text of a fragment in which a letter stands now, and how many letters of it come before. */
export function textOf(root: Y.XmlFragment, at: number): { text: Y.XmlText; index: number } | null {
  let rest = at
  const find = (type: Y.XmlFragment | Y.XmlElement): { text: Y.XmlText; index: number } | null => {
    for (const child of type.toArray()) {
      if (child instanceof Y.XmlElement) {
        const found = find(child)
        if (found) return found
      } else if (child instanceof Y.XmlText) {
        if (rest < child.length) return { text: child, index: rest }
        rest -= child.length
      }
    }
    return null
  }
  return find(root)
}
