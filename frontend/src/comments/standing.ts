/**
 * Where a thread stands in one editor, from one state of the text to the next.
 *
 * What somebody types here ProseMirror follows. What comes otherwise is followed by ids: those of all
 * letters that were ever seen in the passage, and those that are declared to say them again.
 */
import type { Transaction } from '@tiptap/pm/state'
import type { Mapping } from '@tiptap/pm/transform'
import { createID } from 'yjs'
import type { Stretch } from '../editor/carries'
import { type Anchor, type Edges, edgesOf, isSame, type Passage, wordsOf } from './anchor'
import type { Ground, Place } from './ground'
import { type Ids, idsOf, stretchesOf } from './ids'
import type { Sight } from './sight'

/** A thread, and where it is said to be. */
export type Placed = { number: number; anchor: Anchor; settled: boolean }

export type Standing = Placed & {
  /** The letters that its anchor names. */
  readonly named: Edges | null
  /** Null: its words are not in the text. */
  readonly at: Passage | null
  /** The letters at its ends, as they were last read. */
  readonly edges: Edges | null
  /** All that have been its letters, whether they stand or not. */
  readonly ids: Ids
  /** What stands there, or stood there when it was last there. */
  readonly words: string | null
  /** Its anchor names letters that have not come yet. */
  readonly awaits: boolean
  /** It was edited here since its letters were read. */
  readonly touched: boolean
}

/** Where a thread stands by what is told of it, and by what was known of it here. */
export function placed(told: Placed, sight: Sight, before: Standing | undefined): Standing {
  const { ground } = sight
  const named = edgesOf(told.anchor)
  if (before && !before.awaits && isSame(before.named, named)) return { ...before, ...told }
  const awaits = named !== null && !(ground.isKnown(named.first) && ground.isKnown(named.last))
  const known = { ...told, named, awaits, touched: false }
  const [first, last] = named
    ? [ground.place(named.first, 0), ground.place(named.last, 1)]
    : [null, null]
  const words = told.anchor.quote ?? before?.words ?? null
  const ids = sight.alike(idsOf(named ? lettersOf(named, sight) : [], before?.ids ?? idsOf([])))
  const lost: Standing = { ...known, at: null, edges: null, ids, words }
  const rest = between(first, last)
  const byIds = first?.inText && last?.inText && rest ? read(lost, sight, rest) : lost
  if (byIds.at && named && ground.stands(named)) return byIds
  if (before?.at) return { ...before, ...known }
  const again = followedBy(lost, sight, [])
  const left = again.at ? again : byIds
  const near = words && sight.find(words, first?.pos ?? last?.pos ?? null)
  if (left.at && !(near && meets(near, left.at))) return left
  const found = near || rest
  return found ? read(lost, sight, found) : lost
}

/** Those that are named; of two texts also all between where its ends are said again now. */
function lettersOf(named: Edges, { ground, alike }: Sight): Stretch[] {
  const letters = [...ground.named(named)]
  if (ground.isOneText(named)) return letters
  const [first, last] = letters.map((one) => standingIn(alike(idsOf([one])), ground)[0])
  const isThere = first && last && first.from < last.to
  return isThere ? [...letters, ...ground.letters({ from: first.from, to: last.to })] : letters
}

/** Through an edit that is made here, of which Yjs has not heard yet. */
export function mapped(one: Standing, { mapping }: Transaction): Standing {
  if (!one.at) return one
  const at = { from: mapping.map(one.at.from, 1), to: mapping.map(one.at.to, -1) }
  if (at.from >= at.to) return { ...one, at: null }
  return { ...one, at, touched: one.touched || isTouched(mapping, at) }
}

/** After an edit was made here, and written. */
export function written(one: Standing, sight: Sight): Standing {
  const { at, edges, touched } = one
  const again = sight.again(one.ids)
  if (!at || again.length > 0) return followedBy(one, sight, again)
  const isAsItWas = !touched && edges && sight.ground.stands(edges)
  return isAsItWas ? one : read(one, sight, at)
}

/** Through what is shown of others, or undone. */
export function followed(one: Standing, sight: Sight): Standing {
  const now = moved(one, sight)
  const { number, anchor, settled } = one
  return now.awaits ? placed({ number, anchor, settled }, sight, now) : now
}

function moved(one: Standing, sight: Sight): Standing {
  const again = sight.again(one.ids)
  const at = one.edges && again.length === 0 ? sight.ground.between(one.edges) : null
  if (!at || !one.at) return followedBy(one, sight, again)
  const isSame = sizeOf(at) === sizeOf(one.at) && !sight.isWritten(at)
  return isSame ? { ...one, at } : read(one, sight, at)
}

function followedBy(one: Standing, sight: Sight, again: readonly Stretch[]): Standing {
  const { ground } = sight
  const stood = standingIn(one.ids, ground)
  const come = standingIn(idsOf(again), ground)
  const ids = again.length > 0 ? idsOf(again, one.ids) : one.ids
  const isBeside = (before: Passage, after: Passage) => sight.isBeside(before, after, ids)
  const at =
    together(stood, come, isBeside) ??
    (one.words && sight.findCome(one.words, nearest(one, ground)))
  if (at) return read({ ...one, ids }, sight, at)
  return one.at || ids !== one.ids ? { ...one, at: null, ids } : one
}

const standingIn = (ids: Ids, ground: Ground): Passage[] =>
  [...stretchesOf(ids)].flatMap((one) => [...ground.standing(one)])

const nearest = ({ edges }: Standing, ground: Ground): number | null =>
  edges && (ground.place(edges.first, 0)?.pos ?? ground.place(edges.last, 1)?.pos ?? null)

/** Where most of what stood or has come stands, with what is beside that; of two halves the one that stood. */
function together(
  stood: readonly Passage[],
  come: readonly Passage[],
  isBeside: (before: Passage, after: Passage) => boolean,
): Passage | null {
  const places: (Passage & { letters: number; stood: number })[] = []
  const all = [
    ...stood.map((one) => ({ ...one, letters: sizeOf(one), stood: sizeOf(one) })),
    ...come.map((one) => ({ ...one, letters: sizeOf(one), stood: 0 })),
  ].sort((a, b) => a.from - b.from)
  for (const one of all) {
    const last = places.at(-1)
    if (!last || !isBeside(last, one)) places.push({ ...one })
    else {
      last.to = Math.max(last.to, one.to)
      last.letters += one.letters
      last.stood += one.stood
    }
  }
  const [most] = places.sort((a, b) => b.letters - a.letters || b.stood - a.stood)
  return most ? { from: most.from, to: most.to } : null
}

/** Reads the letters that stand there, from the first to the last, and the words. */
function read(one: Standing, { ground, doc }: Sight, passage: Passage): Standing {
  const letters = [...ground.letters(passage)]
  const edges = endsOf(letters)
  const at = edges && ground.between(edges)
  if (!at) return { ...one, at: null, touched: false }
  const ids = idsOf(letters, one.ids)
  return { ...one, at, edges, ids, words: wordsOf(doc, at), touched: false }
}

/** The first and the last of some letters. */
export function endsOf(letters: readonly Stretch[]): Edges | null {
  const [first, last] = [letters[0], letters.at(-1)]
  if (!first || !last) return null
  return {
    first: createID(first.client, first.clock),
    last: createID(last.client, last.clock + last.length - 1),
  }
}

/** Whether others would find it by its anchor where it stands here. */
export const isMended = ({ at, edges, named }: Standing): boolean =>
  at === null || isSame(named, edges)

const meets = (a: Passage, b: Passage): boolean => a.from <= b.to && a.to >= b.from

const sizeOf = ({ from, to }: Passage): number => to - from

function between(first: Place | null, last: Place | null): Passage | null {
  return first && last && first.pos < last.pos ? { from: first.pos, to: last.pos } : null
}

function isTouched(mapping: Mapping, { from, to }: Passage): boolean {
  return mapping.maps.some((map, i) => {
    let touches = false
    map.forEach((_from, _to, start, end) => {
      const rest = mapping.slice(i + 1)
      touches ||= rest.map(start, -1) <= to && rest.map(end, 1) >= from
    })
    return touches
  })
}
