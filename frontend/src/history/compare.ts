/**
 * Two moments of a document side by side: what was inserted, deleted, restyled, moved, divided and
 * joined between them, by whom and when.
 *
 * By the ids under which text was first said: who presses Enter in another's paragraph, or makes it a
 * heading, has not rewritten it.
 */
import { deletions } from './compare-deletions'
import { insertions } from './compare-insertions'
import { type Beside, besides } from './compare-lines'
import type { Kind, Mark, Pair, Span } from './compare-marks'
import { Matching } from './compare-matching'
import { restylings } from './compare-restyling'
import { structure } from './compare-structure'
import { Tokens } from './compare-tokens'
import type { Moment, Past } from './past'

export type { Kind, Mark, Span } from './compare-marks'

/** What one person did in one place: marks that follow one another. */
export type Change = Span & {
  kind: Kind
  by: number
  /** The first and the last time (ms). */
  at: number
  until: number
  /** Who first wrote the text. */
  authors: readonly number[]
  what: readonly string[]
  marks: readonly Mark[]
}

/** Characters inserted and deleted, and of other changes how many there are. */
export type Counts = { inserted: number; deleted: number; restyled: number; changes: number }

export type Comparison = {
  before: Moment
  after: Moment
  /** In the order of the newer document, with positions in it. */
  changes: readonly Change[]
  /** What the older document had otherwise, in its order, with positions in it. */
  former: readonly Change[]
  counts: Counts
  /** What stands in the same line when both are shown, from above to below. */
  beside: () => readonly Beside[]
}

/** Compares the documents after `a` and after `b` updates; `a` comes first. */
export function compare(past: Past, a: number, b: number): Comparison {
  const [since, seq] = a < b ? [a, b] : [b, a]
  const before = past.at(since)
  const after = past.at(seq)
  const old = new Tokens(before, past.columns)
  const now = new Tokens(after, past.columns)
  const { columns } = past
  const matching = new Matching(old, now)
  const pair: Pair = { since, seq, old, now, matching, columns }
  const changes = before.doc === after.doc ? [] : changesOf(pair)
  const beside = () => besides(old, now, matching)
  return { before, after, changes, former: formerOf(changes), counts: countsOf(changes), beside }
}

const ORDER: readonly Kind[] = ['joined', 'deleted', 'split', 'inserted', 'moved', 'restyled']

function changesOf(pair: Pair): Change[] {
  const found = [...insertions(pair), ...deletions(pair), ...restylings(pair), ...structure(pair)]
  found.sort(({ mark: a }, { mark: b }) => a.from - b.from || rank(a) - rank(b) || inside(a, b))
  const open: { change: Change; marks: Mark[]; end: number }[] = []
  for (const { mark, first, end } of found) {
    const last = open.at(-1)
    if (last && first <= last.end && belongs(last.change, mark)) {
      last.marks.push(mark)
      last.end = Math.max(last.end, end)
      last.change = joined(last.change, mark, last.marks)
    } else {
      const marks = [mark]
      open.push({ change: alone(mark, marks), marks, end })
    }
  }
  return open.map(({ change }) => change)
}

const rank = ({ kind }: Mark): number => ORDER.indexOf(kind)

/** What was deleted in one place in its old order; a block before what is in it. */
const inside = (a: Mark, b: Mark): number =>
  a.to === a.from && a.before && b.before ? a.before.from - b.before.from : b.to - a.to

/** A break that was deleted with the text around it is part of that, one that was typed likewise. */
const PARTS: Partial<Record<Kind, Kind>> = { joined: 'deleted', split: 'inserted' }

function belongs(change: Change, mark: Mark): boolean {
  const same =
    change.kind === mark.kind ||
    PARTS[change.kind] === mark.kind ||
    PARTS[mark.kind] === change.kind
  const alike = change.kind === 'deleted' || sameList(change.what, mark.what)
  return same && alike && change.by === mark.by && isOneHand(change, mark)
}

/** What was put back is another change than what was written, for it has other authors. */
function isOneHand(change: Change, mark: Mark): boolean {
  if (change.kind !== 'inserted' || mark.kind !== 'inserted') return true
  return sameList(change.authors, mark.authors)
}

const sameList = <T>(some: readonly T[], others: readonly T[]): boolean =>
  some.length === others.length && some.every((one, i) => one === others[i])

function alone(mark: Mark, marks: readonly Mark[]): Change {
  const { kind, from, to, by, at, until, authors, what } = mark
  return { kind, from, to, by, at, until, authors, what, marks }
}

function joined(change: Change, mark: Mark, marks: readonly Mark[]): Change {
  return {
    ...change,
    kind: PARTS[change.kind] === mark.kind ? mark.kind : change.kind,
    from: Math.min(change.from, mark.from),
    to: Math.max(change.to, mark.to),
    at: Math.min(change.at, mark.at),
    until: Math.max(change.until, mark.until),
    authors: [...new Set([...change.authors, ...mark.authors])],
    marks,
  }
}

function formerOf(changes: readonly Change[]): Change[] {
  return changes
    .flatMap((change) => {
      const marks = change.marks.flatMap((mark) =>
        mark.before ? [{ ...mark, ...mark.before, before: null, gone: null }] : [],
      )
      const [first] = marks
      if (!first) return []
      const from = Math.min(...marks.map((mark) => mark.from))
      const to = Math.max(...marks.map((mark) => mark.to))
      return [{ ...change, from, to, marks }]
    })
    .sort((a, b) => a.from - b.from)
}

function countsOf(changes: readonly Change[]): Counts {
  const marks = changes.flatMap((change) => change.marks)
  const inserted = marks
    .filter(({ kind, node }) => kind === 'inserted' && !node)
    .reduce((sum, { from, to }) => sum + to - from, 0)
  const deleted = marks
    .filter(({ kind }) => kind === 'deleted')
    .reduce((sum, { gone }) => sum + (gone?.textBetween(0, gone.size).length ?? 0), 0)
  const restyled = changes.filter(({ kind }) => kind !== 'inserted' && kind !== 'deleted').length
  return { inserted, deleted, restyled, changes: changes.length }
}
