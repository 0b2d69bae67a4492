/**
 * What ever stood in one Yjs type, in its order for good, cut so that the ids of a piece were born and
 * died in step. A moment is then a walk that keeps one stretch of each piece.
 *
 * Reads the linked lists of Yjs and columns, and writes to neither. Knows nothing of ProseMirror.
 */
import * as Y from 'yjs'
import { type Columns, type Id, NEVER } from './columns'
import type { Runs } from './columns-runs'

/** As much of a Yjs type as is read here: itself, its first item, and the last of each attribute. */
export type Shared = Pick<Y.XmlFragment, '_item' | '_start' | '_map'>

export type Content =
  | { kind: 'text'; text: string }
  | { kind: 'format'; key: string; value: unknown }
  | { kind: 'type'; type: Y.XmlElement | Y.XmlText }
  /** Words that were removed for ever. */
  | { kind: 'scar' }

/** Ids clock .. clock + length; the k-th was born at `born + k * bornStep`, and died likewise. */
export type Piece = Id & {
  length: number
  born: number
  bornStep: number
  died: number
  diedStep: number
  content: Content
}

/** One value that an attribute had, until the next in order was born. */
export type Entry = Id & { born: number; died: number; value: unknown }

export type Tape = { pieces: Piece[]; entries: Map<string, Entry[]> }

/** Everything that ever stood in a type. What is no part of a text is left out. */
export function tapeOf(type: Shared, columns: Columns): Tape {
  const pieces: Piece[] = []
  for (let item = type._start; item; item = item.right) {
    const content = contentOf(item)
    if (content) cut(item, content, columns, pieces)
  }
  const entries = new Map<string, Entry[]>()
  for (const [key, last] of type._map) entries.set(key, entriesOf(last, columns))
  return { pieces, entries }
}

/** What lives in a type of a document that is edited, whenever it came. */
export function livingOf(type: Shared): Tape {
  const pieces: Piece[] = []
  const now = { born: 0, bornStep: 0, died: NEVER, diedStep: 0 }
  for (let item = type._start; item; item = item.right) {
    const content = item.deleted ? null : contentOf(item)
    if (content)
      pieces.push({
        client: item.id.client,
        clock: item.id.clock,
        length: item.length,
        ...now,
        content,
      })
  }
  const entries = new Map<string, Entry[]>()
  for (const [key, { id, deleted, length, content }] of type._map) {
    if (deleted) continue
    const value: unknown = content.getContent()[length - 1]
    entries.set(key, [{ client: id.client, clock: id.clock + length - 1, ...now, value }])
  }
  return { pieces, entries }
}

function contentOf({ content }: Y.Item): Content | null {
  if (content instanceof Y.ContentString) return { kind: 'text', text: content.str }
  if (content instanceof Y.ContentFormat) {
    return { kind: 'format', key: content.key, value: content.value }
  }
  if (content instanceof Y.ContentDeleted) return { kind: 'scar' }
  if (!(content instanceof Y.ContentType)) return null
  const { type } = content
  return type instanceof Y.XmlElement || type instanceof Y.XmlText ? { kind: 'type', type } : null
}

function cut({ id, length }: Y.Item, content: Content, columns: Columns, into: Piece[]): void {
  const births = columns.birthRuns(id.client)
  const deaths = columns.deathRuns(id.client)
  const end = id.clock + length
  for (let clock = id.clock; clock < end; ) {
    const birth = stretchOf(births, clock, end)
    const death = stretchOf(deaths, clock, birth.end)
    const offset = clock - id.clock
    if (birth.seq !== NEVER) {
      into.push({
        client: id.client,
        clock,
        length: death.end - clock,
        born: birth.seq,
        bornStep: birth.step,
        died: death.seq,
        diedStep: death.step,
        content: partOf(content, offset, death.end - id.clock),
      })
    }
    clock = death.end
  }
}

function partOf(content: Content, from: number, to: number): Content {
  if (content.kind !== 'text' || (from === 0 && to === content.text.length)) return content
  return { kind: 'text', text: content.text.slice(from, to) }
}

function stretchOf(runs: Runs, clock: number, end: number) {
  const run = runs.at(runs.from(clock))
  if (!run) return { seq: NEVER, step: 0, end }
  if (clock < run.clock) return { seq: NEVER, step: 0, end: Math.min(end, run.clock) }
  const last = Math.min(end, run.clock + run.length)
  return { seq: run.seq + run.step * (clock - run.clock), step: run.step, end: last }
}

/** Yjs may have joined superseded entries of one writer to one item. */
function entriesOf(last: Y.Item, columns: Columns): Entry[] {
  const entries: Entry[] = []
  for (let item: Y.Item | null = last; item; item = item.left) {
    const values = item.content.getContent() as unknown[]
    for (let k = item.length - 1; k >= 0; k--) {
      const { client } = item.id
      const clock = item.id.clock + k
      const born = columns.birth(client, clock)
      entries.push({ client, clock, born, died: columns.death(client, clock), value: values[k] })
    }
  }
  return entries.reverse()
}

/** The first of a piece's ids that is there at a seq; `endAt` is behind the last. Empty: from >= end. */
export function startAt(piece: Piece, seq: number): number {
  const { born, bornStep, died, diedStep, length } = piece
  let start = 0
  if (bornStep < 0) start = Math.max(0, born - seq)
  else if (bornStep === 0 && born > seq) return length
  if (diedStep === 0) return died <= seq ? length : start
  if (diedStep > 0 && died <= seq) start = Math.max(start, Math.min(length, seq - died + 1))
  return start
}

export function endAt(piece: Piece, seq: number): number {
  const { born, bornStep, died, diedStep, length } = piece
  let end = length
  if (bornStep > 0) end = Math.min(length, Math.max(0, seq - born + 1))
  if (diedStep < 0) end = Math.min(end, Math.max(0, died - seq))
  return end
}

/** What counts of an attribute at a seq: the last in order of those born. */
export function entryAt(entries: readonly Entry[], seq: number): Entry | undefined {
  return entries.findLast(({ born }) => born <= seq)
}

/** A stretch of seqs, from `since` until before `until`, in which nothing changes. */
export type Calm = { since: number; until: number }

/** Makes a stretch around a seq smaller, so that no birth or death of a piece lies inside. */
export function calm(around: Calm, piece: Piece, seq: number): void {
  narrow(around, piece.born, piece.bornStep, piece.length, seq)
  narrow(around, piece.died, piece.diedStep, piece.length, seq)
}

export function calmEntry(around: Calm, { born, died }: Entry, seq: number): void {
  narrow(around, born, 0, 1, seq)
  narrow(around, died, 0, 1, seq)
}

function narrow(around: Calm, event: number, step: number, length: number, seq: number): void {
  const far = event + step * (length - 1)
  const first = step < 0 ? far : event
  const last = step < 0 ? event : far
  if (seq < first) around.until = Math.min(around.until, first)
  else if (seq >= last) around.since = Math.max(around.since, last)
  else {
    around.since = Math.max(around.since, seq)
    around.until = Math.min(around.until, seq + 1)
  }
}
