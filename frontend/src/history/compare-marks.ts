/** What a comparison finds, and who did it. */
import type { Fragment } from '@tiptap/pm/model'
import { type Columns, NEVER } from './columns'
import type { Matching } from './compare-matching'
import type { Branch, Tokens } from './compare-tokens'

export type Kind = 'inserted' | 'deleted' | 'restyled' | 'moved' | 'split' | 'joined'

export type Span = { from: number; to: number }

/**
 * One place that changed. `from` to `to` lie in the newer document (equal where something is gone, and
 * at splits and joins), `before` in the older. `node`: it is one whole block. `gone`: what stood there.
 */
export type Mark = Span & {
  kind: Kind
  node: boolean
  before: Span | null
  gone: Fragment | null
  /** Who did it; the first and the last time. */
  by: number
  at: number
  until: number
  /** Who first wrote the text. */
  authors: readonly number[]
  /** The names of the marks, attributes and blocks that differ. */
  what: readonly string[]
}

/** A mark and the tokens of the newer moment between which it stands. */
export type Found = { mark: Mark; first: number; end: number }

/** What is compared: the moments after seqs `since` and `seq`, the newer one. */
export type Pair = {
  since: number
  seq: number
  old: Tokens
  now: Tokens
  matching: Matching
  columns: Columns
}

type Given = Span & Pick<Mark, 'kind'> & Partial<Mark>

/** A mark of what was done at a seq. */
export function markAt(columns: Columns, seq: number, given: Given): Mark {
  const { author, at } = columns.stamp(seq)
  const rest = { node: false, before: null, gone: null, authors: [], what: [] }
  return { ...rest, by: author, at, until: at, ...given }
}

/** The latest of these seqs that lies between the moments; NEVER when none does. */
export function latest({ since, seq }: Pair, seqs: Iterable<number>): number {
  let found = 0
  for (const one of seqs) if (one > since && one <= seq && one > found) found = one
  return found || NEVER
}

/** When a block of the older moment vanished: by itself, or with what it stood in. */
export function vanished(columns: Columns, branch: Branch): number {
  let seq = NEVER
  for (let at: Branch | null = branch; at?.element; at = at.parent) {
    seq = Math.min(seq, columns.death(at.element.client, at.element.clock))
  }
  return seq
}

export function authorsOf(columns: Columns, { born }: Tokens, from: number, to: number): number[] {
  const authors = new Set<number>()
  for (let token = from; token < to; token++) {
    const seq = born[token] ?? NEVER
    if (seq !== NEVER) authors.add(columns.author(seq))
  }
  return [...authors]
}
